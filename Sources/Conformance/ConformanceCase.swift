import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors

/// An error in a conformance case.
public struct ConformanceError: Error, Equatable, CustomStringConvertible {
  /// One line: the file, what is wrong, how to fix it.
  public let description: String

  init(_ file: URL, _ problem: String) { description = "\(file.path): \(problem)" }
}

/// A case from an independent implementation: configuration, weights, inputs and expected outputs.
public struct ConformanceCase: Sendable {
  /// Settings that are not part of the configuration.
  public struct Settings: Decodable, Sendable {
    /// The input that gives the latents: `wplus_codes`, `z`, or nil if only the discriminator runs.
    public let latent: String?
    /// The weights of equation 10: `ones` for wᵢ = 1, `nerf` for those of the configuration, which are the
    /// rendering weights by default.
    public let maskWeights: String
    /// The source of the render net's noise: `buffers`, the maps stored with the weights.
    public let noise: String
    /// Whether `ray_jitter` and `importance_uniforms` are given.
    public let jitter: Bool

    enum CodingKeys: String, CodingKey {
      case latent, maskWeights, noise, jitter
    }

    /// Reads `case.json`; keys that the case of a flat model leaves out take their default values.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      latent = try values.decodeIfPresent(String.self, forKey: .latent)
      maskWeights = try values.decodeIfPresent(String.self, forKey: .maskWeights) ?? "nerf"
      noise = try values.decodeIfPresent(String.self, forKey: .noise) ?? "buffers"
      jitter = try values.decodeIfPresent(Bool.self, forKey: .jitter) ?? false
    }
  }

  /// The folder of the case.
  public let folder: URL
  /// The configuration of the model.
  public let configuration: Configuration
  /// The settings that are not part of the configuration.
  public let settings: Settings
  /// The weights of the generator, by their names on disk.
  public let generator: Parameters
  /// The weights of the discriminator; empty if the case has none.
  public let discriminator: Parameters
  /// The inputs by name.
  public let inputs: [String: Tensor]
  /// The expected outputs, rounded to single precision, or unrounded in double precision.
  public let expected: SafetensorsFile
  /// The expected outputs without rounding; nil if the case has none.
  public let exact: SafetensorsFile?
  /// The largest magnitude of each tensor, and the other implementation's error in single precision.
  let rounding: [String: Rounding]

  struct Rounding: Decodable, Sendable {
    let max: Double
    let float32Error: Double
  }

  /// Reads a case and checks its weights and inputs against its configuration.
  ///
  /// - Parameters:
  ///   - folder: the folder with `config.json`, `case.json`, `weights.safetensors` and so on.
  ///   - precision: the type to compute in.
  /// - Throws: a one-line error if a file is missing or does not match.
  public init(_ folder: URL, precision: ScalarType) throws {
    func file(_ name: String) -> URL { folder.appendingPathComponent(name) }
    self.folder = folder
    try Self.requireCase(folder)
    configuration = try GeneratorFile.configuration(file("config.json"))
    settings = try Self.decoded(file("case.json"))
    rounding = try Self.decoded(file("rounding.json"))
    let weights = try SafetensorsFile(file("weights.safetensors")).tensors()
    generator = Self.parameters(weights, "g.", precision)
    discriminator = Self.parameters(weights, "d.", precision)
    let weightFile = file("weights.safetensors")
    // A case without latents runs the discriminator alone and need not have a generator.
    if settings.latent != nil || !generator.tensors.isEmpty {
      try ParameterPlan.generator(configuration).check(generator, file: weightFile.path)
    }
    if !discriminator.tensors.isEmpty {
      try ParameterPlan.discriminator(configuration).check(discriminator, file: weightFile.path)
    }
    for (name, tensor) in weights.sorted(by: { $0.key < $1.key }) {
      try Self.requireFinite(tensor, name, weightFile)
    }
    inputs = try SafetensorsFile(file("inputs.safetensors")).tensors().mapValues { tensor in
      tensor.cast(to: precision)
    }
    expected = try SafetensorsFile(file("expected.safetensors"))
    if expected.names.isEmpty {
      throw ConformanceError(file("expected.safetensors"), "holds no tensor to compare with")
    }
    let exactFile = file("expected64.safetensors")
    exact =
      FileManager.default.fileExists(atPath: exactFile.path) ? try SafetensorsFile(exactFile) : nil
    try validate()
  }

  /// Throws an error unless the folder exists and holds a case.
  private static func requireCase(_ folder: URL) throws(ConformanceError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) else {
      throw ConformanceError(folder, "no such folder, expected the folder of a case")
    }
    guard isFolder.boolValue else {
      throw ConformanceError(folder, "is a file, expected the folder of a case")
    }
    let names = ["config.json", "case.json"]
    let isCase = names.contains { name in
      FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
    }
    if !isCase {
      throw ConformanceError(
        folder, "is not a case, because it has neither \(names.joined(separator: " nor "))")
    }
  }

  private static func data(_ file: URL) throws -> Data {
    do { return try SmallFile.data(file) } catch let error as SmallFile.TooLong {
      throw ConformanceError(file, error.problem)
    } catch {
      throw ConformanceError(file, "cannot be read; is this the folder of a case?")
    }
  }

  private static func decoded<Value: Decodable>(_ file: URL) throws -> Value {
    let data = try data(file)
    do { return try JSONText.decode(Value.self, from: data) } catch let error as DecodingError {
      let flaw = ConfigurationError(decoding: error, of: data)
      throw ConformanceError(file, "\(flaw.field) \(flaw.complaint)")
    }
  }

  private static func parameters(
    _ weights: [String: Tensor], _ prefix: String, _ precision: ScalarType
  ) -> Parameters {
    let own = weights.filter { $0.key.hasPrefix(prefix) && !$0.key.hasSuffix(".kernel") }
    return Parameters(
      Dictionary(
        uniqueKeysWithValues: own.map {
          (String($0.key.dropFirst(prefix.count)), $0.value.cast(to: precision))
        }))
  }
}
