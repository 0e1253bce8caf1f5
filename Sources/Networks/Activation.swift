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
  ///   - channelAxis: the axis that counts channels; axis 1 by default.
  /// - Returns: the same shape.
  public func activated(bias: Tensor, channelAxis: Int = 1) -> Tensor {
    var shape = [Int](repeating: 1, count: rank)
    shape[channelAxis] = bias.count
    return (self + bias.reshaped(shape)).leakyReLU(slope: 0.2) * 2.0.squareRoot()
  }
}
