import Tensors

// Equation 13: smooth depth maps. Replace the line that throws; then: make exercise N=13

/// Returns the depth-smoothness loss.
///
///     ℒ_ds = 1/A · Σ_k Σ_(x,y) Σ_(Δx,Δy) (d_k(x,y) − d_k(x+Δx, y+Δy))²      Eq. 13
///
/// (Δx, Δy) runs over the eight neighbors. A pixel outside the map adds nothing. A is 8·K·H·W.
///
/// - Parameter depth: d_k, `[K, H, W]`, in planes.
/// - Returns: a scalar, shape `[]`.
/// - Throws: `Unfinished`, until you write the function.
public func smoothness(_ depth: Tensor) throws -> Tensor {
  throw Unfinished()
}
