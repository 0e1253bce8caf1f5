import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors

/// Beginning with the weights of another run, or of another size, where names and shapes agree.
///
/// The part generators are functions of coordinates: those of a small model can begin a larger one of
/// the same widths. What does not agree stays fresh, and so do optimisers and path mean.
public struct WarmStart: Sendable {
  /// What was taken, in a line for people for each network.
  public private(set) var remarks: [String] = []
  private let folder: URL

  /// Weights in the folder of a run (its newest checkpoint), of a checkpoint, or of a generator.
  public init(_ folder: URL) {
    let run = RunFolder(folder)
    self.folder = run.checkpoints.newest ?? folder
  }

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
    if isRun { try CheckpointFiles.verifyChecksums(folder) }
    let trained = isRun ? try Self.trained(training) : average
    let generator = try merged(fresh.generator, trained, "the generator")
    var state = TrainingState(
      fresh.model, generator: generator,
      discriminator: try discriminator(fresh.discriminator), options: fresh.options)
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

  private mutating func discriminator(_ fresh: Parameters) throws -> Parameters {
    let file = folder.appendingPathComponent(GeneratorFile.discriminatorName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      remarks.append("the discriminator is fresh: \(folder.path) has none")
      return fresh
    }
    return try merged(fresh, try SafetensorsFile(file).tensors(), "the discriminator")
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
