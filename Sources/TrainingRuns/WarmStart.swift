import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors
import Training

/// Beginning with the weights of another run, or of another size, where names and shapes agree.
///
/// The part generators are functions of coordinates: those of a small model can begin a larger one of
/// the same widths, and the discriminator's blocks begin those that see maps of their size. What does not
/// agree stays fresh, and so do optimisers and path mean.
public struct WarmStart: Sendable {
  /// What was taken, in a line for people for each network.
  public private(set) var remarks: [String] = []
  private let folder: URL
  private let run: RunFolder?

  /// Weights in the folder of a run (its newest checkpoint), of a checkpoint, or of a generator.
  public init(_ folder: URL) {
    self.folder = RunFolder(folder).checkpoints.newest ?? folder
    // A checkpoint lies two folders below its run.
    let above = folder.deletingLastPathComponent().deletingLastPathComponent()
    run = [folder, above].map(RunFolder.init).first {
      FileManager.default.fileExists(atPath: $0.recordFile.path)
    }
  }

  /// What the weights are those of.
  ///
  /// - Throws: an error in one line, when there is no configuration beside them.
  public func model() throws -> Configuration { try GeneratorFile(folder).configuration() }

  /// How they were trained; nothing where no run is known.
  ///
  /// - Throws: an error in one line, when the run's record is damaged.
  public func options() throws -> TrainingOptions? { try run?.record().options }

  /// Replaces a state's weights by those that agree.
  ///
  /// - Parameter fresh: networks that know nothing yet.
  /// - Throws: an error in one line, when a file cannot be read or nothing agrees.
  /// - Returns: the networks to begin with.
  public mutating func applied(to fresh: TrainingState) throws -> TrainingState {
    let average = try SafetensorsFile(folder.appendingPathComponent(GeneratorFile.weightsName))
      .tensors()
    let training = folder.appendingPathComponent(CheckpointFiles.tensorsName)
    // A generator alone has no other weights than its average.
    let isRun = FileManager.default.fileExists(atPath: training.path)
    if isRun {
      try CheckpointFiles.verifyChecksums(folder, remedy: "begin with another checkpoint")
    }
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

  /// The generator that was trained, without the group's name.
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
    // Both are powers of two, or there would be no discriminator, and each block halves the map.
    let blocks =
      model.imageSize.trailingZeroBitCount - (try self.model().imageSize.trailingZeroBitCount)
    return try merged(
      fresh, Self.moved(try SafetensorsFile(file).tensors(), by: blocks), "the discriminator")
  }

  /// The discriminator's blocks under the names of those that see maps of the same size: block 1 of each
  /// trunk is beside the picture, and this model has so many more blocks, or fewer, before that size.
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
        "\(folder.path): no tensor of its generator has the name and shape of one of this model; "
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

  /// A tensor's name without numbers at its end: `local_nets.3.to_feat.bias` is `local_nets`.
  private static func kind(_ name: String) -> String {
    name.split(separator: ".").prefix { Int($0) == nil }.prefix(2).joined(separator: ".")
  }
}
