import Networks
import Tensors

/// R1: the squared norm of the discriminator's gradient at real data.
///
///     R1_image = E ‖∂D/∂image‖²,  R1_mask = E ‖∂D/∂mask‖²
///     loss     = n · (w_image/2 · R1_image + w_mask/2 · R1_mask),   one update every n iterations
///
/// | Symbol  | Code                                 | Value in the reference systems |
/// |---------|--------------------------------------|--------------------------------|
/// | w_image | `TrainingOptions.imagePenaltyWeight` | 10                             |
/// | w_mask  | `TrainingOptions.maskPenaltyWeight`  | 1000                           |
/// | n       | `LazySchedule.penaltyInterval`       | 16                             |
///
/// Squared norms are summed over each pair and averaged over the batch. The loss is itself
/// differentiated, which requires second derivatives of the discriminator.
public struct GradientPenalty: Sendable {
  /// R1 on images, a scalar before its weight.
  public let image: Tensor
  /// R1 on masks, a scalar before its weight.
  public let mask: Tensor
  /// The gradients ∂D/∂image and ∂D/∂mask of each pair, in the shapes of the pairs, detached.
  public let gradients: (image: Tensor, mask: Tensor)

  /// Computes R1 at real pairs; it can be differentiated with respect to the discriminator's parameters.
  ///
  /// - Parameters:
  ///   - discriminator: D with tracked parameters.
  ///   - image: real portraits, `[B, 3, S, S]`.
  ///   - mask: their masks, `[B, K, S, S]`.
  /// - Throws: `GradientError` if the discriminator does not depend on images or masks.
  public init(_ discriminator: Discriminator, image: Tensor, mask: Tensor) throws {
    let (image, mask) = (image.tracked(as: "real image"), mask.tracked(as: "real mask"))
    let pair = try Tensors.gradients(
      of: discriminator(image, mask: mask).sum(), withRespectTo: [image, mask], createGraph: true)
    let norms = pair.map { $0.squared().sum(axes: [1, 2, 3]).mean() }
    (self.image, self.mask) = (norms[0], norms[1])
    gradients = (pair[0].detached(), pair[1].detached())
  }

  /// Returns the loss of the update, with the weights and the interval of the options.
  public func total(_ options: TrainingOptions = .standard) -> Tensor {
    (options.imagePenaltyWeight / 2 * image + options.maskPenaltyWeight / 2 * mask)
      * options.schedule.factor(of: .gradientPenalty)
  }
}
