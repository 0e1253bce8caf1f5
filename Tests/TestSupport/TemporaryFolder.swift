import Foundation
import TensorFiles

/// A temporary folder for one test, deleted when the test ends.
package final class TemporaryFolder {
  /// The folder.
  package let url: URL

  /// Creates an empty folder.
  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Returns the location of a file or folder inside.
  package func callAsFunction(_ path: String) -> URL { url.appendingPathComponent(path) }

  /// Returns the text of a file inside.
  package func text(_ path: String) throws -> String {
    try String(contentsOf: self(path), encoding: .utf8)
  }

  /// Returns the sorted relative paths of all files and folders inside a folder, except the hidden record
  /// of the files that the program wrote.
  package func files(_ path: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: self(path).path)
      .filter { !$0.hasSuffix(ResultFolder.recordName) }.sorted()
  }

  /// Writes a text file, and the folders above it.
  package func write(_ text: String, to path: String) throws {
    let file = self(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}
