import Tensors

/// The adversarial losses in ℒ_SSGAN, §3.4: those of SemanticStyleGAN, StyleGAN2's with a mask.
public enum AdversarialLosses {
  /// Returns the discriminator's loss, softplus(−D(real)) + softplus(D(fake)), each a batch mean.
  ///
  /// - Parameters:
  ///   - real: scores of real pairs, `[B, 1]`.
  ///   - fake: scores of generated pairs, `[B, 1]`.
  /// - Returns: a scalar; 2 ln 2 = 1.386 if every score is 0.
  public static func discriminator(real: Tensor, fake: Tensor) -> Tensor {
    (-real).softplus().mean() + fake.softplus().mean()
  }

  /// Returns the generator's non-saturating loss, softplus(−D(fake)), a batch mean.
  public static func generator(fake: Tensor) -> Tensor { (-fake).softplus().mean() }

  /// Returns the mean squared difference between the coarse mask and the final mask pooled to its size.
  ///
  /// - Parameters:
  ///   - coarseMask: 2m − 1, `[B, K, H, W]`.
  ///   - finalMask: m_hr, `[B, K, S, S]`.
  /// - Returns: a scalar, before its weight `TrainingOptions.maskRegularizerWeight`.
  public static func maskRegularizer(coarseMask: Tensor, finalMask: Tensor) -> Tensor {
    let pooled = finalMask.averagePooled(finalMask.shape[2] / coarseMask.shape[2])
    return (coarseMask - pooled).squared().mean()
  }
}
