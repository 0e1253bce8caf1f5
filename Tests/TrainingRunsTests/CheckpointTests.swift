import Foundation
import ModelConfiguration
import PortraitModel
import TensorFiles
import Tensors
import TestSupport
import Testing
import Training
import TrainingToys

@testable import TrainingRuns

@Suite("Run checkpoints")
struct CheckpointTests {
  /// Two iterations, a checkpoint and two more iterations give the same bits as four in a row.
  @Test func resumingGivesTheSameBits() throws {
    let folder = try TemporaryFolder()
    var whole = Toy.trainer
    for _ in 0..<4 { _ = try whole.step() }
    var first = Toy.trainer
    for _ in 0..<2 { _ = try first.step() }
    try Checkpoint(
      state: first.state, iteration: first.iteration, seconds: 3, position: first.batches.position,
      window: MetricsWindow()
    ).write(to: folder("c"))
    let read = try Checkpoint<Int>.read(folder("c"))
    #expect(Toy.bytes(read.state) == Toy.bytes(first.state))
    #expect(read.iteration == 2 && read.seconds == 3 && read.position == 2)
    #expect(read.state.generatorOptimizer.step == first.state.generatorOptimizer.step)
    var second = Trainer(
      read.state, iteration: read.iteration,
      batches: NoiseBatches(Toy.model, batch: 2, position: read.position))
    for _ in 0..<2 { _ = try second.step() }
    #expect(Toy.bytes(second.state) == Toy.bytes(whole.state))
    #expect(Toy.bytes(first.state) != Toy.bytes(whole.state))
  }

  /// A checkpoint after one iteration, so that every optimizer has moments.
  static let checkpoint: Checkpoint<Int> = {
    var trainer = Toy.trainer
    _ = try? trainer.step()
    return Checkpoint(
      state: trainer.state, iteration: trainer.iteration, seconds: 0.1, position: 1,
      window: MetricsWindow())
  }()

  private func written(_ folder: TemporaryFolder) throws -> URL {
    try Self.checkpoint.write(to: folder("c"))
    return folder("c")
  }

  /// Returns the message of the error that reading throws.
  private func refusal(_ folder: URL) -> String {
    do {
      _ = try Checkpoint<Int>.read(folder)
      return "it was read"
    } catch {
      return "\(error)"
    }
  }

  @Test func aCheckpointIsAlsoAGenerator() throws {
    let folder = try TemporaryFolder()
    let generator = try GeneratorFile(try written(folder)).read()
    #expect(generator.configuration == Toy.model)
    for (name, tensor) in Self.checkpoint.state.average.parameters.tensors {
      #expect(generator.parameters[name].floats == tensor.floats)
    }
    // One step of Adam moves every weight by its rate; the average moves by about 1/500 of that.
    let name = "local_nets.1.to_feat.conv.weight"
    #expect(Self.checkpoint.state.generator[name].floats != generator.parameters[name].floats)
  }

  /// A changed bit, a truncated file and a missing file each give a line that names the file.
  @Test func damageIsDetected() throws {
    let folder = try TemporaryFolder()
    let place = try written(folder)
    for name in CheckpointFiles.names {
      let file = place.appendingPathComponent(name)
      let whole = try Data(contentsOf: file)
      for position in [0, whole.count / 2, whole.count - 1] {
        var spoiled = whole
        spoiled[position] ^= 0x10
        try spoiled.write(to: file)
        expect(refusal(place), names: file, "is damaged")
      }
      try whole.prefix(whole.count - 1).write(to: file)
      expect(refusal(place), names: file, "is damaged")
      try FileManager.default.removeItem(at: file)
      expect(refusal(place), names: file, "cannot be read")
      try whole.write(to: file)
    }
    let sums = place.appendingPathComponent(GeneratorFile.checksumsName)
    let lines = try Data(contentsOf: sums)
    let whole = lines.split(separator: 0x0A)
    try Data(whole.prefix(2).joined(separator: [0x0A])).write(to: sums)
    expect(refusal(place), names: sums, "has no line for")
    try FileManager.default.removeItem(at: sums)
    expect(refusal(place), names: sums, "not a checkpoint")
  }

  private func expect(_ line: String, names file: URL, _ word: String) {
    #expect(line.hasPrefix(file.path) && line.contains(word) && !line.contains("\n"), "\(line)")
  }

  /// Files that are intact but do not belong together are refused.
  @Test func filesThatDoNotBelongTogetherAreRefused() throws {
    let folder = try TemporaryFolder()
    let place = try written(folder)
    func swap(_ name: String, _ data: Data, _ word: String) throws {
      let file = place.appendingPathComponent(name)
      let whole = try Data(contentsOf: file)
      try data.write(to: file)
      try CheckpointFiles.writeChecksums(place)
      let line = refusal(place)
      #expect(line.contains(word) && !line.contains("\n"), "\(line)")
      try whole.write(to: file)
      try CheckpointFiles.writeChecksums(place)
    }
    try swap("config.json", try Configuration.mini.json(), "generator.safetensors")
    let discriminator = ParameterPlan.discriminator(.mini).fresh(seed: 1).tensors
    try swap("discriminator.safetensors", try SafetensorsFile.encode(discriminator), "convs_img")
    let record = try String(
      contentsOf: place.appendingPathComponent("training.json"), encoding: .utf8)
    for (old, new, word) in [
      ("\"format\" : 1", "\"format\" : 1, \"format\" : 1", "format is there twice"),
      ("\"batch\" : 2", "\"batch\" : 2, \"batch\" : 4", "options.batch is there twice"),
      ("\"format\" : 1", "\"format\" : 2", "format 2"), ("\"batch\" : 2", "\"batch\" : 0", "batch"),
      ("\"position\" : 1", "\"position\" : \"here\"", "position"),
      ("\"iteration\" : 1", "\"iteration\" : \(Int.max)", "iteration is \(Int.max)"),
      ("\"iteration\" : 1", "\"iteration\" : -1", "iteration is -1"),
      ("\"iteration\" : 1", "\"iteration\" : 1000000000001", "expected 0 … 1000000000000"),
      ("\"generatorSteps\" : 2", "\"generatorSteps\" : \(Int.max)", "generatorSteps is"),
      ("\"discriminatorSteps\" : 2", "\"discriminatorSteps\" : 3", "expected 0 … 2 after 1"),
      ("\"seconds\" : 0.1", "\"seconds\" : -1", "seconds is -1.0"),
      ("\"counts\" : {", "\"counts\" : {\"nose\" : \(Int.max)", "window.counts.nose is"),
      ("\"generatorSteps\" : 2", "\"generatorSteps\" : 0", "generator_square"), ("{", "", "JSON"),
    ] {
      #expect(record.contains(old))
      try swap("training.json", Data(record.replacingOccurrences(of: old, with: new).utf8), word)
    }
    let tensors = CheckpointFiles.tensors(of: Self.checkpoint.state)
    let name = "generator_square/style.1.bias"
    for (key, tensor, word) in [
      (name, Tensor([3], [1, 2, 3] as [Float]), name),
      (name, Tensor([32], [Float](repeating: .nan, count: 32)), "not finite numbers"),
      ("generator_square/nose", Tensor([3], [1, 2, 3] as [Float]), "nose"),
      ("path_mean", Tensor([2], [1, 2] as [Float]), "path_mean"),
      ("generator/style.1.bias", Tensor([31], [Float](repeating: 0, count: 31)), "style.1.bias"),
    ] {
      let changed = tensors.merging([key: tensor]) { $1 }
      try swap("training.safetensors", try SafetensorsFile.encode(changed), word)
    }
    #expect(refusal(place) == "it was read")
  }

  /// Older checkpoints are removed once a new one is written; so are leftovers of a killed process.
  @Test func theShelfKeepsTheNewest() throws {
    let folder = try TemporaryFolder()
    let shelf = CheckpointShelf(folder("shelf"))
    #expect(shelf.newest == nil && shelf.iterations.isEmpty)
    for iteration in [0, 9, 10, 100_000_000] {
      var checkpoint = Self.checkpoint
      checkpoint.iteration = iteration
      try shelf.save(checkpoint, keep: 2)
    }
    #expect(shelf.iterations == [10, 100_000_000])
    #expect(
      try folder.files("shelf").filter { !$0.contains("/") } == [
        "iteration-00000010", "iteration-100000000",
      ])
    for left in [".1-2-3.tmp/config.json", ".iteration-00000009.tmp/config.json"] {
      let file = folder("shelf/\(left)")
      try Folder.make(file.deletingLastPathComponent())
      try Data().write(to: file)
    }
    try Folder.make(folder("shelf/iteration-7"))
    #expect(shelf.iterations == [10, 100_000_000])
    shelf.sweep()
    #expect(try folder.files("shelf").allSatisfy { !$0.contains(".tmp") })
    #expect(try Checkpoint<Int>.read(#require(shelf.newest)).iteration == 100_000_000)
  }

  /// A failed save keeps the existing checkpoints and adds nothing.
  @Test func aFailedSaveLosesNothing() throws {
    let folder = try TemporaryFolder()
    let shelf = CheckpointShelf(folder("shelf"))
    try shelf.save(Self.checkpoint, keep: 1)
    var next = Self.checkpoint
    next.iteration = 2
    // A number that JSON cannot hold makes the save fail half way.
    next.seconds = .nan
    #expect(throws: (any Error).self) { try shelf.save(next, keep: 1) }
    #expect(try folder.files("shelf").filter { !$0.contains("/") } == ["iteration-00000001"])
    #expect(try Checkpoint<Int>.read(#require(shelf.newest)).iteration == 1)
  }
}
