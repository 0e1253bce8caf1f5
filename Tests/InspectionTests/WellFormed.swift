import Foundation
import FoundationXML
import Testing

/// Requires that a text is well-formed XML; returns the names and attributes of its elements in order.
@discardableResult
func requireWellFormed(
  _ text: String, at location: SourceLocation = #_sourceLocation
) throws -> [(name: String, attributes: [String: String])] {
  let parser = XMLParser(data: Data(text.utf8))
  let collector = Collector()
  parser.delegate = collector
  let isWellFormed = parser.parse()
  let reason = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "")"
  try #require(isWellFormed, "\(reason)", sourceLocation: location)
  return collector.elements
}

private final class Collector: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String])] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }
}
