import Evaluation
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("The command evaluate")
struct EvaluateTests {
  /// The data of this suite only, because two processes must not prepare the same pack at once.
  static let data = "procedural:20,8"
  private static let preparing = Mutex(())
  static let small = TrainTests.small.map { $0.hasPrefix("procedural:") ? data : $0 }

  /// Makes a run of the tiny model with two checkpoints, and an untrained parser.
  static func made(in folder: TemporaryFolder) throws {
    let run = try preparing.withLock { _ in
      try TrainProcess.train(
        small + ["--iterations", "2", "--save-every", "1", "--out", folder("run").path])
    }
    #expect(run.status == 0, "\(run.errors)")
    try PortraitParser(untrainedOfSize: 32, seed: 1, widths: [8, 8]).write(to: folder("p").path)
  }

  static func evaluate(_ arguments: [String]) throws -> Command.Outcome {
    let process = try TrainProcess(["evaluate"] + arguments)
    let status = process.wait()
    return Command.Outcome(status: status, output: process.output, errors: process.errors)
  }

  static func lines(_ file: URL) throws -> [EvaluationLine] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(EvaluationLine.self, from: Data($0.utf8))
    }
  }

  @Test func measuresEveryCheckpointOfARun() throws {
    let folder = try TemporaryFolder()
    try Self.made(in: folder)
    let common = ["--parser", folder("p").path, "--portraits", "6", "--shape-portraits", "2"]
    let run = try Self.evaluate(
      ["--run", folder("run").path, "--out", folder("a").path] + common)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try folder.files("a") == ["curves.png", "evaluation.jsonl", "reprojection.png"])
    let lines = try Self.lines(folder("a/evaluation.jsonl"))
    #expect(
      lines.map(\.checkpoint) == ["fresh", "iteration-00000001", "iteration-00000002"])
    #expect(lines.map(\.images) == [0, 2, 4])
    // Iteration 0 exists; its weights are those of the first line, whose distance is the ceiling.
    #expect(try folder.files("run/checkpoints").contains("iteration-00000000"))
    #expect(lines.allSatisfy { $0.ceiling == lines[0].distance && $0.floor == lines[0].floor })
    #expect(lines[2].distance != lines[0].distance)
    // The parser was not trained on these data, and six portraits are too few for sixteen features.
    #expect(lines.allSatisfy { !$0.parserOfSameData })
    #expect(run.errors.contains("the parser was trained on nothing, not on these data"))
    #expect(run.errors.contains("compare 6 portraits by 16 features"))
    // The data are procedural, so the relief of the scenes is the ground truth.
    #expect(lines[0].truth?.relief.portraits == 2)
    for row in run.output.split(separator: "\n").prefix(6) { #expect(row.count < 110) }
    #expect(run.output.contains("iteration-00000002"))
    #expect(run.output.contains("6 portraits of 32 × 32, "))
    #expect(run.output.contains("procedural:20,8, 1 pair held out; parser "))

    // Measuring a single checkpoint gives the same line as in the run, byte for byte.
    let one = try Self.evaluate(
      [
        "--checkpoint", folder("run/checkpoints/iteration-00000002").path, "--data",
        Self.data, "--out", folder("b").path,
      ] + common)
    #expect(one.status == 0, "\(one.errors)")
    let texts = try ["a", "b"].map {
      try String(contentsOf: folder("\($0)/evaluation.jsonl"), encoding: .utf8)
        .split(separator: "\n")
    }
    #expect(texts[1].count == 2 && texts[1][1] == texts[0][2])

    // A second evaluation into the same folder is refused and keeps the first one.
    let again = try Self.evaluate(
      ["--run", folder("run").path, "--out", folder("b").path] + common)
    #expect(again.status == 2 && again.errorLines.count == 1, "\(again.errors)")
    #expect(again.errors.contains("holds an evaluation"), "\(again.errors)")
    let kept = try String(contentsOf: folder("b/evaluation.jsonl"), encoding: .utf8)
    #expect(kept.split(separator: "\n") == texts[1])
  }

  static let wrong: [(arguments: [String], word: String)] = [
    (["--parser", "p", "--out", "x"], "--checkpoint"),
    (["--run", "r", "--checkpoint", "c", "--parser", "p", "--out", "x"], "--run"),
    (["--checkpoint", "c", "--parser", "p", "--out", "x"], "--data"),
    (["--run", "r", "--out", "x"], "--parser"),
    (["--run", "r", "--parser", "", "--out", "x"], "--parser"),
    (["--run", "r", "--parser", "p", "--portraits", "1", "--out", "x"], "--portraits"),
    (
      ["--run", "r", "--parser", "p", "--portraits", "9", "--shape-portraits", "10", "--out", "x"],
      "--shape-portraits"
    ),
    (["--run", "r", "--parser", "p", "--classes", "13", "--out", "x"], "--classes"),
    (["--run", "r", "--edits", "1", "--out", "x"], "2 … 1000000"),
    (["--run", "r", "--edits", "9", "--parser", "p", "--out", "x"], "--parser has no effect"),
    (["--run", "r", "--edits", "9", "--portraits", "9", "--out", "x"], "--portraits has no"),
  ]

  @Test(arguments: wrong.indices)
  func wrongUseEndsWithTwo(index: Int) throws {
    let use = Self.wrong[index]
    let outcome = try Self.evaluate(use.arguments)
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    let line = outcome.errorLines.first { $0.hasPrefix("Error: ") }
    #expect(line?.contains(use.word) == true, "\(outcome.errors)")
  }

  @Test func environmentErrorsAreOneLine() throws {
    let folder = try TemporaryFolder()
    let missing = try Self.evaluate(
      ["--run", folder("no").path, "--parser", folder("p").path, "--out", folder("a").path])
    #expect(missing.status == 1 && missing.errorLines.count == 1, "\(missing.errors)")
    #expect(missing.errors.contains(folder("no").path))
    try Self.made(in: folder)
    let stranger = try Self.evaluate(
      ["--run", folder("run").path, "--parser", folder("run").path, "--out", folder("a").path])
    #expect(stranger.status == 1 && stranger.errorLines.count == 1, "\(stranger.errors)")
    try PortraitParser(untrainedOfSize: 64, seed: 1, widths: [8, 8]).write(to: folder("q").path)
    let large = try Self.evaluate(
      ["--run", folder("run").path, "--parser", folder("q").path, "--out", folder("a").path])
    #expect(large.status == 1 && large.errors.contains("64 × 64"), "\(large.errors)")
    let small = try TrainProcess.train(
      Self.small + [
        "--set", "imageSize=16", "--iterations", "1", "--out", folder("small").path,
      ])
    #expect(small.status == 0, "\(small.errors)")
    let parserless = try Self.evaluate(
      ["--run", folder("small").path, "--parser", folder("p").path, "--out", folder("a").path])
    #expect(parserless.status == 1 && parserless.errorLines.count == 1, "\(parserless.errors)")
    #expect(parserless.errors.contains("a parser needs at least 32 × 32"), "\(parserless.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder("a").path))
  }

  /// A checkpoint that a run deletes while earlier ones are measured is skipped.
  ///
  /// A dangling link stands for it: the folder lists the name, but nothing exists there. The progress
  /// counts 22 portraits: of 20 pairs one is held out, two halves have four each, one scene is
  /// ray-cast, and three generators make four each, including the deleted one.
  @Test func aDeletedCheckpointIsSkipped() throws {
    let folder = try TemporaryFolder()
    try Self.made(in: folder)
    let gone = folder("run/checkpoints/iteration-00000001")
    try FileManager.default.removeItem(at: gone)
    try FileManager.default.createSymbolicLink(at: gone, withDestinationURL: folder("nowhere"))
    let outcome = try Self.evaluate(
      [
        "--run", folder("run").path, "--parser", folder("p").path, "--portraits", "4",
        "--shape-portraits", "1", "--out", folder("a").path,
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = try Self.lines(folder("a/evaluation.jsonl")).map(\.checkpoint)
    #expect(names == ["fresh", "iteration-00000002"])
    #expect(outcome.errors.contains("iteration-00000001: the run has deleted this checkpoint"))
    #expect(outcome.errors.split(separator: "\n").contains { $0.hasPrefix("22 of 22 portraits") })
  }
}
