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

@Suite("Training runs")
struct TrainingRunTests {
  private func resume(_ folder: URL) throws -> TrainingRun<NoiseBatches> {
    try TrainingRun(resuming: RunFolder(folder)) {
      NoiseBatches(Toy.model, batch: 2, position: $0)
    }
  }

  /// Returns the lines of metrics without the elapsed time.
  private func timeless(_ folder: URL) -> [MetricsLine] {
    RunFolder(folder).metrics.lines().map { line in
      var line = line
      line.seconds = 0
      return line
    }
  }

  /// A run that is stopped after three iterations and resumed gives the same files as one without a
  /// stop, although the stop falls between two lines of metrics.
  @Test func stoppingAndResumingChangesNothing() throws {
    let folder = try TemporaryFolder()
    var record = Toy.record
    record.watch.logEvery = 2
    var whole = try Toy.begin(folder("a"), record)
    try whole.train(until: 4)
    do {
      var first = try Toy.begin(folder("b"), record)
      try first.train(until: 100, shouldStop: stopping(after: 3))
      #expect(first.trainer.iteration == 3)
    }
    var second = try resume(folder("b"))
    try second.train(until: 4)
    for name in CheckpointFiles.names where name != CheckpointFiles.recordName {
      let path = "checkpoints/iteration-00000004/\(name)"
      #expect(try Data(contentsOf: folder("a/\(path)")) == Data(contentsOf: folder("b/\(path)")))
    }
    #expect(timeless(folder("a")).map(\.iteration) == [2, 4])
    #expect(timeless(folder("a")) == timeless(folder("b")))
  }

  /// Returns a closure that returns false `count` times and true from then on.
  private func stopping(after count: Int) -> () -> Bool {
    var asked = 0
    return {
      asked += 1
      return asked > count
    }
  }

  /// A kill after a save and before the pictures of the same iteration loses no pictures.
  @Test func picturesThatAKillPreventedAreMadeAgain() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 2)
    }
    let names = ["iteration-00000002.png", "iteration-00000002_front.png"]
    let whole = try names.map { try Data(contentsOf: folder("a/pictures/\($0)")) }
    for name in names {
      try FileManager.default.removeItem(at: folder("a/pictures/\(name)"))
    }
    var run = try resume(folder("a"))
    try run.train(until: 3)
    #expect(try names.map { try Data(contentsOf: folder("a/pictures/\($0)")) } == whole)
  }

  /// A stretch is added when the loops change, and goes when its iterations are made again.
  @Test func stretchesFollowTheLoops() throws {
    var record = Toy.record
    let now = try #require(record.stretches?.first)
    #expect(record.resume(at: 2, program: nil) == nil && record.stretches == [now])
    var other = now
    (other.kernels, other.matrixKernels) = ("baseline", "Prescott")
    // The run began with other loops on another machine.
    let json = try JSONEncoder().encode(Toy.record)
    func stored(_ stretches: [RunStretch]?) throws -> RunRecord {
      var fields = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
      fields["stretches"] = try stretches.map {
        try JSONSerialization.jsonObject(with: JSONEncoder().encode($0))
      }
      if stretches == nil { fields["kernels"] = "baseline" }
      return try JSONDecoder().decode(
        RunRecord.self, from: JSONSerialization.data(withJSONObject: fields))
    }
    var changed = try stored([other])
    let warning = changed.resume(at: 2, program: nil)
    #expect(warning?.contains("up to iteration 2") == true, "\(warning ?? "")")
    #expect(warning?.contains("baseline with Prescott") == true, "\(warning ?? "")")
    #expect(changed.stretches?.map(\.from) == [0, 2] && changed.stretches?.first == other)
    #expect(changed.resume(at: 4, program: nil) == nil && changed.stretches?.count == 2)
    var later = other
    later.from = 4
    var back = try stored([now, later])
    #expect(back.resume(at: 3, program: nil) == nil && back.stretches == [now])
    // A record of an earlier version names only the loops of the start.
    var old = try stored(nil)
    #expect(old.resume(at: 2, program: nil) != nil)
    #expect(old.stretches?.map(\.kernels) == ["baseline", now.kernels])
    // Nothing was computed before iteration 0, so nothing can differ.
    var fresh = try stored([other])
    #expect(fresh.resume(at: 0, program: nil) == nil && fresh.stretches == [now])
  }

  /// Lines that cannot be read, for example of another version, are kept in their places.
  @Test func linesThatCannotBeReadAreKept() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 2)
    }
    let file = folder("a/metrics.jsonl")
    let own = try Data(contentsOf: file)
    let foreign = Data("{\"iteration\":1,\"of\":\"another version\"}\nno JSON\n".utf8)
    try (foreign + own).write(to: file)
    _ = try resume(folder("a"))
    #expect(try Data(contentsOf: file) == foreign + own)
  }

  /// If two processes find a folder empty, the second one starts no run.
  @Test func aRunThatAppearedInTheMeantimeIsNotChanged() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 2)
    }
    let before = try folder.files("a").map { try? Data(contentsOf: folder("a/\($0)")) }
    let error = #expect(throws: TrainingError.self) { _ = try Toy.begin(folder("a")) }
    #expect(error?.description.contains("holds a run") == true)
    #expect(try folder.files("a").map { try? Data(contentsOf: folder("a/\($0)")) } == before)
  }

  /// Unfinished files of a killed process are removed; a user's file with a similar name is kept.
  @Test func unfinishedFilesAreRemoved() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 1)
    }
    let left = ["a/.12-1-99.tmp", "a/pictures/.12-2-98.tmp", "a/checkpoints/.12-3-97.tmp"]
    for name in left + ["a/.notes.tmp"] { try Data("half".utf8).write(to: folder(name)) }
    _ = try resume(folder("a"))
    for name in left { #expect(!FileManager.default.fileExists(atPath: folder(name).path)) }
    #expect(FileManager.default.fileExists(atPath: folder("a/.notes.tmp").path))
  }

  /// Metrics that were written after the last checkpoint are removed and written again.
  @Test func metricsAfterTheCheckpointAreWrittenAgain() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 3)
    }
    try FileManager.default.removeItem(at: folder("a/checkpoints/iteration-00000003"))
    let file = folder("a/metrics.jsonl")
    try (Data(contentsOf: file) + Data("{\"iteration\":4,\"ima".utf8)).write(to: file)
    var run = try resume(folder("a"))
    #expect(run.trainer.iteration == 2)
    #expect(timeless(folder("a")).map(\.iteration) == [1, 2])
    try run.train(until: 3)
    #expect(timeless(folder("a")).map(\.iteration) == [1, 2, 3])
  }

  @Test func aRunFolderHoldsItsFiles() throws {
    let folder = try TemporaryFolder()
    var run = try Toy.begin(folder("a"))
    var told = 0
    try run.train(until: 3, dumpStep: 2, progress: { told += 1 })
    #expect(told == 3)
    let names = try folder.files("a")
    for name in [
      "run.json", "report.html", "metrics.jsonl", "pictures/data.png",
      "pictures/iteration-00000000.png", "pictures/iteration-00000002_front.png",
      "pictures/iteration-00000003.png", "step-2/before.safetensors",
      "step-2/gradients.safetensors", "step-2/portrait/part01_psi.npy",
      "step-2/portrait/index.html",
    ] { #expect(names.contains(name), "\(name)") }
    #expect(try RunFolder(folder("a")).record() == Toy.record)
    let page = try String(contentsOf: folder("a/report.html"), encoding: .utf8)
    for word in [
      "Portraits after 3 iterations", "depth_histogram", "gradient_lengths", "after_2",
      "<code>data</code>", "data:image/png;base64,",
    ] { #expect(page.contains(word), "\(word)") }
    #expect(!page.contains("src=\"pictures"))
    let gradients = try SafetensorsFile(folder("a/step-2/gradients.safetensors"))
    #expect(
      Set(gradients.names.map { $0.split(separator: "/")[0] }) == [
        "discriminator", "generator", "pathLength",
      ])
    for name in ["discriminator/final_linear.1.bias", "generator/style.1.weight"] {
      #expect(gradients.names.contains(name), "\(gradients.names)")
    }
    let last = try #require(timeless(folder("a")).last)
    #expect(last.images == 6 && last.means["generator.adversarial"] != nil)
    #expect(last.means["pathLength.length"] != nil && last.means["gradientPenalty.image"] == nil)
  }

  @Test func foreignAndLockedFoldersAreRefused() throws {
    let folder = try TemporaryFolder()
    var other = Toy.record
    other.options.seed = 6
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 1)
      let held = #expect(throws: TrainingError.self) { _ = try resume(folder("a")) }
      #expect(held?.description.contains("another process is training here") == true)
      _ = try Toy.begin(folder("b"), other)
    }
    let place = folder("a/checkpoints/iteration-00000009")
    try FileManager.default.copyItem(at: folder("b/checkpoints/iteration-00000000"), to: place)
    let error = #expect(throws: TrainingError.self) { _ = try resume(folder("a")) }
    #expect(error?.description.contains("is a checkpoint of another run") == true)
    try FileManager.default.removeItem(at: folder("a/checkpoints"))
    let empty = #expect(throws: TrainingError.self) { _ = try resume(folder("a")) }
    #expect(empty?.description.contains("holds no checkpoint") == true)
    try Data("{}".utf8).write(to: folder("a/run.json"))
    let record = #expect(throws: TrainingError.self) { _ = try resume(folder("a")) }
    #expect(record?.description.contains("run.json: configuration: JSON lacks the key") == true)
  }

  /// TensorBoard discards events of older files from the first step of a newer file on, so a new file
  /// must start after the step of the checkpoint.
  @Test func eventsAtTheCheckpointAreKept() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 2)
    }
    _ = try resume(folder("a"))
    let files = try folder.files("a").filter { $0.contains("tfevents") }.sorted()
    #expect(files.count == 2)
    let steps = try files.map { name in
      let bytes = [UInt8](try Data(contentsOf: folder("a/\(name)")))
      // The second record, after the version: 12 bytes of header, 9 of time, the step's tag, the step.
      let first = Int(bytes[0]) + 16
      return bytes[first + 12 + 9] == 0x10 ? bytes[first + 12 + 10] : 0
    }
    #expect(steps == [0, 3])
  }

  /// Intervals that are set when a run is resumed also hold for the next resumption.
  @Test func intervalsOfAResumedRunAreKept() throws {
    let folder = try TemporaryFolder()
    do {
      var run = try Toy.begin(folder("a"))
      try run.train(until: 1)
    }
    var watch = Toy.record.watch
    (watch.keep, watch.saveEvery) = (9, 1)
    do {
      var run = try TrainingRun(resuming: RunFolder(folder("a")), watch: watch) {
        NoiseBatches(Toy.model, batch: 2, position: $0)
      }
      try run.train(until: 3)
    }
    var run = try resume(folder("a"))
    #expect(run.record.watch == watch)
    try run.train(until: 4)
    #expect(RunFolder(folder("a")).checkpoints.iterations == [0, 1, 2, 3, 4])
  }

  /// A block of a discriminator initializes the block that sees maps of the same size in one for
  /// images of twice the size: the next block.
  @Test func blocksAreTakenFromADiscriminatorOfHalfTheSize() throws {
    let folder = try TemporaryFolder()
    var run = try Toy.begin(folder("a"))
    try run.train(until: 1)
    let small = run.trainer.state.discriminator
    var model = Toy.model
    (model.imageSize, model.coarseSize) = (2 * model.imageSize, 2 * model.coarseSize)
    var start = WarmStart(folder("a"))
    let fresh = TrainingState.fresh(model, Toy.options)
    let begun = try start.applied(to: fresh).discriminator
    let (name, last) = ("convs_seg.1.conv1.0.weight", "convs_img.3.conv2.1.weight")
    #expect(begun["convs_seg.2.conv1.0.weight"].floats == small[name].floats)
    #expect(begun[name].floats == fresh.discriminator[name].floats)
    #expect(begun["convs_img.4.conv2.1.weight"].floats == small[last].floats)
    #expect(begun["final_linear.1.weight"].floats == small["final_linear.1.weight"].floats)
    // In the other direction, the first block of the larger discriminator is not used.
    do {
      var run = try TrainingRun(
        beginning: RunFolder(folder("b")),
        RunRecord(model: model, options: Toy.options, data: "noise"),
        TrainingState.fresh(model, Toy.options), NoiseBatches(model, batch: 2))
      try run.train(until: 0)
    }
    var back = WarmStart(folder("b"))
    let again = try back.applied(to: .fresh(Toy.model, Toy.options)).discriminator
    #expect(again[name].floats == fresh.discriminator["convs_seg.2.conv1.0.weight"].floats)
  }

  /// A run of the same model gives all weights; one of another width those that fit, with a remark.
  @Test func aRunStartsFromTheWeightsOfAnother() throws {
    let folder = try TemporaryFolder()
    var run = try Toy.begin(folder("a"))
    try run.train(until: 2)
    var same = WarmStart(folder("a"))
    let state = try same.applied(to: .fresh(Toy.model, TrainingOptions()))
    #expect(
      state.generator["style.1.bias"].floats == run.trainer.state.generator["style.1.bias"].floats)
    #expect(
      state.average.parameters["style.1.bias"].floats
        == run.trainer.state.average.parameters["style.1.bias"].floats)
    #expect(state.generatorOptimizer.step == 0 && same.remarks.count == 2)
    #expect(same.remarks.allSatisfy { !$0.contains("fresh") }, "\(same.remarks)")
    var wide = Toy.model
    wide.featureChannels = 16
    var other = WarmStart(folder("a/checkpoints/iteration-00000002"))
    let begun = try other.applied(to: .fresh(wide, Toy.options))
    #expect(begun.generator["style.1.bias"].floats == state.generator["style.1.bias"].floats)
    #expect(begun.generator["local_nets.0.to_feat.conv.weight"].shape == [16, 8, 1, 1])
    #expect(other.remarks[0].contains("fresh: local_nets, render_net.convs"), "\(other.remarks)")
    try GeneratorFile(folder("g")).write(Generator(Toy.model, state.generator))
    var alone = WarmStart(folder("g"))
    _ = try alone.applied(to: .fresh(Toy.model, Toy.options))
    #expect(alone.remarks.last?.contains("discriminator is fresh") == true)
    #expect(try alone.model() == Toy.model && alone.options() == nil)
    for place in ["a", "a/checkpoints/iteration-00000002"] {
      #expect(try WarmStart(folder(place)).options() == Toy.options)
    }
    var missing = WarmStart(folder("nowhere"))
    #expect(throws: TensorFileError.self) {
      _ = try missing.applied(to: .fresh(Toy.model, Toy.options))
    }
  }
}
