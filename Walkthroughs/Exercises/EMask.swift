import Tensors

// §3.3: refine the rendered mask. Replace the line that throws; then: make exercise N=Mask

/// Returns the final mask.
///
///     m_hr = upsample(2m − 1) + Δm      §3.3; the mask travels as 2m − 1 (PaperNotes 17)
///
/// - Parameters:
///   - probabilities: m of equation 9, `[K, n, n]`, 0 … 1.
///   - residual: Δm of the render net, `[K, 2n, 2n]`.
/// - Returns: m_hr, `[K, 2n, 2n]`. `Tensor.upsampledTwice()` is the filter of the render net.
/// - Throws: `Unfinished`, until you write the function.
public func finalMask(probabilities: Tensor, residual: Tensor) throws -> Tensor {
  throw Unfinished()
}
