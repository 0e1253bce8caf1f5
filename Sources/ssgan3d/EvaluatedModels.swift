import ArgumentParser
import Camera
import CommandStatus
import Datasets
import Evaluation
import Foundation
import ModelConfiguration
import PortraitClasses
import PortraitModel
import TrainingRuns

/// The options that name the generators to measure.
struct EvaluatedModels: ParsableArguments {
  @Option(help: "A folder with config.json and generator.safetensors.")
  var checkpoint: String?

  @Option(help: "The folder of a run, all of whose checkpoints are measured in order.")
  var run: String?

  @OptionGroup
  var weights: MaskWeightsOption

  func validate() throws {
    try requirePaths([("--checkpoint", checkpoint), ("--run", run)])
    guard (checkpoint == nil) != (run == nil) else {
      throw ValidationError("give either --checkpoint or --run")
    }
  }

  /// A generator whose weights are read only when it is measured.
  struct Entry {
    let name: String
    let images: Int?
    /// Reads the generator; nil if a run that is still active has deleted the checkpoint.
    let generator: () throws -> Generator?
  }

  /// The generators of one configuration, the untrained one first.
  struct Found {
    let model: Configuration
    let generators: [Entry]
    /// The training data of the run; nil without a run.
    let data: String?
    /// How the run reads its data.
    let reading: DataReading
    /// The file of the data's camera poses; nil if they are not known.
    let poses: URL?

    fileprivate init(
      model: Configuration, generators: [Entry], data: String?, reading: DataReading, poses: URL?
    ) {
      (self.model, self.generators, self.data) = (model, generators, data)
      (self.reading, self.poses) = (reading, poses)
    }

    fileprivate init(
      _ model: Configuration, seed: UInt64, _ trained: [Entry], _ record: RunRecord? = nil
    ) {
      self.model = model
      let untrained = Entry(name: "fresh", images: 0) {
        Generator(model, ParameterPlan.generator(model).fresh(seed: seed))
      }
      generators = [untrained] + trained
      data = record?.data
      reading = record?.reading ?? DataReading()
      poses = record?.poses.map { URL(fileURLWithPath: $0) }
    }
  }

  /// Finds the generators without reading their weights; they render with `--mask-weights`.
  func found() throws -> Found {
    let found = try trained()
    return Found(
      model: try weights.applied(to: found.model),
      generators: found.generators.map { entry in
        Entry(name: entry.name, images: entry.images) {
          try entry.generator().map { try weights.applied(to: $0) }
        }
      }, data: found.data, reading: found.reading, poses: found.poses)
  }

  private func trained() throws -> Found {
    if let run { return try Self.found(in: RunFolder(URL(fileURLWithPath: run))) }
    let place = URL(fileURLWithPath: checkpoint ?? "").standardizedFileURL
    let file = GeneratorFile(place)
    let generator = try file.read()
    let model = generator.configuration
    // The checkpoints of a run lie in its folder `checkpoints`; the run's record beside it holds
    // the batch size, from which the number of images follows.
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
    // A run that started from fresh weights holds the untrained generator as iteration 0, which is
    // measured first anyway. A run started with --start-from holds the weights it was given.
    let first = record.startFrom == nil ? 1 : 0
    let entries = run.checkpoints.iterations.filter { $0 >= first }.map { iteration in
      let place = run.checkpoints.place(of: iteration)
      return Entry(name: place.lastPathComponent, images: iteration * record.options.batch) {
        do {
          let generator = try GeneratorFile(place).read()
          guard generator.configuration == record.model else {
            throw EvaluationError(
              "\(place.path): has another configuration than the run's run.json; measure it with "
                + "--checkpoint")
          }
          return generator
        } catch {
          // Checkpoints are deleted as a whole; one that exists and cannot be read is damaged.
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

/// The data that generators are compared with.
struct EvaluationData {
  /// The pairs at the model's image size.
  let pack: PortraitPack
  /// The scenes that the pairs show; nil unless the data are procedural.
  let procedural: ProceduralSource?

  /// Finds the data and prepares a pack if necessary.
  init(
    _ text: String, _ reading: DataReading, poses: URL?, of model: Configuration
  ) throws {
    guard model.parts == PartClass.count else {
      throw WrongUse(
        "the model has \(model.parts) parts, the data \(PartClass.count); measure a model with "
          + "\(PartClass.count) parts"
      )
    }
    pack = try TrainedData.pack(
      try TrainedData.named(text, reading), reading, poses: poses, size: model.imageSize,
      camera: model.camera)
    procedural = try? ProceduralSource(pack.summary, camera: model.camera)
  }

  /// Returns the shape measures of the first `count` scenes; nil if the data are not procedural.
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
