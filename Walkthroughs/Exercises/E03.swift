import Tensors

// Equation 3: how much light reaches a sample. Replace the line that throws; then: make exercise N=3

/// Returns the transmittance of every sample on a ray.
///
///     Tᵢ = exp(−Σⱼ₌₁…ᵢ₋₁ σⱼδⱼ)      Eq. 3
///
/// - Parameter opticalDepth: σᵢδᵢ, `[…, N]`, ≥ 0; sample 1, the nearest to the camera, comes first.
/// - Returns: T, `[…, N]`.
/// - Throws: `Unfinished`, until you write the function.
public func transmittance(_ opticalDepth: Tensor) throws -> Tensor {
  throw Unfinished()
}
