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
    biasedLeakyReLU(bias: bias, noise: noise, slope: 0.2, gain: 2.0.squareRoot())
  }
}
