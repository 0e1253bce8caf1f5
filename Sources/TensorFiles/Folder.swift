import Foundation

/// Folders that programs write into.
public enum Folder {
  /// Whether there is a folder of this name, and not a file.
  ///
  /// - Parameter url: the folder.
  /// - Returns: whether there is.
  public static func exists(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Makes a folder and those above it, if they are missing.
  ///
  /// - Parameter url: the folder.
  /// - Throws: `TensorFileError` when it cannot be made, or a file of that name is in the way.
  public static func make(_ url: URL) throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw TensorFileError(
        .file, file: url.path,
        problem: FileManager.default.fileExists(atPath: url.path) && !exists(url)
          ? "is a file where a folder is needed" : "the folder cannot be made",
        remedy: "choose another folder, or check who may write there")
    }
  }

  /// Makes a folder and what is in it, so that its name never stands for half of it.
  ///
  /// - Parameters:
  ///   - url: the folder; it does not exist or is empty.
  ///   - body: writes into the folder it is given, which then takes the name.
  /// - Throws: `TensorFileError` when the folder holds something or cannot be made, and what the
  ///   closure throws; then nothing is left behind.
  public static func write(_ url: URL, _ body: (URL) throws -> Void) throws {
    let url = url.resolvingSymlinksInPath()
    try requireFree(url)
    try make(url.deletingLastPathComponent())
    let temporary = url.deletingLastPathComponent()
      .appendingPathComponent(AtomicFile.temporaryName())
    do {
      try make(temporary)
      try body(temporary)
      // An empty folder of that name gives way in the same step.
      guard rename(temporary.path, url.path) == 0 else {
        throw systemError(errno, url.path, doing: "the folder cannot be made")
      }
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw error
    }
  }

  /// Removes what a process that was killed had not finished here: files and folders of temporary names.
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
        problem: contents == nil ? "is no folder that can be read" : "is not empty",
        remedy: "choose another folder, or remove this one first")
    }
  }
}
