import ArgumentParser
import CommandStatus
import Foundation
import Inspection
import Marking
import TensorFiles

/// `make exercise N=7` runs this program.
struct ExerciseProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exercise",
    abstract: "Mark your solution of an exercise.",
    discussion: """
      The exercises are \(Exercise.all.map(\.name).joined(separator: ", ")). Each is one unfinished \
      function in Walkthroughs/Exercises. The program runs the properties and golden files of the \
      equation on it, in order, up to the first that fails, and says what to think about. It exits with 0 \
      if the function passes everything, and with 1 if not.
      """)

  @Argument(help: "The exercise: E07, 07 or 7; without it, all of them.")
  var name: String?

  @Flag(help: "Show the answer and its derivation.")
  var answer = false

  @Option(help: "The folder for pictures.", completion: .directory)
  var out = "Output/exercises"

  mutating func run() throws {
    guard let name else { return try markAll() }
    guard let exercise = Exercise.named(name) else {
      throw WrongUse(
        "exercise: there is no exercise \(name); choose one of "
          + Exercise.all.map(\.name).joined(separator: ", "))
    }
    if answer { return try show(exercise) }
    explainTraps()
    guard try report(exercise) else { throw ExitCode.failure }
  }

  private func markAll() throws {
    explainTraps()
    let right = try Exercise.all.filter { try $0.marking(of: .attempt).isRight }
    for exercise in Exercise.all {
      let isRight = right.contains { $0.name == exercise.name }
      print("\(isRight ? "done" : "open")  \(exercise.name)  \(exercise.title)")
    }
    print("\(right.count) of \(Exercise.all.count) are done")
  }

  /// Makes the program end with a hint when a learner's function stops it, for example at shapes that
  /// do not fit.
  private func explainTraps() {
    for number in [SIGILL, SIGTRAP] {
      signal(number) { _ in
        let hint: StaticString = """
          Hint: your function stopped the program; the message above names the operation. Write down the \
          shape of each tensor in it: do they fit?

          """
        _ = Foundation.write(STDOUT_FILENO, hint.utf8Start, hint.utf8CodeUnitCount)
        _exit(1)
      }
    }
  }

  private func show(_ exercise: Exercise) throws {
    let console = Console.standardOutput()
    console.line(exercise.title)
    console.line()
    console.paragraph(exercise.derivation)
    console.line()
    console.write(try exercise.answer())
    console.line()
  }

  /// Prints the verdicts, the hint and the picture; returns whether the attempt is right.
  private func report(_ exercise: Exercise) throws -> Bool {
    let marking = try exercise.marking(of: .attempt)
    print("\(exercise.name)  \(exercise.title)")
    for verdict in marking.verdicts {
      print("  \(verdict.finding == nil ? "✓" : "✗") \(verdict.check)")
      if let finding = verdict.finding { print("    \(finding)") }
    }
    guard let hint = marking.hint else {
      print("Right: all \(marking.checkCount) checks pass.")
      return true
    }
    if !marking.verdicts.isEmpty { try savePicture(of: exercise) }
    print("Hint: \(hint).")
    return false
  }

  private func savePicture(of exercise: Exercise) throws {
    // A function that returns another shape has no picture; its finding says so already.
    guard let picture = try? exercise.picture(of: .attempt) else { return }
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: out), withIntermediateDirectories: true)
    let file = URL(fileURLWithPath: out).appendingPathComponent("\(exercise.name).png")
    try AtomicFile.write(try picture.pngData(), to: file)
    print("  your values, the right ones and their difference: \(file.path)")
    let console = Console.standardOutput()
    console.write(
      picture.compact.terminalText(columns: min(console.columns, 48), hasColor: console.hasColor))
  }
}

ExerciseProgram.runAsMain()
