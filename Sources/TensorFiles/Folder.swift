import Foundation

/// Folders that programs write into.
public enum Folder {
  /// Returns whether there is a folder of this name.
  ///
  /// - Parameter url: the folder.
  /// - Returns: true if there is a folder, false if there is a file or nothing.
  public static func exists(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Creates a folder and the folders above it, if they are missing.
  ///
  /// - Parameter url: the folder.
  /// - Throws: `TensorFileError` when it cannot be created or there is a file of that name.
  public static func make(_ url: URL) throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw TensorFileError(
        .file, file: url.path,
        problem: FileManager.default.fileExists(atPath: url.path) && !exists(url)
          ? "is a file where a folder is needed" : "the folder cannot be created",
        remedy: "choose another folder, or check its permissions")
    }
  }

  /// Creates a folder and its content, so that its name never refers to a partly written folder.
  ///
  /// - Parameters:
  ///   - url: the folder; it must not exist or must be empty.
  ///   - body: writes into a temporary folder, which is then renamed to `url`.
  /// - Throws: `TensorFileError` when the folder is not empty or cannot be created, and any error
  ///   of the closure; nothing is left behind in either case.
  public static func write(_ url: URL, _ body: (URL) throws -> Void) throws {
    let url = url.resolvingSymlinksInPath()
    try requireFree(url)
    let above = url.deletingLastPathComponent()
    try make(above)
    UnfinishedFiles.sweepOnce(above.path)
    let temporary = above.appendingPathComponent(AtomicFile.temporaryName())
    do {
      try make(temporary)
      let descriptor = open(temporary.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { if descriptor >= 0 { close(descriptor) } }
      if descriptor >= 0 { UnfinishedFiles.hold(descriptor) }
      try body(temporary)
      // The same step replaces an empty folder of that name.
      guard rename(temporary.path, url.path) == 0 else {
        throw systemError(errno, url.path, doing: "the folder cannot be created")
      }
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw error
    }
  }

  /// Removes files and folders with temporary names, which a killed process has left unfinished.
  ///
  /// - Parameter url: a folder that no other process writes into.
  public static func sweep(_ url: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    for name in names where AtomicFile.isTemporary(name) {
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
  }

  private static func requireFree(_ url: URL) throws {
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    let contents = try? FileManager.default.contentsOfDirectory(atPath: url.path)
    guard contents?.isEmpty == true else {
      throw TensorFileError(
        .file, file: url.path,
        problem: contents == nil ? "is not a readable folder" : "is not empty",
        remedy: "choose another folder, or remove this one first", isWrongUse: true)
    }
  }
}
