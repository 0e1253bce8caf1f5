/// The verdict on one attempt at an exercise.
public struct Marking: Sendable {
  /// The verdict of one check.
  public struct Verdict: Sendable {
    /// What the function must do.
    public let check: String
    /// What was found in place of what was expected; nil if the function passes.
    public let finding: String?
  }

  /// The checks up to the first that failed; all of them if the attempt is right.
  public let verdicts: [Verdict]
  /// The number of checks of the exercise.
  public let checkCount: Int
  /// What to think about; nil if the attempt is right.
  public let hint: String?

  /// Whether the attempt passes every check.
  public var isRight: Bool { hint == nil }

  /// The hint for a function that still throws `Unfinished`.
  public static func untouched(_ file: String) -> String {
    "the function is still unfinished: open \(file), replace the line that throws, and run this again"
  }
}
