import Foundation

/// Folders that programs write into.
public enum Folder {
  /// Makes a folder and those above it, if they are missing.
  ///
  /// - Parameter url: the folder.
  /// - Throws: `TensorFileError` when it cannot be made, or a file of that name is in the way.
  public static func make(_ url: URL) throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      throw TensorFileError(
        .file, file: url.path,
        problem: exists && !isFolder.boolValue
          ? "is a file where a folder is needed" : "the folder cannot be made",
        remedy: "choose another folder, or check who may write there")
    }
  }
}
