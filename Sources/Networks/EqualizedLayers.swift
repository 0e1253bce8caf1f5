import Tensors

// Layers with an equalised learning rate (Karras et al., 2018): weights are kept at unit variance and
// scaled by 1/√(inputs) where they are used, so that every weight learns at the same relative pace.
extension Tensor {
  /// x Wᵀ · rate/√in + b · rate.
  ///
  /// | Symbol | Code           | Shape        |
  /// |--------|----------------|--------------|
  /// | x      | self           | `[B, in]`    |
  /// | W      | `weight`       | `[out, in]`  |
  /// | b      | `bias`         | `[out]`      |
  /// | rate   | `learningRate` | scalar; 0.01 in the mapping network, else 1 |
  public func linear(_ weight: Tensor, bias: Tensor, learningRate: Double = 1) -> Tensor {
    let scale = learningRate / Double(weight.shape[1]).squareRoot()
    return matmul(weight.transposed()) * scale + bias * learningRate
  }

  /// A convolution with weights scaled by 1/√(Cin · kh · kw).
  ///
  /// - Parameters:
  ///   - weight: `[Cout, Cin, kh, kw]`.
  ///   - stride: pixels between two outputs.
  ///   - padding: zeros around the input.
  /// - Returns: `[B, Cout, …]`.
  public func equalizedConvolution(_ weight: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
    convolved(with: weight * equalizingScale(weight), stride: stride, padding: padding)
  }

  /// x / √(mean x² + 1e-8) over the last axis: every latent on the sphere of radius √L.
  public func pixelNormalized() -> Tensor {
    self * (squared().mean(axes: [-1], keepingAxes: true) + 1e-8).reciprocalSquareRoot()
  }
}

/// 1/√(inputs of one output), for weights `[out, in, …]`.
func equalizingScale(_ weight: Tensor) -> Double {
  1 / Double(weight.count / weight.shape[0]).squareRoot()
}
