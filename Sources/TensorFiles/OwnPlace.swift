import Foundation

/// Checks before a program replaces, extends or removes what it has written earlier.
///
/// A symbolic link or a device under the name of such a file was not made by the program. Writing
/// through it would change files elsewhere.
public enum OwnPlace {
  /// The kind of what has a name, without following a link.
  public enum Kind: Sendable {
    /// There is nothing.
    case nothing
    /// A regular file.
    case file
    /// A folder.
    case folder
    /// A symbolic link, whatever it refers to.
    case link
    /// A device, a pipe or a socket.
    case other
  }

  /// Returns the kind of what has a name.
  ///
  /// - Parameter url: the place.
  /// - Returns: the kind; `nothing` also if the folder above cannot be read.
  public static func kind(_ url: URL) -> Kind {
    var status = stat()
    guard lstat(url.path, &status) == 0 else { return .nothing }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// Throws an error unless there is a regular file, or nothing.
  ///
  /// - Parameter url: the place of a file that will be written.
  /// - Throws: `TensorFileError`.
  public static func requireFile(_ url: URL) throws {
    try require(kind(url), url, as: .file, "regular file")
  }

  /// Throws an error unless there is a folder, or nothing.
  ///
  /// - Parameter url: the place of a folder that will be written into.
  /// - Throws: `TensorFileError`.
  public static func requireFolder(_ url: URL) throws {
    try require(kind(url), url, as: .folder, "folder")
  }

  private static func require(_ found: Kind, _ url: URL, as kind: Kind, _ name: String) throws {
    guard found != kind, found != .nothing else { return }
    let what =
      switch found {
      case .link: "is a symbolic link"
      case .folder: "is a folder"
      case .file: "is a file"
      case .other, .nothing: "is a device or a pipe"
      }
    throw TensorFileError(
      .file, file: url.path, problem: "\(what) where a \(name) is written",
      remedy: "remove it or choose another folder", isWrongUse: true)
  }
}
