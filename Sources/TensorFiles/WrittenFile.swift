import Foundation

/// Files that a program wrote earlier, recognized by the checksums that it recorded.
///
/// A list of file names may have been changed by anybody, and it may name anything: a file of
/// somebody else, a folder, a path through a symbolic link. A name alone is therefore never a reason
/// to remove a file.
public enum WrittenFile {
  /// Returns whether something has this name: a file, a folder or a symbolic link, also a broken one.
  public static func isThere(_ url: URL) -> Bool { fileType(url.path) != nil }

  /// Returns whether a path inside a folder leads to a regular file without passing through a link.
  ///
  /// - Parameters:
  ///   - path: the path relative to the folder.
  ///   - folder: the folder, which may itself be reached through links.
  /// - Returns: false also for paths that leave the folder or name hidden files.
  public static func isRegular(_ path: String, in folder: URL) -> Bool {
    let steps = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !steps.isEmpty, steps.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }),
      !path.contains("\0")
    else { return false }
    return hasNoLink(steps.dropLast(), in: folder)
      && fileType(folder.appendingPathComponent(path).path) == S_IFREG
  }

  /// Returns whether the folders of a path inside a folder are real folders or missing.
  ///
  /// - Parameters:
  ///   - path: the path of a file relative to the folder.
  ///   - folder: the folder, which may itself be reached through links.
  /// - Returns: false if a folder of the path is a link or a file.
  public static func staysInside(_ path: String, of folder: URL) -> Bool {
    hasNoLink(path.split(separator: "/").dropLast(), in: folder)
  }

  /// Returns the checksum of a file as `CRC32.text(_:)` gives it; nil if the file cannot be read.
  public static func checksum(_ url: URL) -> String? {
    (try? Data(contentsOf: url, options: .mappedIfSafe)).map(CRC32.text)
  }

  /// Removes a regular file whose bytes are still those that were recorded, and nothing else.
  ///
  /// - Parameters:
  ///   - path: the path relative to the folder.
  ///   - folder: the folder.
  ///   - checksum: the recorded checksum.
  /// - Returns: whether the file was removed.
  @discardableResult
  public static func remove(_ path: String, in folder: URL, checksum: String) -> Bool {
    let file = folder.appendingPathComponent(path)
    guard isRegular(path, in: folder), self.checksum(file) == checksum else { return false }
    return unlink(file.path) == 0
  }

  private static func hasNoLink(_ steps: ArraySlice<Substring>, in folder: URL) -> Bool {
    var place = folder
    for step in steps {
      place.appendPathComponent(String(step))
      if let type = fileType(place.path), type != S_IFDIR { return false }
    }
    return true
  }

  /// Returns the type bits of whatever has this name, without following a link; nil if nothing has.
  private static func fileType(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
