import Tensors

// Equation 4, for depth: how far away is what a ray sees. Replace the line that throws; then: make exercise N=4

/// Returns the depth of what is seen along a ray.
///
/// Equation 4 sums features with the weights w of equation 2. For depth, the feature of a sample is its
/// distance t. A ray that passes through fog and hits nothing behind it has Σw < 1.
///
/// - Parameters:
///   - renderingWeights: w, `[…, N]`, 0 … 1, with 0 < Σw ≤ 1.
///   - rayDepths: t, `[…, N]`, ascending, in world units.
/// - Returns: the depth at which light is stopped, `[…]`, in world units.
/// - Throws: `Unfinished`, until you write the function.
public func depth(_ renderingWeights: Tensor, at rayDepths: Tensor) throws -> Tensor {
  throw Unfinished()
}
