import Foundation

/// What a reader asks about an equation: its line, its parameter, its departures, its tests, an exercise.
public struct AnswerBox: Sendable, Hashable {
  /// The equation, for example `Eq. 7`.
  public let equation: String
  /// The line that computes the equation: one of the excerpts of the step, with a marked line.
  public let line: CodeExcerpt
  /// The beginning of the claim of this step that says what doubling the parameter does.
  public let doubling: String
  /// The numbers of the notes in Docs/PaperNotes.md where the code departs from the paper or reads it in
  /// one of several ways.
  public let notes: [Int]
  /// The folders and files that hold the equation, relative to the package: tests, golden cases.
  public let proofs: [String]
  /// A golden value that can be calculated by hand; nil if there is none, or if its files are missing.
  public let golden: GoldenValue?
  /// The exercise, for example `E07`; nil if there is none.
  public let exercise: String?

  /// Creates the answers to the questions about an equation.
  ///
  /// - Parameters:
  ///   - equation: the equation, for example `Eq. 7`.
  ///   - line: an excerpt of the step with a marked line.
  ///   - doubling: the beginning of the claim that says what doubling the parameter does.
  ///   - notes: the numbers of the notes in Docs/PaperNotes.md.
  ///   - proofs: tests and golden cases, as paths relative to the package.
  ///   - golden: a golden value that can be calculated by hand.
  ///   - exercise: the exercise, for example `E07`.
  public init(
    _ equation: String, line: CodeExcerpt, doubling: String, notes: [Int], proofs: [String],
    golden: GoldenValue? = nil, exercise: String?
  ) {
    self.equation = equation
    self.line = line
    self.doubling = doubling
    self.notes = notes
    self.proofs = proofs
    self.golden = golden
    self.exercise = exercise
  }

  /// The file of the exercise, relative to the package; nil if there is none.
  public var exerciseFile: String? { exercise.map { "Walkthroughs/Exercises/\($0).swift" } }

  /// The command that marks the exercise; nil if there is none.
  public var exerciseCommand: String? {
    exercise.map { name in
      let number = String(name.dropFirst().drop { $0 == "0" })
      return "make exercise N=\(number)"
    }
  }

  /// The file of the notes, relative to the package.
  public static let notesFile = "Docs/PaperNotes.md"

  /// Returns the claim of a page that says what doubling the parameter does.
  public func doublingClaim(on page: Page) -> Claim? {
    page.claims.first { $0.text.hasPrefix(doubling) }
  }
}
