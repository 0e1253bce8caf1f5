/// A formula in TeX notation, shown as MathML on pages and as plain text in a terminal.
///
/// The notation is the part of TeX that the paper needs: letters, numbers, Greek, `^` and `_`,
/// `\frac`, `\sqrt`, `\hat` `\bar` `\tilde` `\vec`, `\sum` `\prod` `\int` with limits,
/// `\left( … \right)`, `\text`, `\mathrm`, `\mathbf`, `\mathcal`, `\mathbb`, function names such as
/// `\exp`, and the usual symbols. The project's documents use the same notation between dollar signs.
///
/// ```swift
/// let bell: Formula = #"\psi(x,y,z) = \exp(-\alpha\,(\hat d(x,y) - z)^2)"#
/// ```
public struct Formula: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The formula in TeX notation.
  public let source: String
  /// The formula as a line of Unicode, for example `ψ(x, y, z) = exp(−α (d̂(x, y) − z)²)`.
  public let text: String
  private let node: FormulaNode

  /// Parses a formula; an invalid formula is a programming error and stops the program with the reason.
  public init(_ source: String) {
    do {
      try self.init(parsing: source)
    } catch {
      fatalError("Formula(_:): \(error)")
    }
  }

  /// Parses a formula written as a string literal.
  public init(stringLiteral source: String) { self.init(source) }

  /// Parses a formula; throws `FormulaError` with the reason if it is invalid.
  public init(parsing source: String) throws(FormulaError) {
    var parser = FormulaParser(source)
    let node = try parser.formula()
    self.source = source
    self.node = node
    text = node.text
  }

  /// Returns the formula as a MathML element, labeled with its plain text for screen readers.
  ///
  /// - Parameters:
  ///   - display: whether the formula is displayed on its own line.
  ///   - marks: a number for each letter of the symbol table, by its plain text; the numbers become
  ///     `data-symbol` attributes.
  /// - Returns: a `math` element.
  public func mathML(display: Bool = true, marks: [String: Int] = [:]) -> String {
    let mode = display ? " display=\"block\"" : ""
    let content = node.mathML(display: display, marks: marks)
    return "<math\(mode) aria-label=\"\(escaped(text))\">\(content)</math>"
  }
}

/// The error for a formula that cannot be parsed.
public struct FormulaError: Error, Sendable, CustomStringConvertible {
  /// The formula and the reason.
  public let description: String
}

/// A node of the syntax tree of a formula.
indirect enum FormulaNode: Sendable, Hashable {
  case row([FormulaNode])
  /// A letter or a name; names of several letters are always set upright.
  case identifier(String, upright: Bool)
  case number(String)
  case sign(String, SignKind)
  case words(String)
  case space(String)
  case fraction(FormulaNode, FormulaNode)
  case root(FormulaNode)
  case scripts(FormulaNode, below: FormulaNode?, above: FormulaNode?)
  case accent(FormulaNode, Accent)
  case fenced(String, FormulaNode, String)
}

/// The role of a symbol, which determines its spacing and limits.
enum SignKind: Sendable, Hashable {
  /// A binary operator: + − · ×.
  case binary
  /// A relation: = ≤ ∈ →.
  case relation
  /// A large operator such as a sum or a product, with limits below and above.
  case large
  /// An operator name such as max, with its limit below.
  case limited
  case opening
  case closing
  case comma
  /// Any other symbol: ∞ ∂ |.
  case plain
}

/// An accent above a letter.
enum Accent: Sendable, Hashable {
  case hat, bar, tilde, vector

  var combining: String {
    switch self {
    case .hat: "\u{302}"
    case .bar: "\u{304}"
    case .tilde: "\u{303}"
    case .vector: "\u{20D7}"
    }
  }

  var sign: String {
    switch self {
    case .hat: "^"
    case .bar: "¯"
    case .tilde: "~"
    case .vector: "→"
    }
  }
}
