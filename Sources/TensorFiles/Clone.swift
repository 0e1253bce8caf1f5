import Foundation

/// The clone of the repository in which this program was compiled.
///
/// Walkthroughs quote its source, and the shipped portrait and generator are in its `Fixtures`.
public enum Clone {
  /// The folder that holds `Package.swift`.
  public static let folder: URL = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }
}
