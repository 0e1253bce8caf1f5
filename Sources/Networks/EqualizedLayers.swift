import Tensors

// Layers with an equalized learning rate (Karras et al., 2018): weights are stored with unit variance
// and multiplied by 1/√(number of inputs) when they are used, so all weights learn at the same
// relative speed.
extension Tensor {
  /// Returns x Wᵀ · rate/√in + b · rate, `[B, out]`.
  ///
  /// | Symbol | Code           | Shape        |
  /// |--------|----------------|--------------|
  /// | x      | self           | `[B, in]`    |
  /// | W      | `weight`       | `[out, in]`  |
  /// | b      | `bias`         | `[out]`      |
  /// | rate   | `learningRate` | scalar, 1 in the discriminator |
  public func linear(_ weight: Tensor, bias: Tensor, learningRate: Double = 1) -> Tensor {
    let scale = learningRate / Double(weight.shape[1]).squareRoot()
    return matmul(weight.transposed()) * scale + bias * learningRate
  }

  /// Returns the convolution with weights scaled by 1/√(Cin · kh · kw).
  ///
  /// - Parameters:
  ///   - weight: `[Cout, Cin, kh, kw]`.
  ///   - stride: the distance between neighboring outputs, in input pixels.
  ///   - padding: the width of the border of zeros around the input.
  /// - Returns: `[B, Cout, …]`.
  public func equalizedConvolution(_ weight: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
    convolved(with: weight * equalizingScale(weight), stride: stride, padding: padding)
  }

  /// Returns x / √(mean x² + 1e-8) over the last axis, which puts each latent on the sphere of radius √L.
  public func pixelNormalized() -> Tensor {
    self * (squared().mean(axes: [-1], keepingAxes: true) + 1e-8).reciprocalSquareRoot()
  }
}

/// Returns 1/√(number of inputs of one output) for weights `[out, in, …]`.
func equalizingScale(_ weight: Tensor) -> Double {
  1 / Double(weight.count / weight.shape[0]).squareRoot()
}
