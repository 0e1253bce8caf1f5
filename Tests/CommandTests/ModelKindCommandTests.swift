import Evaluation
import Foundation
import TestSupport
import Testing
import TrainingRuns

/// The commands with the ablations and baselines of §4.
@Suite("The commands on ablations and baselines")
struct ModelKindCommandTests {
  private static func run(_ arguments: [String]) throws -> Command.Outcome {
    try Command.run(arguments)
  }

  /// Trains two iterations of a tiny model with all parts; returns the newest checkpoint.
  private static func trained(_ field: String, data: String, in folder: TemporaryFolder) throws
    -> String
  {
    let outcome = try TrainProcess.train([
      "--data", data, "--preset", "tiny", "--set", "parts=13", "--set", field, "--batch", "2",
      "--iterations", "2", "--out", folder("run").path,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return folder("run/checkpoints/iteration-00000002").path
  }

  /// A flat model is trained, and measured without geometry.
  @Test func aFlatModelIsTrainedAndMeasured() throws {
    let folder = try TemporaryFolder()
    let checkpoint = try Self.trained("rendering=flat", data: "procedural:20,93", in: folder)
    try PortraitParser(untrainedOfSize: 32, seed: 1, widths: [8, 8]).write(to: folder("p").path)
    let common = [
      "--checkpoint", checkpoint, "--data", "procedural:20,93", "--parser", folder("p").path,
      "--portraits", "6",
    ]
    let outcome = try EvaluateTests.evaluate(common + ["--out", folder("e").path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("it has no geometry, so 3D consistency and relief are not"))
    #expect(!outcome.output.contains("samples per ray") && !outcome.output.contains("nose-skin"))
    #expect(try folder.files("e") == ["curves.png", "evaluation.jsonl"])
    let lines = try EvaluateTests.lines(folder("e/evaluation.jsonl"))
    #expect(lines.count == 2 && lines.allSatisfy { $0.shape == nil && $0.samples == nil })
    #expect(lines[0].distance != lines[1].distance)
    let refused = try EvaluateTests.evaluate(
      common + ["--shape-portraits", "2", "--out", folder("x").path])
    expectOneLine(refused, status: 2, mentions: ["--shape-portraits", "flat"])
    let edits = try EvaluateTests.evaluate([
      "--checkpoint", checkpoint, "--edits", "2", "--out", folder("d").path,
    ])
    #expect(edits.status == 0 && edits.output.contains("D_mean"), "\(edits.errors)")
  }

  /// A model with a 3D generator per part is trained, and the commands accept or refuse it.
  @Test func aModelWithGeneratorsInSpaceIsTrainedAndUsed() throws {
    let folder = try TemporaryFolder()
    let checkpoint = try Self.trained("partSource=field", data: "procedural:20,94", in: folder)
    for words in [
      ["generate", "--orbit", "2"], ["dump", "--volumes", "nrrd"], ["compose", "--views", "1"],
      ["transfer", "--seed", "1", "--from", "2", "--part", "hair"], ["mesh"],
      ["evaluate", "--edits", "2"],
    ] {
      let outcome = try Self.run(
        words + ["--checkpoint", checkpoint, "--out", folder("o-\(words[0])").path])
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
    }
    #expect(try folder.files("o-generate").contains("seed0000_depth16.png"))
    #expect(try folder.files("o-dump").contains("part09_density3d.nrrd"))
    #expect(try !folder.files("o-dump").contains("part09_depth2d.npy"))
    for words in [["studio"], ["invert", "--image", "x.png"]] {
      let outcome = try Self.run(
        words + ["--checkpoint", checkpoint, "--out", folder("x").path])
      expectOneLine(outcome, status: 2, mentions: ["a 3D generator per part", "partSource=field"])
    }
  }

  /// A model's own weights of equation 10 hold unless an option replaces them.
  @Test func theOptionReplacesTheModelsWeights() throws {
    let folder = try TemporaryFolder()
    func mask(_ name: String, _ more: [String]) throws -> Data {
      let outcome = try Self.run(
        ["generate", "--preset", "tiny", "--out", folder(name).path] + more)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try Data(contentsOf: folder("\(name)/seed0000_mask.png"))
    }
    let set = ["--set", "maskWeights=ones"]
    let (rendering, ones) = (try mask("a", []), try mask("b", set))
    #expect(rendering != ones)
    #expect(try mask("c", ["--mask-weights", "ones"]) == ones)
    #expect(try mask("d", set + ["--mask-weights", "rendering"]) == rendering)
    #expect(try mask("e", set + ["--mask-weights", "ones"]) == ones)
  }

  private func expectOneLine(_ outcome: Command.Outcome, status: Int32, mentions words: [String]) {
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
  }
}
