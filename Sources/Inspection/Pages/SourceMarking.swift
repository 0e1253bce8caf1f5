/// Source code as HTML, with comments and the names of the symbol table marked.
enum SourceMarking {
  static func html(
    _ source: String, names: [(name: String, mark: Int)], marked: Int? = nil,
    anchors: inout SymbolAnchors
  ) -> String {
    let marks = Dictionary(
      names.filter { $0.name.count > 1 }.map { ($0.name, $0.mark) },
      uniquingKeysWith: { first, _ in first })
    var lines: [String] = []
    for (index, text) in source.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      let html = line(String(text), marks, &anchors)
      lines.append(index == marked ? "<mark>\(html)</mark>" : html)
    }
    return lines.joined(separator: "\n")
  }

  private static func line(
    _ line: String, _ marks: [String: Int], _ anchors: inout SymbolAnchors
  ) -> String {
    guard let comment = line.range(of: "//") else {
      return words(line, marks) { anchors.claim($0) }
    }
    let code = words(String(line[..<comment.lowerBound]), marks) { anchors.claim($0) }
    let text = words(String(line[comment.lowerBound...]), marks) { _ in nil }
    return "\(code)<span class=\"comment\">\(text)</span>"
  }

  /// Returns escaped text whose marked words name the symbol, and have an anchor if they are its place.
  private static func words(
    _ text: String, _ marks: [String: Int], anchor: (Int) -> String?
  ) -> String {
    var result = ""
    var rest = text[...]
    while let first = rest.first {
      let isName = first.isLetter || first == "_"
      let piece = rest.prefix {
        isName ? $0.isLetter || $0.isNumber || $0 == "_" : !($0.isLetter || $0 == "_")
      }
      rest = rest.dropFirst(piece.count)
      if let mark = marks[String(piece)] {
        let id = anchor(mark).map { " id=\"\($0)\"" } ?? ""
        result += "<span\(id) data-symbol=\"\(mark)\">\(escaped(String(piece)))</span>"
      } else {
        result += escaped(String(piece))
      }
    }
    return result
  }
}

/// The places in the code of a step to which the names of its symbol table lead: the first use of each
/// name outside comments.
struct SymbolAnchors {
  private let step: Int
  private var found: Set<Int> = []

  init(step: Int) { self.step = step }

  /// Returns the anchor of a symbol at its first use in the code; nil at all later ones.
  mutating func claim(_ symbol: Int) -> String? {
    found.insert(symbol).inserted ? name(symbol) : nil
  }

  /// Returns the anchor of a symbol; nil if its name is not in the code that the step shows.
  func place(of symbol: Int) -> String? { found.contains(symbol) ? name(symbol) : nil }

  private func name(_ symbol: Int) -> String { "step\(step)-symbol\(symbol)" }
}
