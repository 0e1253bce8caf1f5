/// A parser for the part of TeX that the formulas of the paper use.
struct FormulaParser {
  private let source: String
  private let characters: [Character]
  private var position = 0

  init(_ source: String) {
    self.source = source
    characters = Array(source)
  }

  /// Parses the whole text.
  mutating func formula() throws(FormulaError) -> FormulaNode {
    let node = try row()
    guard position == characters.count else {
      throw problem(next == "}" ? "a } has no matching {" : "a \\right has no \\left")
    }
    return node
  }

  private func problem(_ reason: String) -> FormulaError {
    FormulaError(description: "\"\(source)\": \(reason)")
  }

  private var next: Character? { position < characters.count ? characters[position] : nil }

  /// Parses atoms up to a closing brace, a `\right` or the end.
  private mutating func row() throws(FormulaError) -> FormulaNode {
    var parts: [FormulaNode] = []
    while let character = next {
      if character == "}" || isAhead("\\right") && !isAhead("\\rightarrow") { break }
      if character == " " || character == "\n" {
        position += 1
      } else if let part = try scripted() {
        parts.append(part)
      }
    }
    return parts.count == 1 ? parts[0] : .row(parts)
  }

  private func isAhead(_ text: String) -> Bool {
    characters[position...].starts(with: text)
  }

  /// Parses an atom with its subscript and superscript.
  private mutating func scripted() throws(FormulaError) -> FormulaNode? {
    guard let base = try atom() else { return nil }
    var (below, above): (FormulaNode?, FormulaNode?) = (nil, nil)
    while let mark = next, mark == "_" || mark == "^" || mark == " " {
      if mark == " " {
        guard let ahead = characters[position...].first(where: { $0 != " " }), "_^".contains(ahead)
        else { break }
        position += 1
        continue
      }
      position += 1
      let script = try argument("\(mark)")
      if mark == "_" {
        guard below == nil else { throw problem("one letter has two subscripts (_)") }
        below = script
      } else {
        guard above == nil else { throw problem("one letter has two superscripts (^)") }
        above = script
      }
    }
    return below == nil && above == nil ? base : .scripts(base, below: below, above: above)
  }

  /// Parses the argument of `^`, `_` or a command: a group in braces or one atom.
  private mutating func argument(_ owner: String) throws(FormulaError) -> FormulaNode {
    while next == " " { position += 1 }
    guard next != nil, next != "}", let node = try atom(single: true) else {
      throw problem("nothing follows \(owner)")
    }
    return node
  }

  /// Parses one letter, number, symbol, group or command; nil for commands without output.
  ///
  /// - Parameter single: whether a number has only one digit, as after `^`.
  /// - Returns: the atom.
  /// - Throws: `FormulaError` if there is no valid atom.
  private mutating func atom(single: Bool = false) throws(FormulaError) -> FormulaNode? {
    guard let character = next else { return nil }
    position += 1
    switch character {
    case "{":
      let inside = try row()
      guard next == "}" else { throw problem("a { is never closed") }
      position += 1
      return inside
    case "\\": return try command()
    case "^", "_": throw problem("\(character) follows no letter")
    case "0"..."9":
      var digits = String(character)
      while !single, let digit = next, digit.isNumber || digit == "." && followedByDigit {
        digits.append(digit)
        position += 1
      }
      return .number(digits)
    default:
      if let (sign, kind) = FormulaSigns.characters[character] { return .sign(sign, kind) }
      guard character.isLetter else { throw problem("\(character) is not known") }
      return .identifier(String(character), upright: false)
    }
  }

  private var followedByDigit: Bool {
    position + 1 < characters.count && characters[position + 1].isNumber
  }

  private mutating func command() throws(FormulaError) -> FormulaNode? {
    guard let first = next else { throw problem("nothing follows \\") }
    var name = String(first)
    position += 1
    if first.isLetter {
      while let letter = next, letter.isLetter, letter.isASCII {
        name.append(letter)
        position += 1
      }
    }
    if let space = FormulaSigns.spaces[name] { return space.isEmpty ? nil : .space(space) }
    if let letter = FormulaSigns.letters[name] { return .identifier(letter, upright: false) }
    if let letter = FormulaSigns.uprightLetters[name] { return .identifier(letter, upright: true) }
    if FormulaSigns.functions.contains(name) { return .identifier(name, upright: true) }
    if FormulaSigns.limitedFunctions.contains(name) { return .sign(name, .limited) }
    if let accent = FormulaSigns.accents[name] { return .accent(try argument("\\\(name)"), accent) }
    if let (sign, kind) = FormulaSigns.signs[name] { return .sign(sign, kind) }
    return try construction(name)
  }

  private mutating func construction(_ name: String) throws(FormulaError) -> FormulaNode? {
    switch name {
    case "frac", "tfrac", "dfrac":
      return .fraction(try argument("\\frac"), try argument("\\frac"))
    case "sqrt": return .root(try argument("\\sqrt"))
    case "text", "mathrm", "operatorname", "mathit":
      let words = try letters(name)
      return name == "text" ? .words(words) : .identifier(words, upright: name != "mathit")
    case "mathbf", "boldsymbol": return .identifier(try letters(name), upright: true)
    case "mathcal":
      return .identifier(
        try letters(name).map { FormulaSigns.script[$0] ?? String($0) }.joined(), upright: true)
    case "mathbb":
      return .identifier(
        try letters(name).map { FormulaSigns.doubleStruck[$0] ?? String($0) }.joined(),
        upright: true)
    case "left":
      let opening = try fence()
      let inside = try row()
      guard isAhead("\\right") else { throw problem("a \\left has no \\right") }
      position += "\\right".count
      return .fenced(opening, inside, try fence())
    case "displaystyle", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "limits": return nil
    default: throw problem("\\\(name) is not known")
    }
  }

  /// Parses the delimiter after `\left` or `\right`; a period stands for none.
  private mutating func fence() throws(FormulaError) -> String {
    guard case .sign(let sign, _)? = try atom() else { throw problem("a delimiter is missing") }
    return sign == "." ? "" : sign
  }

  /// Parses the letters of a group, or a single letter.
  private mutating func letters(_ owner: String) throws(FormulaError) -> String {
    while next == " " { position += 1 }
    guard let first = next else { throw problem("nothing follows \\\(owner)") }
    position += 1
    guard first == "{" else { return String(first) }
    guard let close = characters[position...].firstIndex(of: "}") else {
      throw problem("a { is never closed")
    }
    defer { position = close + 1 }
    return String(characters[position..<close])
  }
}
