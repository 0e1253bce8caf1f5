import Tensors

// One training step: R1. Replace the line that throws; then: make exercise N=Training

/// Returns R1, the penalty on the slope of a discriminator at real images.
///
///     R1 = E ‖∂D/∂x‖²
///
/// The squared norm is summed over the pixels of an image, and E is the mean over the batch. Training
/// minimizes R1, so the result must itself be differentiable with respect to the parameters of D.
///
/// - Parameters:
///   - images: x, `[B, C, H, W]`, not yet tracked.
///   - scores: D, `[B, C, H, W]` → `[B]`; it depends on parameters that are tracked.
/// - Returns: a scalar, shape `[]`.
/// - Throws: `Unfinished`, until you write the function.
public func gradientPenalty(_ images: Tensor, scores: (_ images: Tensor) throws -> Tensor) throws
  -> Tensor
{
  throw Unfinished()
}
