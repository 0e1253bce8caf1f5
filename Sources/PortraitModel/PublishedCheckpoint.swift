import Foundation
import ModelConfiguration
import Networks
import TensorFiles
import Tensors

/// A checkpoint of SemanticStyleGAN's programs, read as a flat model of this project.
///
/// Such a file holds the state dictionaries `g_ema`, `g` and `d`, the options `args`, and the states of
/// two optimizers, which are not read. Buffers named `….kernel` hold the filter [1, 3, 3, 1]. The
/// layers here have it built in, so these buffers are skipped. Noise maps are read.
public struct PublishedCheckpoint: Sendable {
  /// The generators of the file, by their keys.
  public enum Network: String, Sendable, CaseIterable {
    /// The moving average of the weights, which makes better portraits.
    case movingAverage = "g_ema"
    /// The weights that were being trained.
    case live = "g"
  }

  /// The configuration of the model, derived from the shapes of its tensors and from its options.
  public let model: Configuration
  /// Whether the file has a discriminator.
  public var hasDiscriminator: Bool { !discriminatorEntries.isEmpty }
  /// The number of tensors that are read.
  public var tensorCount: Int { generatorEntries.count + discriminatorEntries.count }
  /// Lines that say what was read, what was skipped and what was assumed.
  public let remarks: [String]

  private let file: TorchFile
  private let path: String
  private let generatorEntries: [TorchFile.Entry]
  private let discriminatorEntries: [TorchFile.Entry]

  /// Opens a checkpoint and checks the names and shapes of all tensors that are needed.
  ///
  /// - Parameters:
  ///   - url: the file, `….pt`.
  ///   - network: the generator to read.
  /// - Throws: `TensorFileError`, `ParameterError` or `ConfigurationError`, in one line.
  public init(_ url: URL, network: Network = .movingAverage) throws {
    let file = try TorchFile(url)
    let keys = file.keys.prefix(20).joined(separator: ", ")
    guard let all = try file.stateDictionary(network.rawValue) else {
      throw ParameterError(
        description: "\(url.path): there is no \(network.rawValue) among its keys (\(keys)), "
          + "expected a checkpoint of SemanticStyleGAN")
    }
    let wrapper = WrapperPrefix.of(all.map(\.name))
    let (entries, opponents) = (
      Self.parameters(all), Self.parameters(try file.stateDictionary("d"))
    )
    let options = try file.options("args")
    let published = PublishedShapes(
      file: url.path, shapes: Self.shapes(entries), options: options,
      discriminatorWidth: opponents.first { $0.name == "final_conv.1.bias" }?.shape.first)
    model = try published.configuration()
    try ParameterPlan.generator(model).check(shapes: Self.shapes(entries), file: url.path)
    if !opponents.isEmpty {
      try ParameterPlan.discriminator(model).check(shapes: Self.shapes(opponents), file: url.path)
    }
    self.file = file
    path = url.path
    (generatorEntries, discriminatorEntries) = (entries, opponents)
    let used = [network.rawValue, opponents.isEmpty ? nil : "d", "args"]
    let unused = file.keys.filter { !used.contains($0) }
    remarks = [
      "generator: \(entries.count) tensors of \(network.rawValue), "
        + "\(all.count - entries.count) filter kernels left out",
      opponents.isEmpty ? "no discriminator d" : "discriminator: \(opponents.count) tensors of d",
      options == nil ? PublishedShapes.assumption : nil,
      wrapper.isEmpty ? nil : "the prefix \(wrapper) of all names left out",
      model.residualMask
        ? nil : "residual_refine is False: the final mask has no coarse mask in it",
      unused.isEmpty ? nil : "not read: \(unused.joined(separator: ", "))",
    ].compactMap(\.self)
  }

  /// Reads the generator.
  ///
  /// - Parameter onTensor: called after each tensor.
  /// - Returns: the generator, in the precision of the file; half precision becomes single.
  /// - Throws: `TensorFileError` or `ParameterError`, in one line.
  public func generator(onTensor: () -> Void = {}) throws -> Generator {
    Generator(model, try read(generatorEntries, onTensor))
  }

  /// Reads the discriminator; returns nil if the file has none.
  ///
  /// - Parameter onTensor: called after each tensor.
  /// - Returns: its weights.
  /// - Throws: `TensorFileError` or `ParameterError`, in one line.
  public func discriminator(onTensor: () -> Void = {}) throws -> Parameters? {
    hasDiscriminator ? try read(discriminatorEntries, onTensor) : nil
  }

  /// Writes a checkpoint of this project; the folder appears only once it is complete.
  ///
  /// - Parameters:
  ///   - folder: a folder that does not exist or is empty.
  ///   - onTensor: called after each tensor that was read.
  /// - Throws: `TensorFileError` or `ParameterError`, in one line.
  public func write(to folder: URL, onTensor: () -> Void = {}) throws {
    try Folder.write(folder) { folder in
      try GeneratorFile(folder).write(try generator(onTensor: onTensor))
      if let discriminator = try discriminator(onTensor: onTensor) {
        try GeneratorFile.write(
          discriminator, to: folder.appendingPathComponent(GeneratorFile.discriminatorName))
      }
    }
  }

  private func read(_ entries: [TorchFile.Entry], _ onTensor: () -> Void) throws -> Parameters {
    var tensors: [String: Tensor] = [:]
    for entry in entries {
      tensors[entry.name] = try GeneratorFile.weights(try file.tensor(entry), entry.name, path)
      onTensor()
    }
    return Parameters(tensors)
  }

  /// Returns the entries without the filter kernels and without a wrapper's prefix.
  private static func parameters(_ entries: [TorchFile.Entry]?) -> [TorchFile.Entry] {
    let entries = entries ?? []
    let prefix = WrapperPrefix.of(entries.map(\.name))
    return entries.map { $0.renamed(String($0.name.dropFirst(prefix.count))) }
      .filter { !FilterKernels.isKernel($0.name) }
  }

  private static func shapes(_ entries: [TorchFile.Entry]) -> [String: [Int]] {
    Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.shape) })
  }
}
