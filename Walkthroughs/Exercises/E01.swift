import Tensors
import WPlusFactorization

// Equation 1: take W⁺ apart. Replace the line that throws; then: make exercise N=1

/// Splits W⁺, given as one flat list, into its factors.
///
///     W⁺ = W^base × W₁^shape × W₁^texture × … × W_K^shape × W_K^texture      Eq. 1
///
/// - Parameters:
///   - flat: (1 + 2K) · L numbers, one latent after the other in the order of equation 1.
///   - parts: K.
///   - width: L, the length of a latent.
/// - Returns: the base latent `[1, L]`, the shape latents `[K, L]`, the texture latents `[K, L]`.
/// - Throws: `Unfinished`, until you write the function.
public func split(_ flat: Tensor, parts: Int, width: Int) throws -> PartLatents {
  throw Unfinished()
}
