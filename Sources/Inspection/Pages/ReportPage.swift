import Foundation
import TensorFiles

/// A page of pictures under headlines that needs no other file; for work that is looked at while it
/// goes on.
public struct ReportPage: Sendable {
  /// What stands under one headline.
  public struct Section: Sendable {
    /// The headline.
    public var headline: String
    /// What is to be seen, in a few sentences; a blank line separates paragraphs.
    public var text: String
    /// Single numbers, written large.
    public var numbers: [(name: String, value: String)]
    /// The pictures in their order.
    public var views: [View]

    /// A section; what is left out is empty.
    public init(
      _ headline: String, text: String = "", numbers: [(name: String, value: String)] = [],
      views: [View] = []
    ) {
      self.headline = headline
      self.text = text
      self.numbers = numbers
      self.views = views
    }
  }

  private let title: String
  private let introduction: String
  private let sections: [Section]

  /// A page with a headline, a few words, and its sections.
  public init(title: String, introduction: String, sections: [Section]) {
    self.title = title
    self.introduction = introduction
    self.sections = sections
  }

  /// Writes the page in place of an older one.
  public func write(to file: URL) throws { try AtomicFile.write(try html(), to: file) }

  /// The whole file.
  func html() throws -> String {
    HTML.page(
      title: title, introduction: introduction, sections: try sections.map(Self.html))
  }

  private static func html(_ section: Section) throws -> String {
    let numbers = section.numbers.map { number in
      "<div><dt>\(escaped(number.name))</dt><dd>\(escaped(number.value))</dd></div>"
    }
    let list = numbers.isEmpty ? "" : "<dl class=\"numbers\">\(numbers.joined())</dl>"
    let figures = try section.views.map(HTML.figure)
    let pictures =
      figures.isEmpty ? "" : "<div class=\"figures\">\(figures.joined(separator: "\n"))</div>"
    return """
      <section><h2>\(escaped(section.headline))</h2>
      \(HTML.paragraphs(section.text))
      \(list)
      \(pictures)
      </section>
      """
  }
}
