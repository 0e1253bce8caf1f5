import Exercises
import Inspection
import TensorFiles
import Tensors

/// An exercise: the function that a learner writes, and everything that marks it.
///
/// The checks run in order and stop at the first that fails, which chooses the hint. Simple properties
/// come first and golden files last, because a property that fails says more about the error.
public struct Exercise {
  /// The name, for example `E07`; the learner's file has the same.
  public let name: String
  /// The equation and the task, as a title.
  public let title: String
  /// Why the answer is what it is.
  public let derivation: String
  /// The names of the listed wrong answers, each with the check that must notice it.
  public let wrongAnswers: [(name: String, caughtBy: String)]
  /// The hint of every check, by the check's name.
  public let hints: [String: String]

  private let markings: (Candidate) throws -> Marking
  private let pictures: (Candidate) throws -> Tensor

  /// What is marked.
  public enum Candidate: Sendable, Hashable {
    /// The function in the learner's file.
    case attempt
    /// The answer.
    case answer
    /// A listed wrong answer, by its name.
    case wrong(String)
  }

  /// Creates an exercise.
  ///
  /// - Parameters:
  ///   - name: the name of the learner's file without its extension.
  ///   - title: the equation and the task.
  ///   - attempt: the learner's function.
  ///   - answer: the right function.
  ///   - checks: the checks, from the plainest property to the golden files.
  ///   - wrongAnswers: functions that learners often write.
  ///   - picture: a small example of the function's values, `[rows, columns]`.
  ///   - derivation: why the answer is what it is.
  init<Attempt>(
    _ name: String, _ title: String, attempt: Attempt, answer: Attempt, checks: [Check<Attempt>],
    wrongAnswers: [WrongAnswer<Attempt>],
    picture: @escaping (Attempt) throws -> Tensor, derivation: String
  ) {
    self.name = name
    self.title = title
    self.derivation = derivation
    self.wrongAnswers = wrongAnswers.map { ($0.name, $0.caughtBy) }
    hints = Dictionary(uniqueKeysWithValues: checks.map { ($0.name, $0.hint) })
    let file = Self.file(of: name)
    let function = { (candidate: Candidate) -> Attempt in
      switch candidate {
      case .attempt: attempt
      case .answer: answer
      case .wrong(let name): wrongAnswers.first { $0.name == name }?.attempt ?? answer
      }
    }
    markings = { try Self.mark(function($0), checks, file) }
    pictures = { try picture(function($0)) }
  }

  /// Every exercise, in the order of the equations.
  public static var all: [Exercise] {
    [e01, e03, e04, e07, e08, e11, eMask, e13, e14, eTraining]
  }

  /// Returns an exercise by its name or by what follows the letter E: `E07`, `07`, `7`, `Mask`.
  public static func named(_ name: String) -> Exercise? {
    func key(_ name: String) -> String {
      let word = name.lowercased().drop { $0 == "e" }
      return String(Int(word).map(String.init) ?? String(word))
    }
    return all.first { key($0.name) == key(name) }
  }

  /// Marks an attempt: runs the checks in order up to the first that fails.
  ///
  /// - Throws: errors of reading the golden files.
  public func marking(of candidate: Candidate) throws -> Marking { try markings(candidate) }

  /// Returns the attempt's values, the right ones and their difference as one picture.
  ///
  /// - Returns: the picture; nil where the example's values are right.
  /// - Throws: what the attempt throws.
  public func picture(of candidate: Candidate) throws -> Rendering? {
    let (found, expected) = (try pictures(candidate), try pictures(.answer))
    guard found.shape == expected.shape else {
      throw Mismatch(description: shapeFinding(found, expected.shape) ?? "")
    }
    guard difference(found, expected) != nil else { return nil }
    return .stripes(.concatenated([found, expected, found - expected]), labels: labels(expected))
  }

  /// The error of a picture that cannot be compared.
  struct Mismatch: Error, CustomStringConvertible {
    let description: String
  }

  /// The learner's file, relative to the package.
  public var file: String { Self.file(of: name) }

  /// The code of the answer.
  ///
  /// - Throws: `CodeExcerpt.Missing` if the source is not here.
  public func answer() throws -> String {
    try CodeExcerpt(
      "Walkthroughs/Marking/\(name).swift", region: "answer", in: Clone.folder
    ).lines().text
  }

  private static func file(of name: String) -> String { "Walkthroughs/Exercises/\(name).swift" }

  private func labels(_ rows: Tensor) -> [String] {
    ["yours", "right", "difference"].flatMap { kind in
      rows.shape[0] == 1 ? [kind] : (0..<rows.shape[0]).map { $0 == 0 ? kind : "" }
    }
  }

  private static func mark<Attempt>(_ attempt: Attempt, _ checks: [Check<Attempt>], _ file: String)
    throws -> Marking
  {
    var verdicts: [Marking.Verdict] = []
    for check in checks {
      let finding: String?
      do {
        finding = try check.finding(attempt)
      } catch is Unfinished {
        return Marking(verdicts: [], checkCount: checks.count, hint: Marking.untouched(file))
      } catch let error as GradientError {
        finding = "the gradient cannot be computed: \(error)"
      }
      verdicts.append(.init(check: check.name, finding: finding))
      if finding != nil {
        return Marking(verdicts: verdicts, checkCount: checks.count, hint: check.hint)
      }
    }
    return Marking(verdicts: verdicts, checkCount: checks.count, hint: nil)
  }
}
