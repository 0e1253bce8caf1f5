extension FormulaNode {
  /// The formula as one line of Unicode text.
  var text: String {
    switch self {
    case .row(let parts): Self.line(parts)
    case .identifier(let name, _): name
    case .number(let digits): digits
    case .sign(let sign, let kind): kind == .large && sign == "∑" ? "Σ" : sign
    case .words(let words): words
    case .space: " "
    case .fraction(let above, let below): "\(above.asFactor) / \(below.asFactor)"
    case .root(let inside): "√\(inside.isAtom ? inside.text : "(\(inside.text))")"
    case .accent(let base, let mark): base.text + mark.combining
    case .fenced(let open, let inside, let close): open + inside.text + close
    case .scripts(let base, let below, let above):
      base.text + (below.map { Self.script($0, FormulaSigns.lowered, "_") } ?? "")
        + (above.map { Self.script($0, FormulaSigns.raised, "^") } ?? "")
    }
  }

  /// Whether the node needs no parentheses as a factor.
  private var isAtom: Bool {
    switch self {
    case .identifier, .number, .words, .accent, .fenced, .scripts: true
    case .row(let parts): parts.count == 1 && parts[0].isAtom
    case .sign, .space, .fraction, .root: false
    }
  }

  private var asFactor: String { isAtom ? text : "(\(text))" }

  /// Returns a subscript or superscript in Unicode characters if all exist, otherwise after `_` or `^`.
  private static func script(
    _ node: FormulaNode, _ table: [Character: Character], _ mark: String
  ) -> String {
    let plain = node.text
    let small = plain.filter { $0 != " " }.compactMap { table[$0] }
    if small.count == plain.filter({ $0 != " " }).count { return String(small) }
    return plain == "′" ? "′" : plain.count == 1 ? mark + plain : "\(mark)(\(plain))"
  }

  /// Joins the parts, with spaces around binary operators and relations and after commas and sums.
  private static func line(_ parts: [FormulaNode]) -> String {
    var result = ""
    // A minus at the start, after another operator or after an opening parenthesis is a sign.
    var startsTerm = true
    for part in parts {
      let piece = part.text
      switch part {
      case .sign(_, .binary) where startsTerm: result += piece
      case .sign(_, .binary), .sign(_, .relation):
        result = trimmed(result) + " \(piece) "
        startsTerm = true
        continue
      case .sign(_, .comma):
        result = trimmed(result) + piece + " "
        startsTerm = true
        continue
      case .sign(_, .large), .scripts(.sign(_, .large), _, _), .scripts(.sign(_, .limited), _, _),
        .sign(_, .limited):
        if let last = result.last, last.isLetter { result += " " }
        result += piece + " "
      case .space:
        if !result.hasSuffix(" ") { result += piece }
        continue
      default:
        result += piece
      }
      if case .sign(_, .opening) = part { startsTerm = true } else { startsTerm = false }
    }
    return trimmed(result)
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
