import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors
import Training

/// The files of a checkpoint that only training reads.
package enum CheckpointFiles {
  /// The number of the format, which increases when the meaning of a checkpoint's files changes.
  static let format = 1
  static let recordName = CheckpointChecksums.recordName
  static let tensorsName = CheckpointChecksums.tensorsName
  private static let pathMeanName = "path_mean"

  /// The names of all files that have a checksum.
  static let names = CheckpointChecksums.names

  /// The names of all files that are written into a checkpoint, during training or by a command that
  /// reads the checkpoint.
  static let allNames = Set(
    names + [GeneratorFile.checksumsName, GeneratorFile.meanLatentName])

  /// The remedy for a run whose newest checkpoint is damaged.
  private static let withdrawal = "remove this checkpoint to continue from the previous one"

  /// Returns an error that names the file.
  static func flaw(_ file: URL, _ problem: String, _ remedy: String = withdrawal) -> TrainingError {
    TrainingError("\(file.path): \(problem); \(remedy)")
  }

  // MARK: - Checksums

  static func writeChecksums(_ folder: URL) throws {
    try AtomicFile.write(
      Data(try CheckpointChecksums.text(of: folder).utf8),
      to: folder.appendingPathComponent(GeneratorFile.checksumsName), durable: true)
  }

  /// Throws an error for the first file that has changed since it was written.
  ///
  /// - Parameters:
  ///   - folder: the folder of the checkpoint.
  ///   - remedy: the remedy in the message; by default, that for the run of the checkpoint.
  /// - Throws: `ParameterError` that names the file.
  static func verifyChecksums(
    _ folder: URL, remedy: String = withdrawal
  ) throws(ParameterError) {
    let checksums = try CheckpointChecksums(ofRun: folder, remedy: remedy)
    for name in names { try checksums.verify(name) }
  }

  // MARK: - Tensors

  /// Returns the tensors that are in no other file: the trained generator, the optimizers' moments and
  /// the path mean.
  package static func tensors(of state: TrainingState) -> [String: Tensor] {
    var all = [pathMeanName: state.pathMean]
    for (group, tensors) in [
      ("generator", state.generator.tensors),
      ("generator_mean", state.generatorOptimizer.mean),
      ("generator_square", state.generatorOptimizer.square),
      ("discriminator_mean", state.discriminatorOptimizer.mean),
      ("discriminator_square", state.discriminatorOptimizer.square),
    ] {
      for (name, tensor) in tensors { all["\(group)/\(name)"] = tensor.detached() }
    }
    return all
  }

  /// The tensors of `training.safetensors`, read and checked.
  struct StoredTensors {
    private let file: URL
    private let model: Configuration
    private var tensors: [String: Tensor]

    init(_ folder: URL, _ model: Configuration) throws {
      file = folder.appendingPathComponent(CheckpointFiles.tensorsName)
      self.model = model
      tensors = try SafetensorsFile(file).tensors()
      for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
        guard tensor.scalarType.isFloatingPoint, tensor.isFinite else {
          throw CheckpointFiles.flaw(file, "\(name) holds values that are not finite numbers")
        }
      }
    }

    /// Returns the tensors of a group; their names lack the name of the group.
    private func group(_ name: String) -> [String: Tensor] {
      var found: [String: Tensor] = [:]
      for (key, tensor) in tensors where key.hasPrefix(name + "/") {
        found[String(key.dropFirst(name.count + 1))] = tensor
      }
      return found
    }

    func generator() throws -> Parameters {
      let parameters = Parameters(group("generator"))
      try ParameterPlan.generator(model).check(parameters, file: file.path)
      return parameters
    }

    func pathMean() throws -> Tensor {
      guard let mean = tensors[CheckpointFiles.pathMeanName], mean.shape.isEmpty else {
        throw CheckpointFiles.flaw(file, "has no scalar \(CheckpointFiles.pathMeanName)")
      }
      return mean
    }

    func optimizer(
      _ fresh: Adam, _ network: String, of parameters: Parameters, step: Int
    ) throws -> Adam {
      let groups = ["mean", "square"].map { ("\(network)_\($0)", group("\(network)_\($0)")) }
      for (group, moments) in groups {
        for (name, tensor) in moments.sorted(by: { $0.key < $1.key })
        where parameters.tensors[name]?.shape != tensor.shape {
          throw CheckpointFiles.flaw(
            file, "\(group)/\(name) has shape \(tensor.shape), which does not match a parameter")
        }
      }
      guard step >= 0, (step == 0) == groups[1].1.isEmpty else {
        throw CheckpointFiles.flaw(file, "\(network)_square does not match \(step) steps of Adam")
      }
      return fresh.resumed(step: step, mean: groups[0].1, square: groups[1].1)
    }
  }
}
