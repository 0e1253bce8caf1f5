import Foundation
import TensorFiles

/// A self-contained page of numbers and pictures in sections, for work in progress.
public struct ReportPage: Sendable {
  /// A section of the page.
  public struct Section: Sendable {
    /// The headline.
    public var headline: String
    /// An explanation in a few sentences; a blank line separates paragraphs.
    public var text: String
    /// Single numbers, shown in large type.
    public var numbers: [(name: String, value: String)]
    /// The rows of a table, the first one with the names of its columns; empty if there is none.
    public var table: [[String]]
    /// The pictures in order.
    public var views: [View]

    /// Creates a section; omitted contents are empty.
    public init(
      _ headline: String, text: String = "", numbers: [(name: String, value: String)] = [],
      table: [[String]] = [], views: [View] = []
    ) {
      self.headline = headline
      self.text = text
      self.numbers = numbers
      self.table = table
      self.views = views
    }
  }

  private let title: String
  private let introduction: String
  private let sections: [Section]

  /// Creates a page with a headline, an introduction and sections.
  public init(title: String, introduction: String, sections: [Section]) {
    self.title = title
    self.introduction = introduction
    self.sections = sections
  }

  /// Writes the page, replacing an older one.
  public func write(to file: URL) throws { try AtomicFile.write(try html(), to: file) }

  /// Returns the text of the file.
  func html() throws -> String {
    HTML.page(
      title: title, introduction: introduction, sections: try sections.map(Self.html))
  }

  private static func html(_ section: Section) throws -> String {
    let numbers = section.numbers.map { number in
      "<div><dt>\(escaped(number.name))</dt><dd>\(escaped(number.value))</dd></div>"
    }
    let list = numbers.isEmpty ? "" : "<dl class=\"numbers\">\(numbers.joined())</dl>"
    let table =
      section.table.isEmpty
      ? ""
      : HTML.table(
        title: section.headline, columns: section.table[0],
        rows: section.table.dropFirst().map { $0.map(escaped) })
    let figures = try section.views.map(HTML.figure)
    let pictures =
      figures.isEmpty ? "" : "<div class=\"figures\">\(figures.joined(separator: "\n"))</div>"
    return """
      <section><h2>\(escaped(section.headline))</h2>
      \(HTML.paragraphs(section.text))
      \(list)
      \(table)
      \(pictures)
      </section>
      """
  }
}
