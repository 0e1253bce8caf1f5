import Foundation
import ModelConfiguration
import Networks
import TensorFiles
import Tensors

/// A generator on disk: `config.json`, `generator.safetensors` and, once it has been computed,
/// `mean_latent.safetensors` in one folder.
///
/// Weights carry the names of SemanticStyleGAN's state dictionaries, see `ParameterPlan`.
public struct GeneratorFile: Sendable {
  /// The configuration's file name in a checkpoint.
  public static let configurationName = "config.json"
  /// The weights' file name in a checkpoint: the moving average of training.
  public static let weightsName = "generator.safetensors"
  /// The discriminator's file name in a checkpoint that has one.
  public static let discriminatorName = "discriminator.safetensors"
  /// The mean latent's file name in a checkpoint.
  public static let meanLatentName = "mean_latent.safetensors"
  /// The file name of the checksums that a run keeps of a checkpoint's files.
  public static let checksumsName = "checksums.txt"

  /// The checkpoint's folder.
  public let folder: URL

  /// A checkpoint in a folder, which need not exist before it is written.
  public init(_ folder: URL) { self.folder = folder }

  /// Writes configuration and weights; the folder is made if need be.
  public func write(_ generator: Generator) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw TensorFileError(
        .file, file: folder.path, problem: "the folder cannot be made",
        remedy: "choose another folder")
    }
    try AtomicFile.write(
      try generator.configuration.json(), to: folder.appendingPathComponent(Self.configurationName))
    try Self.write(
      generator.parameters, to: folder.appendingPathComponent(Self.weightsName))
  }

  /// Reads configuration and weights.
  public func read() throws -> Generator {
    let model = try configuration()
    try requireUndamaged(Self.weightsName)
    let file = folder.appendingPathComponent(Self.weightsName)
    return Generator(model, try Self.parameters(file, .generator(model)))
  }

  /// Stops at weights whose bytes are not those that a run wrote; weights of no run have no checksum.
  private func requireUndamaged(_ name: String) throws {
    let list = folder.appendingPathComponent(Self.checksumsName)
    let file = folder.appendingPathComponent(name)
    guard let sums = try? String(contentsOf: list, encoding: .utf8),
      let line = sums.split(separator: "\n").first(where: { $0.hasSuffix("  \(name)") }),
      let bytes = try? Data(contentsOf: file)
    else { return }
    guard line == "\(CRC32.text(bytes))  \(name)" else {
      throw ParameterError(
        description: "\(file.path): is damaged, its checksum is not that of "
          + "\(Self.checksumsName); take another checkpoint")
    }
  }

  /// Reads the configuration alone.
  public func configuration() throws -> Configuration {
    try requireFolder()
    return try Self.configuration(folder.appendingPathComponent(Self.configurationName))
  }

  /// Stops at a folder that is none, or holds no checkpoint.
  private func requireFolder() throws(ParameterError) {
    var isFolder: ObjCBool = false
    let files = FileManager.default
    guard files.fileExists(atPath: folder.path, isDirectory: &isFolder) else {
      throw ParameterError(
        description: "\(folder.path): there is no such folder, expected that of a checkpoint")
    }
    guard isFolder.boolValue else {
      throw ParameterError(
        description: "\(folder.path): is a file, expected the folder of a checkpoint")
    }
    let name = Self.configurationName
    guard !files.fileExists(atPath: folder.appendingPathComponent(name).path) else { return }
    let shelf = folder.appendingPathComponent("checkpoints")
    let kept = (try? files.contentsOfDirectory(atPath: shelf.path)) ?? []
    if let newest = kept.filter({ $0.hasPrefix("iteration-") }).max() {
      throw ParameterError(
        description: "\(folder.path): is a run; name one of its checkpoints, the newest is "
          + shelf.appendingPathComponent(newest).path)
    }
    throw ParameterError(
      description: "\(folder.path): is not a checkpoint, there is no \(name) in it")
  }

  /// The mean latent kept beside these weights, `[L]`; the first time it is computed and, where the
  /// folder can be written, kept.
  ///
  /// Weights may change after a mean was kept, so it is used only with the mapping network it is of.
  public func meanLatent(of generator: Generator) throws -> Tensor {
    let file = folder.appendingPathComponent(Self.meanLatentName)
    let mark = generator.parameters.fingerprint(under: "style.")
    if FileManager.default.fileExists(atPath: file.path) {
      let kept = try SafetensorsFile(file)
      let entry = kept.entry("mean_latent")
      if entry?.shape == [generator.configuration.latentWidth],
        kept.metadata["mapping_network"] == mark
      {
        return try Self.weights(try kept.tensor("mean_latent"), "mean_latent", file.path)
      }
    }
    let mean = generator.meanLatent()
    // Keeping it saves a second next time; a checkpoint that cannot be written serves all the same.
    try? SafetensorsFile.write(
      ["mean_latent": mean], metadata: ["mapping_network": mark], to: file)
    return mean
  }

  /// Writes weights by their names, exactly.
  public static func write(_ parameters: Parameters, to file: URL) throws {
    try SafetensorsFile.write(parameters.tensors.mapValues { $0.detached() }, to: file)
  }

  /// Writes a network of this checkpoint as the state dictionary that torch's module of it has.
  ///
  /// - Parameters:
  ///   - file: a safetensors file; its names are those of SemanticStyleGAN's modules, filter kernels
  ///     included, so that they load strictly.
  ///   - discriminator: whether to write the discriminator and not the generator.
  /// - Throws: `TensorFileError` or `ParameterError`, in one line.
  /// - Returns: how many tensors were written.
  public func export(to file: URL, discriminator: Bool = false) throws -> Int {
    let model = try configuration()
    try requireOther(file)
    let plan = discriminator ? ParameterPlan.discriminator(model) : .generator(model)
    let name = discriminator ? Self.discriminatorName : Self.weightsName
    try requireUndamaged(name)
    let parameters = try Self.parameters(folder.appendingPathComponent(name), plan)
    let tensors = parameters.tensors.merging(FilterKernels.beside(plan)) { weight, _ in weight }
    // The mark by which programs of torch tell its tensors from those of others.
    try SafetensorsFile.write(tensors, metadata: ["format": "pt"], to: file)
    return tensors.count
  }

  /// Stops when a file is one of this checkpoint's own, under whatever name.
  private func requireOther(_ file: URL) throws(ParameterError) {
    // A run's checkpoint holds more than is read here; its checksums name all of it.
    let sums = try? String(
      contentsOf: folder.appendingPathComponent(Self.checksumsName), encoding: .utf8)
    let summed = (sums ?? "").split(separator: "\n").compactMap { $0.split(separator: " ").last }
    let names =
      [
        Self.configurationName, Self.weightsName, Self.discriminatorName, Self.meanLatentName,
        Self.checksumsName,
      ] + summed.map(String.init)
    func place(_ url: URL) -> URL { url.standardizedFileURL.resolvingSymlinksInPath() }
    let own = Set(names.map { place(folder.appendingPathComponent($0)).path })
    // A file that is not there yet has no links to follow, but its folder has.
    let target = place(file.deletingLastPathComponent())
      .appendingPathComponent(file.lastPathComponent)
    if own.contains(place(file).path) || own.contains(place(target).path) {
      throw ParameterError(
        description: "\(file.path): belongs to the checkpoint itself; choose another file")
    }
  }

  /// Reads a configuration; what is wrong with it is said together with the file.
  public static func configuration(_ file: URL) throws -> Configuration {
    let data: Data
    do { data = try Data(contentsOf: file) } catch {
      let isThere = FileManager.default.fileExists(atPath: file.path)
      throw ParameterError(
        description: "\(file.path): "
          + (isThere
            ? "cannot be read, expected a configuration, a JSON file"
            : "there is no such file, expected a configuration; check the path"))
    }
    do { return try Configuration(json: data) } catch {
      throw ParameterError(description: "\(file.path): \(error)")
    }
  }

  /// Reads weights and checks that they are those that a plan asks for.
  ///
  /// - Parameters:
  ///   - file: a safetensors file. Buffers that torch adds, `….kernel`, are left out.
  ///   - plan: the names and shapes.
  /// - Throws: `TensorFileError` or `ParameterError`, in one line, at the first flaw.
  /// - Returns: the weights in the precision of the file.
  public static func parameters(_ file: URL, _ plan: ParameterPlan) throws -> Parameters {
    let source = try SafetensorsFile(file)
    var tensors: [String: Tensor] = [:]
    for name in source.names where !FilterKernels.isKernel(name) {
      tensors[name] = try weights(try source.tensor(name), name, file.path)
    }
    let parameters = Parameters(tensors)
    try plan.check(parameters, file: file.path)
    return parameters
  }

  /// A tensor, if its numbers can be weights: floating point, and every one finite.
  static func weights(_ tensor: Tensor, _ name: String, _ file: String) throws -> Tensor {
    guard tensor.scalarType.isFloatingPoint else {
      throw ParameterError(
        description: "\(file): \(name) holds whole numbers, expected F32 or F64")
    }
    // Summed first, which is quick: a sum is finite only when every number in it is.
    guard tensor.count == 0 || tensor.sum().item.isFinite else {
      let values = tensor.scalars
      guard let index = values.firstIndex(where: { !$0.isFinite }) else { return tensor }
      throw ParameterError(
        description: "\(file): \(name) holds \(values[index]) at element \(index), expected "
          + "finite numbers")
    }
    return tensor
  }

}

extension Parameters {
  /// A number that changes when weights do: Fowler, Noll and Vo's hash of them in single precision.
  ///
  /// - Parameter name: what the names of those that count begin with.
  /// - Returns: the hash as text.
  func fingerprint(under name: String = "") -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for (key, tensor) in tensors.sorted(by: { $0.key < $1.key }) where key.hasPrefix(name) {
      for value in tensor.cast(to: .float32).floats {
        hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01B3
      }
    }
    return String(hash, radix: 16)
  }
}
