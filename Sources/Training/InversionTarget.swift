import ModelConfiguration
import PortraitModel
import Tensors

/// A generator with the mean and the standard deviation of its latents, in which searches begin.
///
/// Both are computed from 10 000 latents, once for any number of searches.
public struct LatentSpace: Sendable {
  /// The generator.
  public let generator: Generator
  /// The mean latent w̄, `[L]`.
  let mean: Tensor
  /// The standard deviation σ of every latent, `[L]`.
  let deviation: Tensor

  /// Computes the mean and the deviation of a generator's latents.
  ///
  /// - Parameter generator: a generator of the volume model, in single or double precision.
  public init(_ generator: Generator) {
    require(
      generator.configuration.kind == .lifted,
      "LatentSpace: the generator's kind is \(generator.configuration.kind), expected lifted")
    self.generator = generator
    let (center, type) = (generator.meanLatent(), generator.scalarType)
    mean = center.cast(to: type)
    deviation = generator.latentDeviation(around: center).cast(to: type)
  }
}

/// The portrait that an inversion or a tuning has to reproduce, and how far another one is from it.
struct InversionTarget: Sendable {
  private let image: Tensor
  private let mask: Tensor?
  /// The sides of the pixel blocks that are averaged and compared: 1, 2 and 4 if they tile the image.
  private let blocks: [Int]

  /// Takes an image, `[3, S, S]`, −1 … 1, and its mask, one-hot · 2 − 1, `[K, S, S]`, if it is known.
  init(image: Tensor, mask: Tensor?, of model: Configuration) {
    let size = model.imageSize
    requireShape(image, [3, size, size], "image", axes: "[3, S, S]")
    if let mask { requireShape(mask, [model.parts, size, size], "mask", axes: "[K, S, S]") }
    self.image = image.unsqueezed(axis: 0)
    self.mask = mask?.unsqueezed(axis: 0)
    blocks = [1, 2, 4].filter(size.isMultiple)
  }

  /// Returns the image term ⅓ Σₛ mean (x̂ₛ − xₛ)², and the mask term mean Σₖ (m̂ₖ − mₖ)²/4 if the mask is
  /// known.
  func errors(of made: GeneratedPortraits) -> (image: Tensor, mask: Tensor?) {
    let picture = Tensor.stacked(
      blocks.map { (made.image.averagePooled($0) - image.averagePooled($0)).squared().mean() }
    ).mean()
    return (picture, mask.map { (made.mask - $0).squared().sum(axes: [1]).mean() * 0.25 })
  }
}
