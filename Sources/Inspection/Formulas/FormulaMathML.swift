extension FormulaNode {
  /// Returns the formula as a MathML element.
  ///
  /// - Parameters:
  ///   - display: whether the limits of sums are below and above the sign instead of beside it.
  ///   - marks: a number for each letter of the symbol table, by its plain text.
  /// - Returns: exactly one element.
  func mathML(display: Bool, marks: [String: Int] = [:]) -> String {
    let element = plainMathML(display: display, marks: marks)
    guard let mark = marks[text] else { return element }
    return "<mrow data-symbol=\"\(mark)\">\(element)</mrow>"
  }

  private func plainMathML(display: Bool, marks: [String: Int]) -> String {
    func inline(_ node: FormulaNode) -> String { node.mathML(display: false, marks: marks) }
    switch self {
    case .row(let parts): return Self.row(parts, display, marks)
    case .identifier(let name, let upright):
      // By default MathML sets a single letter in italics and several letters upright.
      let variant = upright && name.count == 1 ? " mathvariant=\"normal\"" : ""
      return "<mi\(variant)>\(escaped(name))</mi>"
    case .number(let digits): return "<mn>\(digits)</mn>"
    case .sign(let sign, .limited): return "<mo movablelimits=\"false\">\(sign)</mo>"
    case .sign(let sign, .large):
      return "<mo\(display ? " movablelimits=\"false\"" : "")>\(sign)</mo>"
    case .sign(let sign, .opening), .sign(let sign, .closing):
      return "<mo stretchy=\"false\">\(escaped(sign))</mo>"
    case .sign("|", .plain), .sign("‖", .plain):
      return "<mo stretchy=\"false\" form=\"infix\" lspace=\"0.1em\" rspace=\"0.1em\">\(text)</mo>"
    case .sign(let sign, _): return "<mo>\(escaped(sign))</mo>"
    case .words(let words):
      // MathML drops common spaces at the ends.
      var text = words
      if text.first == " " { text = "\u{A0}" + text.dropFirst() }
      if text.last == " " { text = text.dropLast() + "\u{A0}" }
      return "<mtext>\(escaped(text))</mtext>"
    case .space(let width): return "<mspace width=\"\(width)\"/>"
    case .fraction(let above, let below):
      return "<mfrac>\(inline(above))\(inline(below))</mfrac>"
    case .root(let inside): return "<msqrt>\(inline(inside))</msqrt>"
    case .accent(let base, let mark):
      return "<mover accent=\"true\">\(inline(base))"
        + "<mo stretchy=\"false\">\(mark.sign)</mo></mover>"
    case .fenced(let open, let inside, let close):
      let content = inside.mathML(display: display, marks: marks)
      return "<mrow>\(Self.fence(open))\(content)\(Self.fence(close))</mrow>"
    case .scripts(let base, let below, let above):
      return Self.scripts(base, below, above, display, marks)
    }
  }

  private static func row(
    _ parts: [FormulaNode], _ display: Bool, _ marks: [String: Int]
  ) -> String {
    var startsTerm = true
    let elements = parts.map { part -> String in
      defer {
        switch part {
        case .sign(_, .binary), .sign(_, .relation), .sign(_, .opening), .sign(_, .comma):
          startsTerm = true
        case .space: break
        default: startsTerm = false
        }
      }
      if case .sign(let sign, .binary) = part, startsTerm {
        return "<mo form=\"prefix\">\(escaped(sign))</mo>"
      }
      return part.mathML(display: display, marks: marks)
    }
    return "<mrow>\(elements.joined())</mrow>"
  }

  private static func fence(_ sign: String) -> String {
    sign.isEmpty ? "" : "<mo fence=\"true\" stretchy=\"true\">\(escaped(sign))</mo>"
  }

  private static func scripts(
    _ base: FormulaNode, _ below: FormulaNode?, _ above: FormulaNode?, _ display: Bool,
    _ marks: [String: Int]
  ) -> String {
    var isLarge = false
    if case .sign(let sign, let kind) = base {
      isLarge = display && (kind == .large && sign != "∫" || kind == .limited)
    }
    let inside = [base, below, above]
      .compactMap { $0?.mathML(display: false, marks: marks) }.joined()
    switch (below != nil, above != nil) {
    case (true, true): return isLarge ? element("munderover", inside) : element("msubsup", inside)
    case (true, false): return isLarge ? element("munder", inside) : element("msub", inside)
    default: return isLarge ? element("mover", inside) : element("msup", inside)
    }
  }

  private static func element(_ name: String, _ inside: String) -> String {
    "<\(name)>\(inside)</\(name)>"
  }
}

/// Returns the text with the special characters of HTML and XML escaped.
func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}
