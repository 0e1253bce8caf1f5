import Tensors

// What every layer ends with.
extension Tensor {
  /// Bias, leaky ReLU, gain: √2 · leakyReLU(x + b), slope 0.2 below 0.
  ///
  /// The gain keeps the variance of a normal input (StyleGAN2's fused activation; FACTS of the
  /// reference systems).
  ///
  /// - Parameters:
  ///   - bias: one number for each channel, `[C]`.
  ///   - noise: nothing, or a map that is added to every channel: `[1 or B, 1, H, W]`.
  /// - Returns: the same shape, channels along axis 1.
  public func activated(bias: Tensor, noise: Tensor? = nil) -> Tensor {
    biasedLeakyReLU(bias: bias, noise: noise, slope: 0.2, gain: 2.0.squareRoot())
  }
}
