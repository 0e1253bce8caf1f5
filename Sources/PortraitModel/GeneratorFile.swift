import Foundation
import ModelConfiguration
import Networks
import TensorFiles
import Tensors

/// A generator on disk: a folder with `config.json`, `generator.safetensors` and, once it has been
/// computed, `mean_latent.safetensors`.
///
/// Weights have the names of SemanticStyleGAN's state dictionaries, see `ParameterPlan`.
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

  /// Creates a reference to a checkpoint's folder, which need not exist before it is written.
  public init(_ folder: URL) { self.folder = folder }

  /// Writes configuration and weights; creates the folder if it does not exist.
  public func write(_ generator: Generator) throws {
    try Folder.make(folder)
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

  /// Throws an error if a file differs from its recorded checksum; only runs record checksums.
  private func requireUndamaged(_ name: String) throws(ParameterError) {
    try CheckpointChecksums(folder)?.verify(name)
  }

  /// Reads only the configuration.
  public func configuration() throws -> Configuration {
    try requireFolder()
    try requireUndamaged(Self.configurationName)
    return try Self.configuration(folder.appendingPathComponent(Self.configurationName))
  }

  /// Throws an error unless the folder exists and holds a checkpoint.
  private func requireFolder() throws(ParameterError) {
    let files = FileManager.default
    guard files.fileExists(atPath: folder.path) else {
      throw ParameterError(
        description: "\(folder.path): no such folder, expected the folder of a checkpoint")
    }
    guard Folder.exists(folder) else {
      throw ParameterError(
        description: "\(folder.path): is a file, expected the folder of a checkpoint")
    }
    let name = Self.configurationName
    guard !files.fileExists(atPath: folder.appendingPathComponent(name).path) else { return }
    let shelf = folder.appendingPathComponent("checkpoints")
    let kept = (try? files.contentsOfDirectory(atPath: shelf.path)) ?? []
    if let newest = kept.filter({ $0.hasPrefix("iteration-") }).max() {
      throw ParameterError(
        description: "\(folder.path): is the folder of a run; give one of its checkpoints; the "
          + "newest is \(shelf.appendingPathComponent(newest).path)")
    }
    throw ParameterError(
      description: "\(folder.path): is not a checkpoint, because it has no \(name)")
  }

  /// Returns the mean latent of a generator, `[L]`.
  ///
  /// The first call computes the mean and, if the folder is writable, stores it beside the weights.
  /// The weights may change afterwards, so a stored mean is used only with the mapping network from
  /// which it was computed. A stored mean that does not agree with its checksum, or has none because an
  /// earlier version wrote it, is computed again.
  public func meanLatent(of generator: Generator) throws -> Tensor {
    let file = folder.appendingPathComponent(Self.meanLatentName)
    let mark = generator.parameters.fingerprint(under: "style.")
    if let mean = Self.keptMean(file, of: generator, mark) { return mean }
    let mean = generator.meanLatent()
    // With a stored mean, the next call is about a second faster. A folder that is not writable is
    // not an error, and neither is a file that was not written here; it is not replaced.
    let isFree =
      switch OwnPlace.kind(file) {
      case .nothing: true
      case .file: (try? SafetensorsFile(file))?.metadata[Self.markName] != nil
      default: false
      }
    if isFree {
      try? SafetensorsFile.write(
        ["mean_latent": mean],
        metadata: [Self.markName: mark, Self.checksumKey: Self.checksum(of: mean)], to: file)
    }
    return mean
  }

  private static let markName = "mapping_network"
  private static let checksumKey = "checksum"

  /// Returns the mean latent that a file holds; nil if it is missing, damaged or of other weights.
  private static func keptMean(_ file: URL, of generator: Generator, _ mark: String) -> Tensor? {
    guard OwnPlace.kind(file) == .file, let kept = try? SafetensorsFile(file),
      kept.entry("mean_latent")?.shape == [generator.configuration.latentWidth],
      kept.metadata[markName] == mark,
      let mean = try? kept.tensor("mean_latent"), mean.scalarType.isFloatingPoint,
      kept.metadata[checksumKey] == checksum(of: mean)
    else { return nil }
    return mean
  }

  /// Returns the CRC-32C of a tensor's values in double precision.
  static func checksum(of tensor: Tensor) -> String {
    CRC32.text(tensor.scalars.withUnsafeBytes { Data($0) })
  }

  /// Writes weights under their names, without rounding.
  public static func write(_ parameters: Parameters, to file: URL) throws {
    try SafetensorsFile.write(parameters.tensors.mapValues { $0.detached() }, to: file)
  }

  /// Writes a network of this checkpoint as a state dictionary for SemanticStyleGAN's torch module.
  ///
  /// - Parameters:
  ///   - file: the safetensors file to write. It has the names of SemanticStyleGAN's modules, including
  ///     the filter kernels, so torch can load it strictly.
  ///   - discriminator: whether to write the discriminator instead of the generator.
  /// - Throws: `TensorFileError` or `ParameterError`, in one line.
  /// - Returns: the number of tensors written.
  public func export(to file: URL, discriminator: Bool = false) throws -> Int {
    let model = try configuration()
    try requireOther(file)
    try requireReplaceable(file)
    let plan = discriminator ? ParameterPlan.discriminator(model) : .generator(model)
    let name = discriminator ? Self.discriminatorName : Self.weightsName
    try requireUndamaged(name)
    let parameters = try Self.parameters(folder.appendingPathComponent(name), plan)
    let tensors = parameters.tensors.merging(FilterKernels.beside(plan)) { weight, _ in weight }
    try SafetensorsFile.write(tensors, metadata: Self.exportMarks, to: file)
    return tensors.count
  }

  /// The metadata of an export: programs that use torch recognize torch's tensors by the first, and this
  /// program its own exports by the second.
  private static let exportMarks = ["format": "pt", "written_by": "ssgan3d export"]

  /// Throws an error if there is a file that is not an export, and would be lost.
  ///
  /// A device or a pipe is written to and does not lose anything.
  private func requireReplaceable(_ file: URL) throws(TensorFileError) {
    let kind = OwnPlace.kind(file)
    guard kind != .nothing else { return }
    // What a link leads to decides: /dev/stdout is a link to a pipe.
    var target = stat()
    if stat(file.path, &target) == 0, target.st_mode & S_IFMT != S_IFREG { return }
    guard kind == .file, let stored = try? SafetensorsFile(file),
      stored.metadata == Self.exportMarks
    else {
      throw TensorFileError(
        .file, file: file.path, problem: "exists and is not an export of this program",
        remedy: "choose another name, or move the file away", isWrongUse: true)
    }
  }

  /// Throws an error if a file belongs to this checkpoint, also under another path.
  private func requireOther(_ file: URL) throws(TensorFileError) {
    let names = CheckpointChecksums.names + [Self.meanLatentName, Self.checksumsName]
    func place(_ url: URL) -> URL { url.standardizedFileURL.resolvingSymlinksInPath() }
    let own = Set(names.map { place(folder.appendingPathComponent($0)).path })
    // A file that does not exist yet has no links to resolve, but its folder may have.
    let target = place(file.deletingLastPathComponent())
      .appendingPathComponent(file.lastPathComponent)
    if own.contains(place(file).path) || own.contains(place(target).path) {
      throw TensorFileError(
        .file, file: file.path, problem: "belongs to the checkpoint itself",
        remedy: "choose another file", isWrongUse: true)
    }
  }

  /// Reads a configuration; errors name the file.
  public static func configuration(_ file: URL) throws -> Configuration {
    let data: Data
    do { data = try SmallFile.data(file) } catch let error as SmallFile.TooLong {
      throw ParameterError(description: "\(error)")
    } catch {
      let isThere = FileManager.default.fileExists(atPath: file.path)
      throw ParameterError(
        description: "\(file.path): "
          + (isThere
            ? "cannot be read, expected a configuration in JSON"
            : "no such file, expected a configuration in JSON; check the path"))
    }
    do { return try Configuration(json: data) } catch {
      throw ParameterError(description: "\(file.path): \(error)")
    }
  }

  /// Reads weights and checks them against a plan.
  ///
  /// - Parameters:
  ///   - file: a safetensors file. Buffers that torch adds, `….kernel`, are skipped, and prefixes of its
  ///     wrappers, such as `module.`, are left out.
  ///   - plan: the expected names and shapes.
  /// - Throws: `TensorFileError` or `ParameterError`, in one line, for the first error.
  /// - Returns: the weights in the precision of the file.
  public static func parameters(_ file: URL, _ plan: ParameterPlan) throws -> Parameters {
    let source = try SafetensorsFile(file)
    var tensors: [String: Tensor] = [:]
    let prefix = WrapperPrefix.of(source.names)
    for name in source.names where !FilterKernels.isKernel(name) {
      tensors[String(name.dropFirst(prefix.count))] = try weights(
        try source.tensor(name), name, file.path)
    }
    let parameters = Parameters(tensors)
    try plan.check(parameters, file: file.path)
    return parameters
  }

  /// Returns a tensor after a check that it can hold weights: floating-point numbers, all finite.
  static func weights(_ tensor: Tensor, _ name: String, _ file: String) throws -> Tensor {
    guard tensor.scalarType.isFloatingPoint else {
      throw ParameterError(
        description: "\(file): \(name) holds whole numbers, expected floating-point numbers")
    }
    // The sum comes first, because it is fast: a sum is finite only if all its terms are.
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
  /// Returns a hash that changes when weights change: Fowler, Noll and Vo's, in single precision.
  ///
  /// - Parameter name: the beginning of the names of the weights to include.
  /// - Returns: the hash in hexadecimal digits.
  public func fingerprint(under name: String = "") -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for (key, tensor) in tensors.sorted(by: { $0.key < $1.key }) where key.hasPrefix(name) {
      for value in tensor.cast(to: .float32).floats {
        hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01B3
      }
    }
    return String(hash, radix: 16)
  }
}
