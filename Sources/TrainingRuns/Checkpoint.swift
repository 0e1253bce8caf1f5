import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors
import Training

/// The complete state of a run after some iterations, from which it resumes like an uninterrupted run.
///
/// On disk, a checkpoint is a folder. It is also a checkpoint of a generator, so `generate
/// --checkpoint` accepts it:
///
///     config.json                the model
///     generator.safetensors      the moving average
///     discriminator.safetensors  the discriminator
///     training.safetensors       generator/…, generator_square/…, discriminator_square/… (and _mean
///                                if β₁ is not 0): the generator that is trained, Adam's moments;
///                                path_mean
///     training.json              iteration, seed and options, Adam's steps, position in the data
///     checksums.txt              the CRC-32C of each of them
///
/// Random numbers depend only on the seed and the iteration, see `TrainingStream`.
public struct Checkpoint<Position: Codable & Sendable & Equatable>: Sendable {
  /// The networks, the optimizers and the moving average.
  public var state: TrainingState
  /// The number of iterations done.
  public var iteration: Int
  /// The training time so far, in seconds.
  public var seconds: Double
  /// The position in the data at which the next batch begins.
  public var position: Position
  /// The measurements since the last line of metrics.
  var window: MetricsWindow

  /// The contents of `training.json`.
  fileprivate struct Record: Codable {
    var format = CheckpointFiles.format
    var iteration: Int
    var seconds: Double
    var options: TrainingOptions
    var generatorSteps: Int
    var discriminatorSteps: Int
    var position: Position
    var window: MetricsWindow

    /// The first number that no run can have reached; nil if there is none.
    ///
    /// Later additions and products of these numbers cannot overflow.
    var flaw: String? {
      let most = CheckpointShelf.mostIterations
      guard (0...most).contains(iteration) else {
        return "iteration is \(iteration), expected 0 … \(most)"
      }
      guard seconds.isFinite, seconds >= 0 else {
        return "seconds is \(seconds), expected a finite number, 0 or more"
      }
      // An iteration updates each network once or twice.
      for (name, steps) in [
        ("generatorSteps", generatorSteps), ("discriminatorSteps", discriminatorSteps),
      ] where !(0...2 * iteration).contains(steps) {
        return "\(name) is \(steps), expected 0 … \(2 * iteration) after \(iteration) iterations"
      }
      return window.flaw
    }
  }

  /// Writes the folder, which appears either complete or not at all.
  ///
  /// - Parameter folder: the folder to create; it must not exist.
  /// - Throws: `TensorFileError`, for example if the disk is full; nothing is then left behind.
  public func write(to folder: URL) throws {
    try Folder.write(folder) { folder in
      try GeneratorFile(folder).write(Generator(state.configuration, state.average.parameters))
      try GeneratorFile.write(
        state.discriminator, to: folder.appendingPathComponent(GeneratorFile.discriminatorName))
      try SafetensorsFile.write(
        CheckpointFiles.tensors(of: state),
        to: folder.appendingPathComponent(CheckpointFiles.tensorsName))
      let record = Record(
        iteration: iteration, seconds: seconds, options: state.options,
        generatorSteps: state.generatorOptimizer.step,
        discriminatorSteps: state.discriminatorOptimizer.step, position: position, window: window)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try AtomicFile.write(
        try encoder.encode(record) + Data("\n".utf8),
        to: folder.appendingPathComponent(CheckpointFiles.recordName), durable: true)
      try CheckpointFiles.writeChecksums(folder)
    }
  }

  /// Reads a folder and checks everything in it.
  ///
  /// - Parameter folder: a folder that `write(to:)` wrote.
  /// - Throws: a one-line error if a file is missing or damaged, or belongs to another model, or if the
  ///   folder is not a checkpoint.
  /// - Returns: the state of the run.
  public static func read(_ folder: URL) throws -> Checkpoint {
    try CheckpointFiles.verifyChecksums(folder)
    let generator = try GeneratorFile(folder).read()
    let model = generator.configuration
    let recordFile = folder.appendingPathComponent(CheckpointFiles.recordName)
    let record: Record
    var data = Data()
    do {
      data = try SmallFile.data(recordFile)
      record = try JSONText.decode(Record.self, from: data)
      try record.options.validate()
    } catch let error as DecodingError {
      throw CheckpointFiles.flaw(recordFile, "\(ConfigurationError(decoding: error, of: data))")
    } catch {
      throw CheckpointFiles.flaw(recordFile, "\(error)")
    }
    guard record.format == CheckpointFiles.format else {
      throw CheckpointFiles.flaw(
        recordFile, "has format \(record.format), expected \(CheckpointFiles.format)")
    }
    if let flaw = record.flaw { throw CheckpointFiles.flaw(recordFile, flaw) }
    let discriminator = try GeneratorFile.parameters(
      folder.appendingPathComponent(GeneratorFile.discriminatorName), .discriminator(model))
    let stored = try CheckpointFiles.StoredTensors(folder, model)
    var state = TrainingState(
      model, generator: try stored.generator(), discriminator: discriminator,
      options: record.options)
    state.average = MovingAverage(generator.parameters, decay: record.options.averageDecay)
    state.generatorOptimizer = try stored.optimizer(
      state.generatorOptimizer, "generator", of: state.generator, step: record.generatorSteps)
    state.discriminatorOptimizer = try stored.optimizer(
      state.discriminatorOptimizer, "discriminator", of: discriminator,
      step: record.discriminatorSteps)
    state.pathMean = try stored.pathMean()
    return Checkpoint(
      state: state, iteration: record.iteration, seconds: record.seconds,
      position: record.position, window: record.window)
  }
}
