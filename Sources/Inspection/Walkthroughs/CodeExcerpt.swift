import Foundation

/// A piece of the project's source that a page shows beside the formula.
///
/// The source is read from the package when the page is made, so the excerpt is the code of that
/// moment and cannot grow old. The package is found by where this file was when it was compiled; a
/// program that runs without its source says so in the excerpt's place.
public struct CodeExcerpt: Sendable, Hashable {
  /// The file, relative to the package, for example `Sources/Equations/GaussianLifting/….swift`.
  public let file: String
  /// What to show of it.
  public let part: Part

  /// What to show of a file.
  public enum Part: Sendable, Hashable {
    /// From the line `// [excerpt: name]` to the line `// [end: name]`, without the two.
    case region(String)
    /// The declaration whose line contains the text, with its documentation comment, to its end.
    case declaration(String)
  }

  /// The lines between `// [excerpt: name]` and `// [end: name]`.
  public init(_ file: String, region: String) {
    self.file = file
    part = .region(region)
  }

  /// A whole declaration, found by a text of its first line, for example `func weights(at`.
  public init(_ file: String, declaration: String) {
    self.file = file
    part = .declaration(declaration)
  }

  /// Lines of source and the number of the first.
  public struct Lines: Sendable, Hashable {
    /// The number of the first line in its file, counted from 1.
    public let first: Int
    /// The lines, without the indentation they share.
    public let text: String
  }

  /// Where the excerpt's file, or the part of it, is missing.
  public struct Missing: Error, CustomStringConvertible {
    /// One line: what is missing and where it was looked for.
    public let description: String
  }

  /// The package this library was compiled in.
  public static let packageFolder: URL = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  /// Reads the excerpt from the source.
  ///
  /// - Parameter package: the folder that holds `Package.swift`.
  /// - Returns: the lines and the number of the first.
  /// - Throws: `Missing` when the file or the part of it is not there.
  public func lines(in package: URL = packageFolder) throws -> Lines {
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
      return Self.cut(lines, start + 1..<end)
    case .declaration(let text):
      let isCode = { (line: String) in !line.drop { $0 == " " }.hasPrefix("//") }
      guard let head = lines.firstIndex(where: { isCode($0) && $0.contains(text) }) else {
        throw Missing(description: "\(file): no declaration with \"\(text)\"")
      }
      return Self.cut(lines, Self.documentation(lines, head)..<Self.end(lines, head))
    }
  }

  /// The first line of the comment and the attributes that stand above a declaration.
  private static func documentation(_ lines: [String], _ head: Int) -> Int {
    var start = head
    while start > 0 {
      let above = lines[start - 1].drop { $0 == " " }
      guard above.hasPrefix("///") || above.hasPrefix("@") else { break }
      start -= 1
    }
    return start
  }

  /// The line after a declaration: where the next line stands no deeper than it and closes it.
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

  private static func cut(_ lines: [String], _ range: Range<Int>) -> Lines {
    let kept = lines[range]
    let shared =
      kept.filter { !$0.allSatisfy { $0 == " " } }
      .map { $0.prefix { $0 == " " }.count }.min() ?? 0
    let text = kept.map { String($0.dropFirst(shared)) }.joined(separator: "\n")
    return Lines(first: range.lowerBound + 1, text: text)
  }
}
