import Foundation

/// A temporary folder for one test, deleted when the test ends.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("inspection-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Returns the location of a file or folder inside.
  func callAsFunction(_ path: String) -> URL { url.appendingPathComponent(path) }

  /// Returns the text of a file inside.
  func text(_ path: String) throws -> String { try String(contentsOf: self(path), encoding: .utf8) }
}
