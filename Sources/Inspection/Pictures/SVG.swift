import Foundation

/// The elements of vector graphics inside a page; lengths are in units of the view box.
enum SVG {
  /// The place of a text at its horizontal coordinate; the raw value is a class of ``ChartStyle``.
  enum Anchor: String {
    /// That of the group: the middle for the value of a point, otherwise the start.
    case inherited = ""
    case start = "s"
    case middle = "m"
    case end = "e"
  }

  /// Returns a number with at most one decimal.
  static func number(_ value: Double) -> String { number(tenths: tenths(value)) }

  static func tenths(_ value: Double) -> Int { Int((value * 10).rounded()) }

  static func number(tenths: Int) -> String {
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    let sign = tenths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return "\(sign)\(whole == 0 ? "" : "\(whole)").\(rest)"
  }

  /// Returns a line of text whose baseline is at `y`.
  static func text(
    _ text: String, x: Double, y: Double, _ anchor: Anchor = .inherited, isTick: Bool = false
  ) -> String {
    let classes = [anchor.rawValue, isTick ? "tick" : ""].filter { !$0.isEmpty }
    let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    return "<text\(attribute) x=\"\(number(x))\" y=\"\(number(y))\">\(escaped(text))</text>"
  }

  /// Returns a path; empty if it has no commands.
  static func path(_ commands: String, class name: String = "") -> String {
    guard !commands.isEmpty else { return "" }
    return "<path\(name.isEmpty ? "" : " class=\"\(name)\"") d=\"\(commands)\"/>"
  }

  /// Returns an estimate of the width of a text that is rather too large: fonts differ.
  static func width(of text: String) -> Double {
    ChartStyle.textSize
      * text.reduce(0) { width, character in
        let isWide = "−→×≤≥≈±∞√%mwMW".contains(character)
        return width + (isWide ? 0.95 : character.isUppercase ? 0.75 : 0.62)
      }
  }

  /// Returns the text in lines of at most `width`, broken between words.
  static func lines(_ text: String, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, self.width(of: last + " " + word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Returns a value in words of up to seven digits, enough for every 32-bit number.
  static func exact(_ value: Double) -> String {
    guard value.isFinite else { return value.brief }
    return String(format: "%.7g", value).replacingOccurrences(of: "-", with: "−")
  }
}

/// A path through points, rounded to one decimal, in short relative steps that do not add up errors.
struct SVGPath {
  private(set) var commands = ""
  private var pen = (x: 0, y: 0)
  private var isLine = false

  mutating func move(x: Double, y: Double) {
    pen = (SVG.tenths(x), SVG.tenths(y))
    commands += "M" + pair(pen.x, pen.y)
    isLine = false
  }

  mutating func line(x: Double, y: Double) {
    let next = (x: SVG.tenths(x), y: SVG.tenths(y))
    let step = pair(next.x - pen.x, next.y - pen.y)
    // The letter may be left out between equal commands; a minus sign separates numbers.
    commands += isLine ? (step.hasPrefix("-") ? step : " " + step) : "l" + step
    (pen, isLine) = (next, true)
  }

  /// Draws a dot, a line without length, at the last place.
  mutating func dot() {
    commands += "h0"
    isLine = false
  }

  mutating func close() {
    commands += "z"
    isLine = false
  }

  private func pair(_ x: Int, _ y: Int) -> String {
    let second = SVG.number(tenths: y)
    return SVG.number(tenths: x) + (second.hasPrefix("-") ? "" : " ") + second
  }
}
