import Networks
import Tensors

/// The losses of §3.4's ℒ_SSGAN: SemanticStyleGAN's, which are StyleGAN2's with a mask.
public enum AdversarialLosses {
  /// softplus(−D(real)) + softplus(D(fake)), averaged over each batch: what the discriminator minimises.
  public static func discriminator(real: Tensor, fake: Tensor) -> Tensor {
    (-real).softplus().mean() + fake.softplus().mean()
  }

  /// softplus(−D(fake)), averaged: what the generator minimises (non-saturating).
  public static func generator(fake: Tensor) -> Tensor { (-fake).softplus().mean() }

  /// The weight of `maskRegularizer(coarseMask:finalMask:)` in the generator's total.
  public static let maskRegularizerWeight = 100.0

  /// The mean squared difference between the coarse mask and the final mask pooled to its size.
  ///
  /// - Parameters:
  ///   - coarseMask: 2m − 1, `[B, K, H, W]`.
  ///   - finalMask: m_hr, `[B, K, S, S]`.
  /// - Returns: a scalar; its weight in the total is `maskRegularizerWeight`.
  public static func maskRegularizer(coarseMask: Tensor, finalMask: Tensor) -> Tensor {
    let pooled = finalMask.averagePooled(finalMask.shape[2] / coarseMask.shape[2])
    return (coarseMask - pooled).squared().mean()
  }
}

/// R1: how steep the discriminator is at real data.
///
///     R1_image = E ‖∂D/∂image‖²,  R1_mask = E ‖∂D/∂mask‖²
///
/// Squared norms are summed over each pair and averaged over the batch. The penalty is itself
/// differentiated, which takes the second derivative of the discriminator.
public struct GradientPenalty: Sendable {
  /// R1 on images, a scalar.
  public let image: Tensor
  /// R1 on masks, a scalar.
  public let mask: Tensor

  /// The weight of the image's penalty, over 2.
  public static let imageWeight = 10.0
  /// The weight of the mask's penalty, over 2.
  public static let maskWeight = 1000.0
  /// Iterations from one penalty to the next; the total is multiplied by it.
  public static let interval = 16

  /// The penalty at real pairs, ready to be differentiated by the discriminator's parameters.
  ///
  /// - Parameters:
  ///   - discriminator: D with tracked parameters.
  ///   - image: real portraits, `[B, 3, S, S]`.
  ///   - mask: their masks, `[B, K, S, S]`.
  /// - Throws: `GradientError`, when the discriminator ignores one of them.
  public init(_ discriminator: Discriminator, image: Tensor, mask: Tensor) throws {
    let (image, mask) = (image.tracked(as: "real image"), mask.tracked(as: "real mask"))
    let slopes = try gradients(
      of: discriminator(image, mask: mask).sum(), withRespectTo: [image, mask], createGraph: true)
    let norms = slopes.map { $0.squared().sum([1, 2, 3]).mean() }
    (self.image, self.mask) = (norms[0], norms[1])
  }

  /// (10/2 · R1_image + 1000/2 · R1_mask) · 16.
  public var total: Tensor { total(TrainingOptions()) }

  /// The same with the weights and the interval of some options.
  public func total(_ options: TrainingOptions) -> Tensor {
    (options.imagePenaltyWeight / 2 * image + options.maskPenaltyWeight / 2 * mask)
      * Double(options.penaltyInterval)
  }
}

/// Path length: how far a portrait moves when its latents do, kept near its running mean.
///
///     y = Σ image · noise / √(S·S),  length = √(mean over rows of ‖∂y/∂latent row‖²)
///     mean' = mean + 0.01 (E length − mean),  penalty = E (length − mean')²
///
/// The penalty differentiates through mean' as well. Taken on the expanded latents; where those were
/// mapped from tracked weights, the penalty reaches the mapping network through them.
public struct PathLength: Sendable {
  /// E (length − mean')², a scalar.
  public let penalty: Tensor
  /// The length of every portrait, `[B]`.
  public let lengths: Tensor
  /// mean', a constant for the next call.
  public let nextMean: Tensor

  /// The weight of the penalty.
  public static let weight = 0.5
  /// Iterations from one penalty to the next; the penalty is multiplied by it.
  public static let interval = 4
  /// The share of a new length in the running mean.
  public static let decay = 0.01

  /// The penalty, ready to be differentiated by the generator's parameters.
  ///
  /// - Parameters:
  ///   - expandedLatents: `[B, K · layers, L]`.
  ///   - noise: N(0, 1), of the image's shape.
  ///   - mean: the running mean of lengths, a scalar.
  ///   - image: makes portraits `[B, 3, S, S]` from the latents it is given.
  /// - Throws: `GradientError`, when the image ignores the latents.
  public init(
    expandedLatents: Tensor, noise: Tensor, mean: Tensor, image: (Tensor) -> Tensor
  ) throws {
    let latents =
      expandedLatents.isTracked ? expandedLatents : expandedLatents.tracked(as: "expanded latents")
    let portraits = image(latents)
    requireShape(noise, portraits.shape, "noise", axes: "[B, 3, S, S]")
    let pixels = Double(portraits.shape[2] * portraits.shape[3])
    let projection = (portraits * noise).sum() / pixels.squareRoot()
    let slope = try gradient(of: projection, withRespectTo: latents, createGraph: true)
    lengths = slope.squared().sum([2]).mean([1]).squareRoot()
    let updated = mean + (lengths.mean() - mean) * Self.decay
    penalty = (lengths - updated).squared().mean()
    nextMean = updated.detached()
  }

  /// 0.5 · 4 · penalty.
  public var total: Tensor { total(TrainingOptions()) }

  /// The same with the weight and the interval of some options.
  public func total(_ options: TrainingOptions) -> Tensor {
    penalty * (options.pathWeight * Double(options.pathInterval))
  }
}
