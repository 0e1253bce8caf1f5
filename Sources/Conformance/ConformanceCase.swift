import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import TensorFiles
import Tensors

/// What is wrong with a conformance case.
public struct ConformanceError: Error, Equatable, CustomStringConvertible {
  /// One line: file, what is wrong, how to mend it.
  public let description: String

  init(_ file: URL, _ problem: String) { description = "\(file.path): \(problem)" }
}

/// One case of an independent implementation: a configuration, weights, inputs and what must come out.
public struct ConformanceCase: Sendable {
  /// What a configuration cannot say.
  public struct Settings: Decodable, Sendable {
    /// What the portraits start from: `wplus_codes`, `z`, or nil when only the discriminator runs.
    public let latent: String?
    /// `nerf`, or `ones` for wᵢ = 1.
    public let maskWeights: String
    /// `buffers`: the render net's noise is stored with the weights.
    public let noise: String
    /// Whether `ray_jitter` and `importance_uniforms` are given.
    public let jitter: Bool

    enum CodingKeys: String, CodingKey {
      case latent, maskWeights, noise, jitter
    }

    /// Reads `case.json`; what a flat case leaves out has its usual value.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      latent = try values.decodeIfPresent(String.self, forKey: .latent)
      maskWeights = try values.decodeIfPresent(String.self, forKey: .maskWeights) ?? "nerf"
      noise = try values.decodeIfPresent(String.self, forKey: .noise) ?? "buffers"
      jitter = try values.decodeIfPresent(Bool.self, forKey: .jitter) ?? false
    }
  }

  /// The case's folder.
  public let folder: URL
  /// Every field of the model.
  public let configuration: Configuration
  /// What the configuration cannot say.
  public let settings: Settings
  /// Weights of the generator, by their names on disk.
  public let generator: Parameters
  /// Weights of the discriminator, empty when the case has none.
  public let discriminator: Parameters
  /// The inputs by name.
  public let inputs: [String: Tensor]
  /// What must come out, rounded to single precision or, in double precision, unrounded.
  public let expected: SafetensorsFile
  /// What must come out, unrounded; not every case has it.
  public let exact: SafetensorsFile?
  /// For each tensor the largest magnitude and what the other implementation loses in single precision.
  let rounding: [String: Rounding]

  struct Rounding: Decodable, Sendable {
    let max: Double
    let float32Error: Double
  }

  /// Reads a case and checks that its weights are those its configuration asks for.
  ///
  /// - Parameters:
  ///   - folder: with `config.json`, `case.json`, `weights.safetensors` and so on.
  ///   - precision: the type to compute in.
  /// - Throws: a typed error in one line when a file is missing or does not fit.
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

  /// Stops at a folder that is none, or holds no case.
  private static func requireCase(_ folder: URL) throws(ConformanceError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) else {
      throw ConformanceError(folder, "there is no such folder, expected that of a case")
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
        folder, "is not a case, there is neither \(names.joined(separator: " nor "))")
    }
  }

  private static func data(_ file: URL) throws -> Data {
    do { return try Data(contentsOf: file) } catch {
      throw ConformanceError(file, "cannot be read; is this the folder of a case?")
    }
  }

  private static func decoded<Value: Decodable>(_ file: URL) throws -> Value {
    let data = try data(file)
    do { return try JSONDecoder().decode(Value.self, from: data) } catch let error as DecodingError
    {
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
