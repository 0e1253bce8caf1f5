import Foundation

/// An excerpt of the project's source code that a page shows beside a formula.
///
/// The source is read when the page is made, so an excerpt is never out of date. If the source is missing,
/// the page shows a message instead.
public struct CodeExcerpt: Sendable, Hashable {
  /// The folder that holds `Package.swift`.
  public let package: URL
  /// The file, relative to the package, for example `Sources/Equations/GaussianLifting/….swift`.
  public let file: String
  /// The part of the file to show.
  public let part: Part
  /// A text of the line that a page marks; nil if none is marked.
  public let marking: String?

  /// A part of a source file.
  public enum Part: Sendable, Hashable {
    /// The lines between `// [excerpt: name]` and `// [end: name]`.
    case region(String)
    /// The whole declaration whose first line contains the text, with its documentation comment.
    case declaration(String)
  }

  /// Creates an excerpt of the lines between `// [excerpt: name]` and `// [end: name]`.
  public init(_ file: String, region: String, marking: String? = nil, in package: URL) {
    self.package = package
    self.file = file
    part = .region(region)
    self.marking = marking
  }

  /// Creates an excerpt of a whole declaration, found by a part of its first line.
  public init(_ file: String, declaration: String, marking: String? = nil, in package: URL) {
    self.package = package
    self.file = file
    part = .declaration(declaration)
    self.marking = marking
  }

  /// Lines of source code with the number of the first line.
  public struct Lines: Sendable, Hashable {
    /// The number of the first line in the file, counted from 1.
    public let first: Int
    /// The lines without their common indentation.
    public let text: String
    /// The index of the marked line in the text; nil if none is marked.
    public let marked: Int?

    /// The number of the marked line in the file, or of the first line if none is marked.
    public var number: Int { first + (marked ?? 0) }
  }

  /// The error for a file, or a part of it, that is missing.
  public struct Missing: Error, CustomStringConvertible {
    /// One line: what is missing and where it was searched for.
    public let description: String
  }

  /// Reads the excerpt from the source.
  ///
  /// - Returns: the lines with the number of the first line.
  /// - Throws: `Missing` if the file or the part of it does not exist.
  public func lines() throws -> Lines {
    let url = package.appendingPathComponent(file)
    guard let source = try? String(contentsOf: url, encoding: .utf8) else {
      throw Missing(description: "\(file): the source is not here, so it cannot be shown")
    }
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    switch part {
    case .region(let name):
      guard let start = lines.firstIndex(where: { $0.contains("// [excerpt: \(name)]") }),
        let end = lines[start...].firstIndex(where: { $0.contains("// [end: \(name)]") })
      else { throw Missing(description: "\(file): no lines marked // [excerpt: \(name)]") }
      return try cut(lines, start + 1..<end)
    case .declaration(let text):
      let isCode = { (line: String) in !line.drop { $0 == " " }.hasPrefix("//") }
      guard let head = lines.firstIndex(where: { isCode($0) && $0.contains(text) }) else {
        throw Missing(description: "\(file): no declaration with \"\(text)\"")
      }
      return try cut(lines, Self.documentation(lines, head)..<Self.end(lines, head))
    }
  }

  /// Returns the index of the first line of the comment and attributes above a declaration.
  private static func documentation(_ lines: [String], _ head: Int) -> Int {
    var start = head
    while start > 0 {
      let above = lines[start - 1].drop { $0 == " " }
      guard above.hasPrefix("///") || above.hasPrefix("@") else { break }
      start -= 1
    }
    return start
  }

  /// Returns the index after the last line of a declaration, found by its indentation.
  private static func end(_ lines: [String], _ head: Int) -> Int {
    let indent = lines[head].prefix { $0 == " " }.count
    guard !lines[head].hasSuffix("}") else { return head + 1 }
    for index in lines.indices where index > head {
      let line = lines[index]
      let depth = line.prefix { $0 == " " }.count
      if line.allSatisfy({ $0 == " " }) {
        // A declaration without a body ends with its paragraph.
        if !lines[head...index].contains(where: { $0.contains("{") }) { return index }
      } else if depth == indent, line.dropFirst(indent).hasPrefix("}") {
        return index + 1
      } else if depth < indent {
        return index
      }
    }
    return lines.count
  }

  private func cut(_ lines: [String], _ range: Range<Int>) throws -> Lines {
    let kept = lines[range]
    let shared =
      kept.filter { !$0.allSatisfy { $0 == " " } }
      .map { $0.prefix { $0 == " " }.count }.min() ?? 0
    let text = kept.map { String($0.dropFirst(shared)) }.joined(separator: "\n")
    guard let marking else { return Lines(first: range.lowerBound + 1, text: text, marked: nil) }
    // The text of a comment may hold the same words as the line of code.
    guard
      let marked = kept.firstIndex(where: {
        $0.contains(marking) && !$0.drop { $0 == " " }.hasPrefix("//")
      })
    else { throw Missing(description: "\(file): no line with \"\(marking)\" in the excerpt") }
    return Lines(first: range.lowerBound + 1, text: text, marked: marked - range.lowerBound)
  }
}
