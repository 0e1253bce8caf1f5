/// The time to read a page with attention, from its words and formulas.
struct ReadingTime {
  /// A usual speed for technical text.
  static let wordsPerMinute = 200.0
  static let minutesPerFormula = 0.5

  /// The minutes of the whole page.
  let total: Double
  /// The minutes of each section by its anchor, for example `step2`.
  let sections: [String: Double]

  /// Reads a page that is well-formed XML.
  ///
  /// Code, tables, captions of numbers, navigation and hidden frames are not counted as words.
  init(html: String) {
    var counter = PageCounter()
    counter.read(html)
    total = counter.minutes.values.reduce(0, +)
    sections = counter.minutes.filter { !$0.key.isEmpty }
  }

  /// Returns minutes as a rounded number of at least 1.
  static func rounded(_ minutes: Double) -> Int { max(1, Int(minutes.rounded())) }
}

/// Counts the words and formulas of a page while it passes through the tags.
private struct PageCounter {
  private(set) var minutes: [String: Double] = [:]
  private var section = ""
  /// The element whose content is not counted, and the number of open elements of its name.
  private var skipped: (name: Substring, depth: Int)?

  private static let uncounted: Set<Substring> = [
    "head", "style", "script", "math", "svg", "pre", "table", "nav", "small",
  ]

  mutating func read(_ html: String) {
    var rest = html[...]
    while let open = rest.firstIndex(of: "<") {
      addWords(rest[..<open])
      guard let close = rest[open...].firstIndex(of: ">") else { return }
      enter(rest[rest.index(after: open)..<close])
      rest = rest[rest.index(after: close)...]
    }
  }

  private mutating func enter(_ tag: Substring) {
    let isEnd = tag.first == "/"
    let name = (isEnd ? tag.dropFirst() : tag).prefix { $0.isLetter || $0.isNumber }
    let isEmpty = tag.last == "/"
    if let open = skipped {
      guard name == open.name, !isEmpty else { return }
      let depth = open.depth + (isEnd ? -1 : 1)
      skipped = depth == 0 ? nil : (name, depth)
      return
    }
    if name == "section" { section = isEnd ? "" : Self.anchor(of: tag) }
    if tag.hasPrefix("math display=\"block\"") {
      minutes[section, default: 0] += ReadingTime.minutesPerFormula
    }
    let isHidden = tag.contains(" hidden=\"") || tag.hasSuffix(" hidden")
    if !isEnd && !isEmpty && (Self.uncounted.contains(name) || isHidden) { skipped = (name, 1) }
  }

  private mutating func addWords(_ text: Substring) {
    guard skipped == nil else { return }
    let count = text.split(whereSeparator: \.isWhitespace).count
    if count > 0 { minutes[section, default: 0] += Double(count) / ReadingTime.wordsPerMinute }
  }

  private static func anchor(of tag: Substring) -> String {
    guard let start = tag.range(of: "id=\"")?.upperBound else { return "" }
    return String(tag[start...].prefix { $0 != "\"" })
  }
}
