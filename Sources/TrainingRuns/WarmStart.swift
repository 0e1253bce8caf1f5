import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors
import Training

/// A start with the weights of another run, also of another size, if names and shapes agree.
///
/// The part generators are functions of coordinates, so those of a small model can initialize a larger
/// one of the same widths. A block of the discriminator initializes the block for maps of the same size.
/// Weights without a counterpart stay fresh, and so do the optimizers and the path mean.
public struct WarmStart: Sendable {
  /// One line of text for each network that says which weights were taken.
  public private(set) var remarks: [String] = []
  private let folder: URL
  private let run: RunFolder?

  /// Creates a start from the folder of a run (its newest checkpoint), a checkpoint, or a generator.
  public init(_ folder: URL) {
    self.folder = RunFolder(folder).checkpoints.newest ?? folder
    // A checkpoint is two folders below its run.
    let above = folder.deletingLastPathComponent().deletingLastPathComponent()
    run = [folder, above].map(RunFolder.init).first {
      FileManager.default.fileExists(atPath: $0.recordFile.path)
    }
  }

  /// Returns the configuration of the weights.
  ///
  /// - Throws: a one-line error if there is no configuration beside the weights.
  public func model() throws -> Configuration { try GeneratorFile(folder).configuration() }

  /// Returns the training options of the weights; nil if their run is not known.
  ///
  /// - Throws: a one-line error if the run's record is damaged.
  public func options() throws -> TrainingOptions? { try run?.record().options }

  /// Returns a state in which all weights that agree in name and shape are replaced.
  ///
  /// - Parameter fresh: the state with fresh networks.
  /// - Throws: a one-line error if a file cannot be read or no weight of the generator agrees.
  /// - Returns: the initial state.
  public mutating func applied(to fresh: TrainingState) throws -> TrainingState {
    let training = folder.appendingPathComponent(CheckpointFiles.tensorsName)
    // A generator without a run has only the weights of its average.
    let isRun = [CheckpointFiles.tensorsName, CheckpointFiles.recordName].contains {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
    }
    let remedy = "start from another checkpoint"
    if isRun {
      try CheckpointFiles.verifyChecksums(folder, remedy: remedy)
    } else {
      try CheckpointChecksums(folder, remedy: remedy)?.verify(GeneratorFile.weightsName)
    }
    let average = try SafetensorsFile(folder.appendingPathComponent(GeneratorFile.weightsName))
      .tensors()
    let trained = isRun ? try Self.trained(training) : average
    let generator = try merged(fresh.generator, trained, "the generator")
    var state = TrainingState(
      fresh.configuration, generator: generator,
      discriminator: try discriminator(fresh.discriminator, of: fresh.configuration),
      options: fresh.options)
    state.average = MovingAverage(
      Self.merged(generator, average).parameters, decay: fresh.options.averageDecay)
    return state
  }

  /// Returns the weights of the trained generator, named without their group.
  private static func trained(_ file: URL) throws -> [String: Tensor] {
    let (source, group) = (try SafetensorsFile(file), "generator/")
    var tensors: [String: Tensor] = [:]
    for name in source.names where name.hasPrefix(group) {
      tensors[String(name.dropFirst(group.count))] = try source.tensor(name)
    }
    return tensors
  }

  private mutating func discriminator(
    _ fresh: Parameters, of model: Configuration
  ) throws -> Parameters {
    let file = folder.appendingPathComponent(GeneratorFile.discriminatorName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      remarks.append("the discriminator is fresh: \(folder.path) has none")
      return fresh
    }
    // Both sizes are powers of two, which a discriminator requires, and each block halves the map.
    let blocks =
      model.imageSize.trailingZeroBitCount - (try self.model().imageSize.trailingZeroBitCount)
    return try merged(
      fresh, Self.moved(try SafetensorsFile(file).tensors(), by: blocks), "the discriminator")
  }

  /// Returns the discriminator's blocks, renamed to those for maps of the same size in this model.
  ///
  /// Block 1 of each trunk is the one at full resolution. This model has `blocks` more blocks, or fewer
  /// if the number is negative, before the stored model's full resolution.
  private static func moved(_ stored: [String: Tensor], by blocks: Int) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (name, tensor) in stored {
      var words = name.split(separator: ".").map(String.init)
      if words.count > 1, Discriminator.Trunk(rawValue: words[0]) != nil,
        let block = Int(words[1]), block > 0
      {
        guard block + blocks > 0 else { continue }
        words[1] = "\(block + blocks)"
      }
      result[words.joined(separator: ".")] = tensor
    }
    return result
  }

  private mutating func merged(
    _ fresh: Parameters, _ stored: [String: Tensor], _ network: String
  ) throws -> Parameters {
    let (parameters, taken) = Self.merged(fresh, stored)
    let left = fresh.tensors.keys.filter { !taken.contains($0) }.sorted()
    if network == "the generator" && taken.isEmpty {
      throw TrainingError(
        "\(folder.path): no tensor of its generator matches this model in name and shape; "
          + "choose a model of the same widths")
    }
    let kinds = Set(left.map(Self.kind)).sorted()
    remarks.append(
      "\(taken.count) of \(fresh.tensors.count) tensors of \(network) are taken from "
        + folder.path + (kinds.isEmpty ? "" : "; fresh: \(kinds.joined(separator: ", "))"))
    return parameters
  }

  private static func merged(
    _ fresh: Parameters, _ stored: [String: Tensor]
  ) -> (parameters: Parameters, taken: Set<String>) {
    var (result, taken) = (fresh, Set<String>())
    for (name, tensor) in fresh.tensors {
      guard let other = stored[name], other.shape == tensor.shape,
        other.scalarType.isFloatingPoint, other.isFinite
      else { continue }
      result.tensors[name] = other.cast(to: tensor.scalarType)
      taken.insert(name)
    }
    return (result, taken)
  }

  /// Returns the first words of a tensor's name, up to a number: `local_nets` for
  /// `local_nets.3.to_feat.bias`.
  private static func kind(_ name: String) -> String {
    name.split(separator: ".").prefix { Int($0) == nil }.prefix(2).joined(separator: ".")
  }
}
