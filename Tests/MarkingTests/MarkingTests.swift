import Foundation
import Marking
import Testing

/// The exercises mark right answers as right, and every listed wrong answer with a hint of its own.
@Suite("Exercises")
struct MarkingTests {
  struct Wrong: CustomTestStringConvertible, Sendable {
    let exercise: String
    let answer: String
    let check: String
    var testDescription: String { "\(exercise): \(answer)" }
  }

  static let everyWrongAnswer = Exercise.all.flatMap { exercise in
    exercise.wrongAnswers.map {
      Wrong(exercise: exercise.name, answer: $0.name, check: $0.caughtBy)
    }
  }

  @Test func thereIsAnExerciseForEachRowOfTheTable() {
    #expect(
      Exercise.all.map(\.name) == [
        "E01", "E03", "E04", "E07", "E08", "E11", "EMask", "E13", "E14", "ETraining",
      ])
  }

  @Test(arguments: Exercise.all.map(\.name))
  func theAnswerPassesEveryCheck(name: String) throws {
    let marking = try #require(Exercise.named(name)).marking(of: .answer)
    #expect(marking.isRight, "\(marking.verdicts.last?.finding ?? "")")
    #expect(marking.verdicts.count == marking.checkCount)
  }

  @Test(arguments: everyWrongAnswer)
  func aWrongAnswerGetsItsOwnHint(wrong: Wrong) throws {
    let exercise = try #require(Exercise.named(wrong.exercise))
    let marking = try exercise.marking(of: .wrong(wrong.answer))
    let hint = try #require(exercise.hints[wrong.check])
    #expect(marking.verdicts.last?.check == wrong.check)
    #expect(marking.verdicts.last?.finding != nil)
    #expect(marking.hint == hint)
  }

  /// The hints of an exercise differ from each other, and no two wrong answers get the same one.
  @Test(arguments: Exercise.all.map(\.name))
  func hintsAreDistinct(name: String) throws {
    let exercise = try #require(Exercise.named(name))
    let hints = exercise.wrongAnswers.compactMap { exercise.hints[$0.caughtBy] }
    #expect(hints.count == exercise.wrongAnswers.count)
    #expect(Set(hints).count == hints.count)
    #expect(exercise.wrongAnswers.count >= 3)
  }

  /// The files in the repository are unfinished; a solution that was committed by mistake is noticed.
  @Test(arguments: Exercise.all.map(\.name))
  func theUntouchedFileHasAHintOfItsOwn(name: String) throws {
    let exercise = try #require(Exercise.named(name))
    let marking = try exercise.marking(of: .attempt)
    #expect(marking.hint == Marking.untouched("Walkthroughs/Exercises/\(name).swift"))
    #expect(!exercise.hints.values.contains(Marking.untouched(exercise.file)))
  }

  @Test(arguments: Exercise.all.map(\.name))
  func theAnswerIsShownAsCodeWithItsDerivation(name: String) throws {
    let exercise = try #require(Exercise.named(name))
    #expect(try exercise.answer().contains("Answer"))
    #expect(exercise.derivation.count > 200)
  }

  @Test(arguments: everyWrongAnswer)
  func wrongValuesHaveAPictureAndRightOnesNone(wrong: Wrong) throws {
    let exercise = try #require(Exercise.named(wrong.exercise))
    #expect(try exercise.picture(of: .answer) == nil)
    guard !Self.rightInTheExample.contains(wrong.answer) else { return }
    let picture = try #require(try exercise.picture(of: .wrong(wrong.answer))).picture
    #expect(picture.width > 0 && picture.height > 0)
  }

  /// Wrong answers whose values are right and whose fault is another: memory, gradients, digits.
  private static let rightInTheExample: Set = [
    "all volumes in an array", "the first gradient detached", "one of the two factors detached",
    "the product of 1 − opacity",
  ]

  @Test(arguments: [
    ("7", "E07"), ("07", "E07"), ("e07", "E07"), ("mask", "EMask"), ("Training", "ETraining"),
  ])
  func exercisesAreFoundByNumberAndByName(asked: String, name: String) {
    #expect(Exercise.named(asked)?.name == name)
    #expect(Exercise.named("2") == nil)
  }
}
