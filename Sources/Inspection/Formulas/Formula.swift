/// A formula, written once in the notation of TeX and shown two ways: MathML on pages, plain text in
/// a terminal.
///
/// The part of TeX that the paper needs: letters, numbers, Greek, `^` and `_`, `\frac`, `\sqrt`,
/// `\hat` `\bar` `\tilde` `\vec`, `\sum` `\prod` `\int` with limits, `\left( … \right)`, `\text`,
/// `\mathrm`, `\mathbf`, `\mathcal`, `\mathbb`, function names such as `\exp`, and the usual signs.
/// The same text stands between dollar signs in the project's documents.
///
/// ```swift
/// let bell: Formula = #"\psi(x,y,z) = \exp(-\alpha\,(\hat d(x,y) - z)^2)"#
/// ```
public struct Formula: Sendable, Hashable, ExpressibleByStringLiteral {
  /// What was written.
  public let source: String
  /// The formula as a line of Unicode, for example `ψ(x, y, z) = exp(−α (d̂(x, y) − z)²)`.
  public let text: String
  private let node: FormulaNode

  /// Reads a formula; one that cannot be read is the writer's mistake and stops with the reason.
  public init(_ source: String) {
    do {
      try self.init(parsing: source)
    } catch {
      fatalError("Formula(_:): \(error)")
    }
  }

  /// Reads a formula written as a literal.
  public init(stringLiteral source: String) { self.init(source) }

  /// Reads a formula or says what is wrong with it.
  public init(parsing source: String) throws(FormulaError) {
    var parser = FormulaParser(source)
    let node = try parser.formula()
    self.source = source
    self.node = node
    text = node.text
  }

  /// The formula as a MathML element with its plain text as the label for readers that speak.
  ///
  /// - Parameters:
  ///   - display: whether it stands on a line of its own.
  ///   - marks: numbers for letters that a symbol table explains, by their plain text; they become
  ///     `data-symbol` attributes.
  /// - Returns: a `math` element.
  public func mathML(display: Bool = true, marks: [String: Int] = [:]) -> String {
    let mode = display ? " display=\"block\"" : ""
    let content = node.mathML(display: display, marks: marks)
    return "<math\(mode) aria-label=\"\(escaped(text))\">\(content)</math>"
  }
}

/// Why a formula cannot be read.
public struct FormulaError: Error, Sendable, CustomStringConvertible {
  /// The formula and what is wrong with it.
  public let description: String
}

/// A formula taken apart.
indirect enum FormulaNode: Sendable, Hashable {
  case row([FormulaNode])
  /// A letter or a name; names of several letters, and upright ones, stand upright.
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

/// How a sign behaves between its neighbours.
enum SignKind: Sendable, Hashable {
  /// Stands between two things: + − · ×.
  case binary
  /// Compares: = ≤ ∈ →.
  case relation
  /// A sum, a product: takes limits below and above.
  case large
  /// A name such as max that takes its limit below.
  case limited
  case opening
  case closing
  case comma
  /// Anything else: ∞ ∂ |.
  case plain
}

/// A mark above a letter.
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
