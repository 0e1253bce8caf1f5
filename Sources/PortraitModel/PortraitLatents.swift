import Foundation
import Networks
import TensorFiles
import Tensors
import WPlusFactorization

/// One portrait's latents, from the random z to one row for every layer.
public struct PortraitLatents: Sendable {
  /// The normally distributed z, `[1, L]`.
  public let z: Tensor
  /// The mapped latent w, truncated if requested, `[1, L]`.
  public let w: Tensor
  /// The W⁺ of the portrait, `[1, baseLayers + 2K, L]`.
  public let wplus: Tensor
  /// One row for every layer of every part, `[1, K · layers, L]`.
  public let expanded: Tensor

  /// Collects latents that were computed elsewhere, for example mixed ones.
  public init(z: Tensor, w: Tensor, wplus: Tensor, expanded: Tensor) {
    (self.z, self.w, self.wplus, self.expanded) = (z, w, wplus, expanded)
  }
}

// The latents of a dump. The file is also one that `LatentFile` reads, by its W⁺ and its fingerprint.
extension PortraitLatents {
  private static let names = ["z", "w", "wplus", "wplus_expanded"]

  /// Writes the latents under their dump names, each with a leading axis of length 1.
  ///
  /// - Parameters:
  ///   - file: the safetensors file to write.
  ///   - record: the record of the dump, which has the fingerprint of the weights.
  /// - Throws: `TensorFileError` if the file cannot be written.
  public func write(to file: URL, of record: DumpRecord) throws {
    let tensors = [z, w, wplus, expanded].map { $0.detached() }
    try SafetensorsFile.write(
      Dictionary(uniqueKeysWithValues: zip(Self.names, tensors)),
      metadata: [LatentFile.generatorKey: record.weights.fingerprint], to: file)
  }

  /// Reads the latents of a dump.
  ///
  /// - Parameters:
  ///   - file: a file that `write(to:of:)` wrote.
  ///   - generator: the generator of the portrait.
  /// - Throws: a one-line error if a tensor is missing or has another shape or precision.
  public init(_ file: URL, of generator: Generator) throws {
    let source = try SafetensorsFile(file)
    let factorization = generator.factorization
    let width = generator.configuration.latentWidth
    let shapes = [
      [1, width], [1, width], [1, factorization.rows, width],
      [1, factorization.parts * factorization.layersPerPart, width],
    ]
    let tensors = try zip(Self.names, shapes).map { name, shape in
      guard source.names.contains(name) else {
        throw ParameterError(description: "\(file.path): has no tensor \(name)")
      }
      let tensor = try source.tensor(name)
      guard tensor.shape == shape, tensor.scalarType == generator.scalarType else {
        throw ParameterError(
          description: "\(file.path): \(name) has shape \(tensor.shape) and type "
            + "\(tensor.scalarType), expected \(shape) and \(generator.scalarType)")
      }
      return tensor
    }
    self.init(z: tensors[0], w: tensors[1], wplus: tensors[2], expanded: tensors[3])
  }
}

/// The streams of a seed's random numbers, one for each purpose, so no two purposes share numbers.
enum RandomStream {
  static let latents: UInt64 = 0
  static let weights: UInt64 = 1
  static let meanLatent: UInt64 = 2
}

extension Generator {
  /// The number of z over which the mean latent is averaged.
  public static let meanLatentCount = 10_000

  /// Returns the z of a seed, `[1, L]`; the same numbers in both precisions.
  public func z(seed: UInt64) -> Tensor {
    var numbers = RandomNumbers(seed: seed, stream: RandomStream.latents)
    return numbers.normal([1, configuration.latentWidth]).cast(to: scalarType)
  }

  /// Returns the latents of a seed.
  ///
  /// - Parameters:
  ///   - seed: the seed of the portrait.
  ///   - truncation: 1 leaves w as it is, 0 gives the mean latent.
  ///   - mean: the mean latent, `[L]`; computed if it is needed and nil.
  /// - Returns: z, w and W⁺.
  public func latents(seed: UInt64, truncation: Double = 1, mean: Tensor? = nil) -> PortraitLatents
  {
    let z = z(seed: seed)
    var w = mapped(z)
    if truncation != 1 {
      let center = (mean ?? meanLatent()).cast(to: w.scalarType)
      w = factorization.truncated(w, towards: center, psi: truncation)
    }
    let wplus = factorization.wplus(from: w)
    return PortraitLatents(z: z, w: w, wplus: wplus, expanded: expandedLatents(wplus: wplus))
  }

  /// Returns a portrait's W⁺ with parts taken from another's, as in the paper's figure 1.
  ///
  /// - Parameters:
  ///   - aspect: whether shape, texture or both are taken.
  ///   - parts: the parts that are taken, each 0 ..< K.
  ///   - wplus: W⁺ of the portrait that is edited, `[1, rows, L]`.
  ///   - donor: W⁺ of the portrait from which the parts come, in the same shape.
  /// - Returns: W⁺ with the donor's rows of these parts.
  public func exchanging(
    _ aspect: PartAspect, ofParts parts: [Int], in wplus: Tensor, with donor: Tensor
  ) -> Tensor {
    parts.reduce(wplus) { factorization.swapping(aspect, ofPart: $1, in: $0, with: donor) }
  }

  /// Returns the mean w of 10 000 z, which depend only on the latent width: `[L]`.
  ///
  /// The mean has single precision for weights of either precision, so truncation moves both toward
  /// the same point.
  public func meanLatent() -> Tensor {
    meanOverLatents { $0 }.cast(to: .float32)
  }

  /// Returns the root mean square of w − `mean` over the same z, element by element, `[L]`.
  ///
  /// - Parameter mean: the mean latent, `[L]`.
  /// - Returns: the deviations, in single precision.
  public func latentDeviation(around mean: Tensor) -> Tensor {
    let center = mean.cast(to: .float64)
    return meanOverLatents { ($0 - center).squared() }.squareRoot().cast(to: .float32)
  }

  /// Returns the mean of a function of w, `[rows, L]` → `[rows, L]`, over the z in double precision.
  private func meanOverLatents(_ value: (Tensor) -> Tensor) -> Tensor {
    withoutGradients {
      let mapping = MappingNetwork(
        parameters.cast(to: .float32), layers: configuration.mappingLayers)
      var numbers = RandomNumbers(seed: 0, stream: RandomStream.meanLatent)
      let batches = 10
      let rows = Self.meanLatentCount / batches
      let sum = (0..<batches).map { _ in
        value(mapping(numbers.normal([rows, configuration.latentWidth])).cast(to: .float64)).sum(
          axes: [0])
      }.reduce(Tensor.zeros([configuration.latentWidth], .float64), +)
      return sum * (1 / Double(Self.meanLatentCount))
    }
  }

  /// The precision of the weights.
  public var scalarType: ScalarType { parameters["style.1.weight"].scalarType }
}

extension ParameterPlan {
  /// Returns the initial parameters of a seed, in single precision.
  public func fresh(seed: UInt64) -> Parameters {
    var numbers = RandomNumbers(seed: seed, stream: RandomStream.weights)
    return fresh(&numbers)
  }
}
