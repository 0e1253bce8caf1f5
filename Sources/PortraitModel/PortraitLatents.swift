import Networks
import Tensors
import WPlusFactorization

/// One portrait's latents, from the random z to one row for every layer.
public struct PortraitLatents: Sendable {
  /// Normally distributed, `[1, L]`.
  public let z: Tensor
  /// The mapped latent, truncated where asked for, `[1, L]`.
  public let w: Tensor
  /// W⁺, `[1, baseLayers + 2K, L]`.
  public let wplus: Tensor
  /// One row for every layer of every part, `[1, K · layers, L]`.
  public let expanded: Tensor
}

/// Which stream of a seed's random numbers serves what, so that no two share numbers.
enum RandomStream {
  static let latents: UInt64 = 0
  static let weights: UInt64 = 1
  static let meanLatent: UInt64 = 2
}

extension Generator {
  /// How many z the mean latent is an average over.
  public static let meanLatentCount = 10_000

  /// The z of a seed, `[1, L]`; the same numbers in both precisions.
  public func z(seed: UInt64) -> Tensor {
    var numbers = RandomNumbers(seed: seed, stream: RandomStream.latents)
    return numbers.normal([1, configuration.latentWidth]).cast(to: scalarType)
  }

  /// The latents of a seed.
  ///
  /// - Parameters:
  ///   - seed: which portrait.
  ///   - truncation: 1 leaves w as it is, 0 gives the mean latent.
  ///   - mean: the mean latent, `[L]`; computed where it is needed and not given.
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

  /// A portrait's W⁺ with parts of another's, as in the paper's figure 1.
  ///
  /// - Parameters:
  ///   - aspect: whether shape, texture or both are taken.
  ///   - parts: of which parts, each 0 ..< K.
  ///   - wplus: who is edited, `[1, rows, L]`.
  ///   - donor: whose the parts are, of the same shape.
  /// - Returns: W⁺ with the donor's rows of these parts.
  public func exchanging(
    _ aspect: PartAspect, ofParts parts: [Int], in wplus: Tensor, with donor: Tensor
  ) -> Tensor {
    parts.reduce(wplus) { factorization.swapping(aspect, ofPart: $1, in: $0, with: donor) }
  }

  /// The mean w of 10 000 z that depend on nothing but the latent width, `[L]`.
  ///
  /// In single precision whatever the weights have: both precisions are truncated towards one point.
  public func meanLatent() -> Tensor {
    meanOverLatents { $0 }.cast(to: .float32)
  }

  /// The root of the mean square of w − `mean`, number by number, over the same z, `[L]`.
  ///
  /// - Parameter mean: the mean latent, `[L]`.
  /// - Returns: the deviations, in single precision.
  public func latentDeviation(around mean: Tensor) -> Tensor {
    let center = mean.cast(to: .float64)
    return meanOverLatents { ($0 - center).squared() }.squareRoot().cast(to: .float32)
  }

  /// The mean of a function of w, `[rows, L]` → `[rows, L]`, in double precision.
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
  /// Fresh parameters of a seed, in single precision.
  public func fresh(seed: UInt64) -> Parameters {
    var numbers = RandomNumbers(seed: seed, stream: RandomStream.weights)
    return fresh(&numbers)
  }
}
