import ArgumentParser
import Camera
import CommandStatus
import Evaluation
import Foundation
import ModelConfiguration
import PortraitData
import PortraitModel
import Training

/// Which generators are measured.
struct EvaluatedModels: ParsableArguments {
  @Option(help: "A folder with config.json and generator.safetensors.")
  var checkpoint: String?

  @Option(help: "The folder of a run: every checkpoint that it kept is measured, in order.")
  var run: String?

  func validate() throws {
    try requirePaths([("--checkpoint", checkpoint), ("--run", run)])
    guard (checkpoint == nil) != (run == nil) else {
      throw ValidationError("give either --checkpoint or --run")
    }
  }

  /// Weights to be read when their turn comes.
  struct Entry {
    let name: String
    let images: Int?
    /// Nil where a run that goes on has removed them since.
    let generator: () throws -> Generator?
  }

  /// Generators of one configuration, the untrained one first.
  struct Found {
    let model: Configuration
    let generators: [Entry]
    /// What the run was trained on, where there is a run.
    let data: String?
    let classes: LabelScheme?

    fileprivate init(
      _ model: Configuration, seed: UInt64, _ trained: [Entry], _ record: RunRecord? = nil
    ) {
      self.model = model
      let untrained = Entry(name: "fresh", images: 0) {
        Generator(model, ParameterPlan.generator(model).fresh(seed: seed))
      }
      generators = [untrained] + trained
      data = record?.data
      classes = record?.classes.flatMap { LabelScheme(rawValue: $0) }
    }
  }

  /// Finds them; weights are not read yet.
  func found() throws -> Found {
    if let run { return try Self.found(in: RunFolder(URL(fileURLWithPath: run))) }
    let place = URL(fileURLWithPath: checkpoint ?? "").standardizedFileURL
    let file = GeneratorFile(place)
    let generator = try file.read()
    let model = generator.model
    // A run's checkpoint lies in its folder `checkpoints`, beside which the run says how it is
    // counted.
    let run = RunFolder(place.deletingLastPathComponent().deletingLastPathComponent())
    let iteration = run.checkpoints.iterations.first {
      run.checkpoints.place(of: $0).standardizedFileURL.path == place.path
    }
    let record = iteration == nil ? nil : try? run.record()
    let images = iteration.flatMap { iteration in record.map { iteration * $0.options.batch } }
    let entry = Entry(name: place.lastPathComponent, images: images) { generator }
    return Found(model, seed: record?.options.seed ?? 0, [entry])
  }

  private static func found(in run: RunFolder) throws -> Found {
    let record = try run.record()
    // A run of fresh weights has at iteration 0 those of the untrained generator, which comes first
    // anyway; one that began with another's weights (--start-from) has these.
    let first = record.startFrom == nil ? 1 : 0
    let entries = run.checkpoints.iterations.filter { $0 >= first }.map { iteration in
      let place = run.checkpoints.place(of: iteration)
      return Entry(name: place.lastPathComponent, images: iteration * record.options.batch) {
        do { return try GeneratorFile(place).read() } catch {
          // Checkpoints go as wholes; one that is still there and cannot be read is damaged.
          guard !FileManager.default.fileExists(atPath: place.path) else { throw error }
          return nil
        }
      }
    }
    guard !entries.isEmpty else {
      throw EvaluationError("\(run.url.path): the run has no trained checkpoint; train it first")
    }
    return Found(record.model, seed: record.options.seed, entries, record)
  }
}

/// What generators are compared with.
struct EvaluationData {
  /// The pairs, in the model's size.
  let pack: PortraitPack
  /// The scenes behind them, where they were made from numbers.
  let procedural: ProceduralPortraits?

  /// Finds the data, and prepares them if need be.
  init(_ text: String, _ classes: LabelScheme?, of model: Configuration) throws {
    guard model.parts == PartClass.count else {
      throw WrongUse(
        "the model has \(model.parts) parts and the data \(PartClass.count); measure a model of as many"
      )
    }
    let name = try TrainedData.named(text, classes)
    let preparing = PreparingReport()
    pack = try PackCache.pack(
      name, scheme: classes, size: model.imageSize, camera: model.camera,
      progress: preparing.update)
    procedural = try? ProceduralPortraits(pack.summary, camera: model.camera)
  }

  /// Shape figures of the first scenes; none where there are no scenes.
  func truth(
    of count: Int, _ model: Configuration, progress: () -> Void
  ) -> ShapeMeasures.Figures? {
    guard let procedural, count > 0 else { return nil }
    var shape = ShapeMeasures()
    for index in 0..<count {
      shape.add(procedural.parameters(index), camera: model.camera, size: model.imageSize)
      progress()
    }
    return shape.figures
  }
}
