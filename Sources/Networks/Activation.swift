import Tensors

// What every layer ends with.
extension Tensor {
  /// Bias, leaky ReLU, gain: √2 · leakyReLU(x + b), slope 0.2 below 0.
  ///
  /// StyleGAN2's activation; the gain keeps the second moment of a normal input near 1.
  ///
  /// - Parameters:
  ///   - bias: one number for each channel, `[C]`.
  ///   - noise: nothing, or a map that is added to every channel: `[1 or B, 1, H, W]`.
  /// - Returns: the same shape, channels along axis 1.
  public func activated(bias: Tensor, noise: Tensor? = nil) -> Tensor {
    biasedLeakyReLU(bias: bias, noise: noise, slope: Self.slope, gain: Self.gain)
  }

  /// The same of W x for W = self, every image and part with a matrix of its own: a whole 1×1 layer.
  ///
  /// - Parameters:
  ///   - x: `[1 or B, K, C, P]`.
  ///   - bias: `[K, M]`.
  /// - Returns: `[B, K, M, P]` for matrices `[B, K, M, C]`.
  func activatedProduct(_ x: Tensor, bias: Tensor) -> Tensor {
    activatedProduct(x, bias: bias, slope: Self.slope, gain: Self.gain)
  }

  private static var slope: Double { 0.2 }
  private static var gain: Double { 2.0.squareRoot() }
}
