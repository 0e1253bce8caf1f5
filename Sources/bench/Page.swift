import Foundation
import TensorFiles

/// A Markdown file with a place for the tables of figures.
struct Page {
  private static let (start, end) = ("<!-- bench -->", "<!-- /bench -->")

  private let file: URL
  private let before: String
  private let after: String

  /// Reads the file and finds the lines around the tables.
  init(_ file: URL) throws {
    self.file = file
    guard let document = try? String(contentsOf: file, encoding: .utf8) else {
      throw TensorFileError(
        .file, file: file.path, problem: "cannot be read as text", remedy: "check the path")
    }
    guard let start = document.range(of: Self.start), let end = document.range(of: Self.end),
      start.upperBound <= end.lowerBound
    else {
      throw TensorFileError(
        .file, file: file.path, problem: "has no lines \(Self.start) and \(Self.end)",
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
