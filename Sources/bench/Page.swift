import Foundation
import TensorFiles

/// A Markdown file with a place for the tables of figures.
struct Page {
  private let file: URL
  private let before: String
  private let after: String

  /// Reads the file and finds the lines around the tables: `<!-- NAME -->` and `<!-- /NAME -->`.
  init(_ file: URL, table name: String = "bench") throws {
    let (first, last) = ("<!-- \(name) -->", "<!-- /\(name) -->")
    self.file = file
    guard let document = try? String(contentsOf: file, encoding: .utf8) else {
      throw TensorFileError(
        .file, file: file.path, problem: "cannot be read as text", remedy: "check the path")
    }
    guard let start = document.range(of: first), let end = document.range(of: last),
      start.upperBound <= end.lowerBound
    else {
      throw TensorFileError(
        .file, file: file.path, problem: "has no lines \(first) and \(last)",
        remedy: "add them where the tables belong")
    }
    before = String(document[..<start.upperBound])
    after = String(document[end.lowerBound...])
  }

  /// Replaces the text between the two lines.
  func replaceTable(with text: String) throws {
    try AtomicFile.write(before + "\n" + text + "\n" + after, to: file)
  }
}
