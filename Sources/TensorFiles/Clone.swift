import Foundation

/// The files of the project that programs read: a clone of the repository, or its installed copy.
///
/// Walkthroughs quote its source, and the shipped portrait and generator are in its `Fixtures`.
public enum Clone {
  /// The installed copy beside an installed program; otherwise the clone in which it was compiled.
  public static let folder: URL =
    installed
    ?? (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
      url.deletingLastPathComponent()
    }

  /// The folder `share/ssgan3d` beside the program's folder, which `make install` fills.
  ///
  /// Nil for a program that is not installed.
  public static let installed: URL? = installed(beside: Bundle.main.executableURL)

  /// Returns the installed copy for a program, `PREFIX/share/ssgan3d` for `PREFIX/bin/program`.
  ///
  /// - Parameter program: the file of the program, or a link to it.
  /// - Returns: the folder, or nil if it does not hold the project's `Fixtures`.
  static func installed(beside program: URL?) -> URL? {
    guard let program = program?.resolvingSymlinksInPath() else { return nil }
    let prefix = program.deletingLastPathComponent().deletingLastPathComponent()
    let share = prefix.appendingPathComponent("share/ssgan3d")
    return Folder.exists(share.appendingPathComponent("Fixtures")) ? share : nil
  }
}
