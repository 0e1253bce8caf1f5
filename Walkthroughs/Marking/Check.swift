/// One test of an exercise, and the hint for those whose function fails it.
struct Check<Attempt> {
  /// What the function must do, as one sentence.
  let name: String
  /// What to think about after a failure, without the answer.
  let hint: String
  /// Returns nil if the function passes, or what was found in place of what was expected.
  let finding: (Attempt) throws -> String?

  init(
    _ name: String, hint: String, finding: @escaping (Attempt) throws -> String?
  ) {
    self.name = name
    self.hint = hint
    self.finding = finding
  }
}

/// A function that learners often write, and the check that must notice it.
struct WrongAnswer<Attempt> {
  /// What is wrong with it.
  let name: String
  /// The name of the first check that it fails.
  let caughtBy: String
  /// The function.
  let attempt: Attempt

  init(_ name: String, caughtBy: String, _ attempt: Attempt) {
    self.name = name
    self.caughtBy = caughtBy
    self.attempt = attempt
  }
}
