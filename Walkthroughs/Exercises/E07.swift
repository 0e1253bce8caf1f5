import Tensors

// Equation 7: spread a pixel along z. Replace the line that throws; then: make exercise N=7

/// Returns the bell along z of every pixel.
///
///     ψ(x,y,z) = exp(−α (d̂(x,y) − z)²)      Eq. 7
///
/// - Parameters:
///   - depth: d̂, `[H, W]`, in depth planes.
///   - planes: D, the number of planes; z is the index of a plane, 0 ..< D.
///   - alpha: α, > 0, in 1 / plane².
/// - Returns: ψ, `[D, H, W]`.
/// - Throws: `Unfinished`, until you write the function.
public func bell(at depth: Tensor, planes: Int, alpha: Double) throws -> Tensor {
  throw Unfinished()
}
