import Tensors

// The activation at the end of every layer.
extension Tensor {
  /// Returns √2 · leakyReLU(x + bias + noise), with slope 0.2 below 0.
  ///
  /// The activation is StyleGAN2's. Its gain √2 keeps the second moment of a normal input near 1.
  ///
  /// - Parameters:
  ///   - bias: one number for each channel, `[C]`.
  ///   - noise: a map that is added to every channel, `[1 or B, 1, H, W]`; nil for none.
  /// - Returns: a tensor of the same shape; axis 1 holds the channels.
  public func activated(bias: Tensor, noise: Tensor? = nil) -> Tensor {
    biasedLeakyReLU(bias: bias, noise: noise, slope: Self.slope, gain: Self.gain)
  }

  /// Returns the activation of W x, a complete 1×1 layer; this tensor holds one W for each image
  /// and part.
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
