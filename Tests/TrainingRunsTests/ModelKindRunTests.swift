import Foundation
import Inspection
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing
import TrainingToys

@testable import Training
@testable import TrainingRuns

/// Runs of flat models and of models with a 3D generator per part.
@Suite("Training runs of baselines")
struct ModelKindRunTests {
  static let variants: [String: [String]] = [
    "flat": ["rendering=flat"],
    "a 3D generator per part": ["partSource=field", "samples=4", "importanceSamples=3"],
    "w = 1": ["maskWeights=ones"],
  ]

  private static func record(_ variant: String) throws -> RunRecord {
    var record = Toy.record
    record.model = try Toy.model.setting(try #require(variants[variant]))
    return record
  }

  /// A stopped and resumed run gives the same bytes as one without a stop.
  @Test(arguments: variants.keys.sorted())
  func stoppingAndResumingChangesNothing(variant: String) throws {
    let folder = try TemporaryFolder()
    let record = try Self.record(variant)
    var whole = try Toy.begin(folder("a"), record)
    try whole.train(until: 4)
    do {
      var first = try Toy.begin(folder("b"), record)
      try first.train(until: 2)
    }
    var second = try TrainingRun(resuming: RunFolder(folder("b"))) {
      NoiseBatches(record.model, batch: 2, position: $0)
    }
    try second.train(until: 4)
    for name in CheckpointFiles.names where name != CheckpointFiles.recordName {
      let path = "checkpoints/iteration-00000004/\(name)"
      #expect(try Data(contentsOf: folder("a/\(path)")) == Data(contentsOf: folder("b/\(path)")))
    }
    let lines = RunFolder(folder("a")).metrics.read(for: record.model)
    #expect(lines.warning == nil && lines.lines.count == 4)
  }

  /// Measures of a camera, of depths and of equation 13 exist where the model has them.
  @Test(arguments: variants.keys.sorted())
  func measuresThatDoNotExistAreLeftOut(variant: String) throws {
    let folder = try TemporaryFolder()
    let record = try Self.record(variant)
    var run = try Toy.begin(folder("a"), record)
    try run.train(until: 2)
    let (line, kind) = (
      try #require(RunFolder(folder("a")).metrics.lines().last), record.model.kind
    )
    #expect((line.means["generator.depthSmoothness"] == nil) == (kind != .lifted))
    #expect((line.health.emptyRays == nil) == (kind == .flat))
    #expect(line.health.depthHistogram.isEmpty == (kind != .lifted))
    #expect((0...log(4.0001)).contains(line.health.maskEntropy))
    let page = try String(contentsOf: RunFolder(folder("a")).report, encoding: .utf8)
    #expect(page.contains("depth smoothness, equation 13") == (kind == .lifted))
    #expect(page.contains("turned to one side") == (kind != .flat))
    #expect(page.contains("empty rays") == (kind != .flat))
    // The sheet has six rows of 128 pixels, or two for a flat model.
    let sheet = try PNGFile.read(
      folder("a/pictures/iteration-00000002.png"), alpha: .drop)
    let rows = kind == .flat ? 2 : 6
    #expect(sheet.height == 128 * rows + 4 * (rows - 1))
  }

  /// The dump of an iteration holds the tensors of the model's kind, and no poses for a flat model.
  @Test(arguments: ["flat", "a 3D generator per part"])
  func anIterationIsDumped(variant: String) throws {
    let folder = try TemporaryFolder()
    let record = try Self.record(variant)
    var run = try Toy.begin(folder("a"), record)
    try run.train(until: 2, dumpStep: 1)
    let dump = RunFolder(folder("a")).step(1)
    let portrait = try FileManager.default.contentsOfDirectory(
      atPath: dump.appendingPathComponent("portrait").path)
    for name in DumpNames.all(record.model) { #expect(portrait.contains("\(name).npy"), "\(name)") }
    let batch = try SafetensorsFile(dump.appendingPathComponent("batch_generator.safetensors"))
    let isFlat = record.model.kind == .flat
    #expect(batch.names.contains("poses") == !isFlat)
    #expect(batch.names.contains("jitter_coarse") == !isFlat)
    #expect(!batch.names.contains("depth2d"))
    let written = try DumpRecord.read(in: dump)
    #expect((written.pose == nil) == isFlat && (written.samples == nil) == isFlat)
    #expect((written.maskWeighting == nil) == isFlat)
    let values = try String(
      contentsOf: dump.appendingPathComponent("values.json"), encoding: .utf8)
    #expect(!values.contains("depth_smoothness") && values.contains("mask_regularizer"))
  }
}
