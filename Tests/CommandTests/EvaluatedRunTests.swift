import Evaluation
import Foundation
import TestSupport
import Testing

/// Which generators of a run `evaluate` measures, and which column shows which figure.
@Suite("The command evaluate: lines and columns")
struct EvaluatedRunTests {
  /// Iteration 0 of a run that began with the weights of another is a trained generator.
  @Test func theFirstWeightsOfAStartedRunAreMeasured() throws {
    let folder = try TemporaryFolder()
    func train(_ name: String, _ arguments: [String]) throws {
      let outcome = try TrainProcess.train(
        [
          "--data", "procedural:20,31", "--preset", "tiny", "--set", "parts=13", "--batch", "2",
          "--out", folder(name).path,
        ] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try train("a", ["--iterations", "3", "--option", "generatorRate=0.02"])
    try train("b", ["--start-from", folder("a").path, "--iterations", "0"])
    try PortraitParser(untrainedOfSize: 32, seed: 1, widths: [8, 8]).write(to: folder("p").path)
    let outcome = try EvaluateTests.evaluate([
      "--run", folder("b").path, "--parser", folder("p").path, "--portraits", "4",
      "--shape-portraits", "1", "--out", folder("e").path,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try EvaluateTests.lines(folder("e/evaluation.jsonl"))
    #expect(lines.map(\.checkpoint) == ["fresh", "iteration-00000000"])
    #expect(lines.first?.distance != lines.last?.distance)
    try expectColumns(lines, in: outcome.output)
  }

  /// Every number of the table of generators is the figure that its heading names.
  private func expectColumns(_ lines: [EvaluationLine], in output: String) throws {
    let rows = output.split(separator: "\n").map { Self.cells(String($0)) }
    let head = try #require(rows.first { $0.first == "generator" })
    func text(_ value: Double?, _ digits: Int) -> String {
      value.map { String(format: "%.\(digits)f", $0) } ?? "none"
    }
    for line in lines {
      let relief = try #require(line.shape).relief
      let expected = [
        "generator": line.checkpoint, "images": line.images.map { "\($0)" } ?? "?",
        "distance": text(line.distance, 4), "mIoU": text(line.masks.generated, 3),
        "ratio": text(line.masks.ratio, 3), "nose-ears": text(relief.noseMinusEars, 4),
        "counted": "\(relief.portraitsWithNoseAndEars)/\(relief.portraits)",
        "nose-skin": text(relief.noseMinusSkin, 4), "spread": text(relief.deviation, 4),
        "range": text(relief.range, 4), "no depth": text(relief.faceWithoutDepth, 2),
      ]
      let row = try #require(rows.first { $0.first == line.checkpoint })
      #expect(row.count == head.count, "\(row)")
      for (name, cell) in zip(head, row) { #expect(cell == expected[name], "\(name)") }
    }
  }

  /// Returns the cells of a line, which two or more blanks separate.
  private static func cells(_ line: String) -> [String] {
    line.split(separator: /\ {2,}/).map { String($0).trimmingCharacters(in: .whitespaces) }
  }
}
