/// A step of a chapter: a question and the call to the real code that answers it.
public struct Step: Sendable {
  /// The equation, for example `Eq. 7`, or a short title.
  public let title: String
  /// The question that the step answers.
  public let question: String
  /// The formulas of the step.
  public let formulas: [Formula]
  /// The symbols of the paper with their names in the code.
  public let symbols: [Symbol]
  /// The excerpts of the code.
  public let code: [CodeExcerpt]
  /// The slider of the step on pages; nil if it has none.
  public let sweep: Sweep?
  /// The answers to the questions that readers ask about the equation; nil if the step is not its place.
  public let answers: AnswerBox?
  /// The closure that calls the real code and reports its results on the page.
  let work: @Sendable (inout Page) throws -> Void

  /// Creates a step of a chapter.
  ///
  /// - Parameters:
  ///   - title: the equation or a short title; dumps record it as their equation.
  ///   - question: the question that the step answers.
  ///   - formulas: the formulas of the step.
  ///   - symbols: the symbols of the paper with their names in the code.
  ///   - code: the excerpts of the code.
  ///   - sweep: the slider of the step on pages.
  ///   - answers: the answers to the questions that readers ask about the equation.
  ///   - work: calls the real code and reports numbers, views and claims on the page.
  public init(
    _ title: String, _ question: String, formulas: [Formula] = [], symbols: [Symbol] = [],
    code: [CodeExcerpt] = [], sweep: Sweep? = nil, answers: AnswerBox? = nil,
    work: @escaping @Sendable (_ page: inout Page) throws -> Void
  ) {
    self.title = title
    self.question = question
    self.formulas = formulas
    self.symbols = symbols
    self.code = code
    self.sweep = sweep
    self.answers = answers
    self.work = work
  }
}

/// One row of a symbol table: a symbol of the paper and its name in the code.
public struct Symbol: Sendable, Hashable {
  /// The symbol as the paper prints it, in TeX notation: `\psi`, `\hat d`.
  public let paper: Formula
  /// The name in the code.
  public let code: String
  /// The shape, for example `[D, H, W]`.
  public let shape: String
  /// The unit or range.
  public let unit: String

  /// Creates a row of a symbol table.
  public init(_ paper: Formula, _ code: String, shape: String = "", unit: String = "") {
    self.paper = paper
    self.code = code
    self.shape = shape
    self.unit = unit
  }
}

/// The result builder for lists of steps, with loops and conditions.
@resultBuilder
public enum StepList {
  /// Returns a single step as a list.
  public static func buildExpression(_ step: Step) -> [Step] { [step] }
  /// Returns steps that were made elsewhere.
  public static func buildExpression(_ steps: [Step]) -> [Step] { steps }
  /// Joins consecutive steps.
  public static func buildBlock(_ parts: [Step]...) -> [Step] { parts.flatMap(\.self) }
  /// Joins the steps of a loop.
  public static func buildArray(_ parts: [[Step]]) -> [Step] { parts.flatMap(\.self) }
  /// Returns the steps of a condition, or none.
  public static func buildOptional(_ part: [Step]?) -> [Step] { part ?? [] }
  /// Returns the steps of the first alternative.
  public static func buildEither(first part: [Step]) -> [Step] { part }
  /// Returns the steps of the second alternative.
  public static func buildEither(second part: [Step]) -> [Step] { part }
}
