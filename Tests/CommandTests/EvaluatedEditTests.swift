import Evaluation
import Foundation
import PortraitModel
import TestSupport
import Testing

/// The files of `evaluate --edits` against the measures of the library.
@Suite("The command evaluate --edits")
struct EvaluatedEditTests {
  @Test func theTableHoldsTheMeasuresOfTheGeneratorAndOfTheScenes() throws {
    let folder = try TemporaryFolder()
    let checkpoint = ShippedModelTests.clone.appendingPathComponent("Fixtures/Checkpoint")
    let outcome = try Command.run(
      "evaluate", "--checkpoint", checkpoint.path, "--edits", "3", "--seed", "4", "--out",
      folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.files("a") == ["edits.csv", "edits.png"])
    let lines = try folder.text("a/edits.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(lines[0].prefix(5) == ["source", "part", "portraits", "d_mean", "d_mean_error"])
    let parts = EditMeasures.tableParts
    #expect(lines.dropFirst().map { $0[0] } == parts.flatMap { _ in ["Checkpoint", "scenes"] })
    #expect(lines.dropFirst().map { $0[1] } == parts.flatMap { [$0.name, $0.name] })

    let generator = try ShippedGenerator.file().read()
    let own = EditedPortraits(generator, count: 3, seed: 4).measures(of: parts.map(\.rawValue))
    let model = generator.configuration
    let scenes = EditedScenes(
      count: 3, seed: 4, camera: model.camera, size: model.imageSize
    ).measures(of: parts)
    for (index, measures) in zip(own, scenes).flatMap({ [$0, $1] }).enumerated() {
      let line = lines[index + 1]
      #expect(line[2] == "3" && line[3] == "\(measures.everywhere.mean)")
      #expect(line[5] == "\(measures.outside.mean)" && line[6] == "\(measures.outside.error)")
      #expect(line[9] == "\(measures.locality.mean)")
      let limit = scenes[index / 2].inside.mean
      #expect(line[13] == "\(measures.inside.mean / limit)")
      #expect(outcome.output.contains(String(format: "%.4f", measures.outside.mean)))
    }
    #expect(outcome.output.contains("3 portraits of 64 × 64, seed 4"))
  }

  /// A run is measured at every checkpoint; a model with other classes has no scenes to compare with.
  @Test func everyCheckpointOfARunIsMeasured() throws {
    let folder = try TemporaryFolder()
    let run = try TrainProcess.train(
      EvaluateTests.small + ["--iterations", "1", "--save-every", "1", "--out", folder("run").path])
    #expect(run.status == 0, "\(run.errors)")
    let outcome = try Command.run(
      "evaluate", "--run", folder("run").path, "--edits", "2", "--out", folder("a").path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let sources = try folder.text("a/edits.csv").split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: ",").first
    }
    #expect(Set(sources) == ["iteration-00000001", "scenes"])
  }
}
