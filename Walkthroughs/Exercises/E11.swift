import Tensors

// Equations 9–11: from densities along rays to masks. Replace the line that throws; then: make exercise N=11

/// Returns the mask of every ray: the probability of each part.
///
///     m_k      = exp(m_k^init) / Σ_j exp(m_j^init)      Eq. 9, with "init" in the numerator
///     m_k^init = Σᵢ wᵢ σ_k^i                            Eq. 10
///
/// Equation 11, the samples σ_k^i of the density volumes, is already done.
///
/// - Parameters:
///   - partDensities: σ_k^i, `[R, N, K]`, ≥ 0: R rays, N samples, K parts.
///   - renderingWeights: wᵢ, `[R, N]`.
/// - Returns: m, `[R, K]`.
/// - Throws: `Unfinished`, until you write the function.
public func masks(partDensities: Tensor, renderingWeights: Tensor) throws -> Tensor {
  throw Unfinished()
}
