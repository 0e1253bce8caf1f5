/// One question of a chapter, with the call to the real code that answers it.
public struct Step: Sendable {
  /// The equation or a short title, for example `Eq. 7`.
  public let title: String
  /// What the step answers.
  public let question: String
  /// The formulas it is about.
  public let formulas: [Formula]
  /// What the letters are called in the code.
  public let symbols: [Symbol]
  /// Where the code is.
  public let code: [CodeExcerpt]
  /// Calls the real code and reports to the page.
  let work: @Sendable (inout Page) throws -> Void

  /// A step of a chapter.
  ///
  /// - Parameters:
  ///   - title: the equation or a short title; the dumps carry it as their equation.
  ///   - question: what the step answers.
  ///   - formulas: the formulas it is about.
  ///   - symbols: what the letters are called in the code.
  ///   - code: where the code is.
  ///   - work: calls the real code and reports numbers, views and claims to the page.
  public init(
    _ title: String, _ question: String, formulas: [Formula] = [], symbols: [Symbol] = [],
    code: [CodeExcerpt] = [], work: @escaping @Sendable (_ page: inout Page) throws -> Void
  ) {
    self.title = title
    self.question = question
    self.formulas = formulas
    self.symbols = symbols
    self.code = code
    self.work = work
  }
}

/// One row of a symbol table: a letter of the paper and its name in the code.
public struct Symbol: Sendable, Hashable {
  /// The letter as the paper prints it, written like a formula: `\psi`, `\hat d`.
  public let paper: Formula
  /// Its name in the code.
  public let code: String
  /// Its shape, for example `[D, H, W]`.
  public let shape: String
  /// Its unit or range.
  public let unit: String

  /// A row of a symbol table.
  public init(_ paper: Formula, _ code: String, shape: String = "", unit: String = "") {
    self.paper = paper
    self.code = code
    self.shape = shape
    self.unit = unit
  }
}

/// Lets steps be listed one below the other, with loops and conditions.
@resultBuilder
public enum StepList {
  /// A step.
  public static func buildExpression(_ step: Step) -> [Step] { [step] }
  /// Steps made elsewhere.
  public static func buildExpression(_ steps: [Step]) -> [Step] { steps }
  /// Steps below each other.
  public static func buildBlock(_ parts: [Step]...) -> [Step] { parts.flatMap(\.self) }
  /// Steps that a loop makes.
  public static func buildArray(_ parts: [[Step]]) -> [Step] { parts.flatMap(\.self) }
  /// Steps under a condition.
  public static func buildOptional(_ part: [Step]?) -> [Step] { part ?? [] }
  /// The first alternative.
  public static func buildEither(first part: [Step]) -> [Step] { part }
  /// The second alternative.
  public static func buildEither(second part: [Step]) -> [Step] { part }
}
