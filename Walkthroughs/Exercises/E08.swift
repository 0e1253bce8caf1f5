import Tensors

// Equation 8: add up the parts in the memory of one volume. Replace the line that throws; then: make exercise N=8

/// Returns the fused volume.
///
///     f_fused(x,y,z) = Σ_k f_k³ᵈ(x,y,z)      Eq. 8
///
/// At the paper's size a volume takes 128 MiB, and 13 of them 1.63 GiB. So at any time at most three
/// volumes may exist: the sum, the next part, and their new sum.
///
/// - Parameters:
///   - parts: K.
///   - volume: computes f_k³ᵈ of part k, `[C, D, H, W]`; each call allocates a new volume.
/// - Returns: f_fused, `[C, D, H, W]`.
/// - Throws: `Unfinished`, until you write the function.
public func fused(parts: Int, volume: (_ part: Int) throws -> Tensor) throws -> Tensor {
  throw Unfinished()
}
