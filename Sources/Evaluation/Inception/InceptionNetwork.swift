import Tensors

/// Inception v3 up to its 2048 pooled features, for the Fréchet Inception distance.
///
/// Szegedy and others, 2016, "Rethinking the Inception architecture for computer vision".
///
/// The weights are not part of this project: users have their own copy. Every convolution is followed
/// by a batch normalization with known moments, which is folded into its weights, and a ReLU.
///
/// | Block            | Input     | Output    | Branches                                        |
/// |------------------|-----------|-----------|-------------------------------------------------|
/// | stem             | 3, 299²   | 192, 35²  | five convolutions, two maxima                   |
/// | Mixed_5b … 5d    | 192, 35²  | 288, 35²  | 1×1 · 5×5 · 3×3 twice · pooled                  |
/// | Mixed_6a         | 288, 35²  | 768, 17²  | 3×3 · 3×3 twice · maximum                       |
/// | Mixed_6b … 6e    | 768, 17²  | 768, 17²  | 1×1 · 1×7 and 7×1 · the same twice · pooled     |
/// | Mixed_7a         | 768, 17²  | 1280, 8²  | 3×3 · 1×7, 7×1 and 3×3 · maximum                |
/// | Mixed_7b, 7c     | 1280, 8²  | 2048, 8²  | 1×1 · 1×3 beside 3×1 · 3×3 and these · pooled   |
public struct InceptionNetwork: Sendable {
  /// The network and its preprocessing.
  public let variant: InceptionVariant
  /// The number of features.
  public static let width = 2048
  private let layers: [String: Layer]

  /// A convolution without the normalization that is folded into it.
  private struct Layer: Sendable {
    /// `[Cout, Cin, kh, kw]`.
    let kernel: Tensor
    /// `[Cout, 1, 1]`.
    let bias: Tensor
  }

  /// Makes the network from its weights.
  ///
  /// - Parameters:
  ///   - variant: the network and its preprocessing.
  ///   - tensor: returns the tensor of a name and shape; its errors are passed on.
  /// - Throws: the errors of `tensor`.
  public init(
    _ variant: InceptionVariant, tensor: (_ name: String, _ shape: [Int]) throws -> Tensor
  ) rethrows {
    self.variant = variant
    var layers: [String: Layer] = [:]
    for (name, shape) in Self.kernels {
      let kernel = try tensor("\(name).conv.weight", shape)
      let moments = try ["weight", "bias", "running_mean", "running_var"].map {
        try tensor("\(name).bn.\($0)", [shape[0]]).cast(to: .float64)
      }
      // γ (x − μ) / √(v + ε) + β, with the ε of both programs.
      let scale = moments[0] * (moments[3] + 1e-3).reciprocalSquareRoot()
      layers[name] = Layer(
        kernel: (kernel.cast(to: .float64) * scale.reshaped([shape[0], 1, 1, 1]))
          .cast(to: .float32),
        bias: (moments[1] - moments[2] * scale).reshaped([shape[0], 1, 1]).cast(to: .float32))
    }
    self.layers = layers
  }

  /// Returns the features of pictures.
  ///
  /// - Parameter pictures: `[B, 3, S, S]`, float32, −1 … 1.
  /// - Returns: `[B, 2048]`.
  public func features(of pictures: Tensor) -> Tensor {
    withoutGradients {
      var x = variant.input(pictures)
      x = convolved(x, "Conv2d_1a_3x3", stride: 2)
      x = convolved(x, "Conv2d_2a_3x3", isPadded: false)
      x = convolved(x, "Conv2d_2b_3x3").maximumPooled(stride: 2)
      x = convolved(x, "Conv2d_3b_1x1")
      x = convolved(x, "Conv2d_4a_3x3", isPadded: false).maximumPooled(stride: 2)
      for name in ["Mixed_5b", "Mixed_5c", "Mixed_5d"] { x = wide(x, name) }
      x = halved(x, "Mixed_6a")
      for name in ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"] { x = crossed(x, name) }
      x = halvedAgain(x, "Mixed_7a")
      x = forked(x, "Mixed_7b", pooled: pooled(x))
      x = forked(
        x, "Mixed_7c", pooled: variant == .tensorFlow ? x.maximumPooled(padding: 1) : pooled(x))
      return x.mean(axes: [2, 3])
    }
  }

  // MARK: - Blocks

  private func wide(_ x: Tensor, _ block: String) -> Tensor {
    .concatenated(
      [
        chain(x, block, ["branch1x1"]), chain(x, block, ["branch5x5_1", "branch5x5_2"]),
        chain(x, block, ["branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"]),
        chain(pooled(x), block, ["branch_pool"]),
      ], axis: 1)
  }

  private func halved(_ x: Tensor, _ block: String) -> Tensor {
    let double = chain(x, block, ["branch3x3dbl_1", "branch3x3dbl_2"])
    return .concatenated(
      [
        convolved(x, "\(block).branch3x3", stride: 2),
        convolved(double, "\(block).branch3x3dbl_3", stride: 2), x.maximumPooled(stride: 2),
      ], axis: 1)
  }

  private func crossed(_ x: Tensor, _ block: String) -> Tensor {
    .concatenated(
      [
        chain(x, block, ["branch1x1"]),
        chain(x, block, (1...3).map { "branch7x7_\($0)" }),
        chain(x, block, (1...5).map { "branch7x7dbl_\($0)" }),
        chain(pooled(x), block, ["branch_pool"]),
      ], axis: 1)
  }

  private func halvedAgain(_ x: Tensor, _ block: String) -> Tensor {
    let long = chain(x, block, (1...3).map { "branch7x7x3_\($0)" })
    return .concatenated(
      [
        convolved(chain(x, block, ["branch3x3_1"]), "\(block).branch3x3_2", stride: 2),
        convolved(long, "\(block).branch7x7x3_4", stride: 2), x.maximumPooled(stride: 2),
      ], axis: 1)
  }

  private func forked(_ x: Tensor, _ block: String, pooled: Tensor) -> Tensor {
    let single = chain(x, block, ["branch3x3_1"])
    let double = chain(x, block, ["branch3x3dbl_1", "branch3x3dbl_2"])
    return .concatenated(
      [
        chain(x, block, ["branch1x1"]), chain(single, block, ["branch3x3_2a"]),
        chain(single, block, ["branch3x3_2b"]), chain(double, block, ["branch3x3dbl_3a"]),
        chain(double, block, ["branch3x3dbl_3b"]), chain(pooled, block, ["branch_pool"]),
      ], axis: 1)
  }

  // MARK: - Layers

  private func chain(_ x: Tensor, _ block: String, _ names: [String]) -> Tensor {
    names.reduce(x) { convolved($0, "\(block).\($1)") }
  }

  /// Returns a layer's result; padding keeps the size, and there is none where the stride is 2.
  private func convolved(
    _ x: Tensor, _ name: String, stride: Int = 1, isPadded: Bool = true
  ) -> Tensor {
    guard let layer = layers[name] else {
      preconditionFailure("features(of:): there is no layer \(name)")
    }
    let (rows, columns) = (layer.kernel.shape[2], layer.kernel.shape[3])
    guard isPadded && stride == 1 else {
      return (x.convolved(with: layer.kernel, stride: stride) + layer.bias).relu()
    }
    let isSquare = rows == columns
    let input =
      isSquare
      ? x
      : x.padded(axis: 2, before: rows / 2, after: rows / 2)
        .padded(axis: 3, before: columns / 2, after: columns / 2)
    return (input.convolved(with: layer.kernel, padding: isSquare ? rows / 2 : 0) + layer.bias)
      .relu()
  }

  /// Returns the means of 3 × 3 pixels; torchvision's network counts zeros beyond the border.
  private func pooled(_ x: Tensor) -> Tensor {
    let sums = x.filtered(taps: [1, 1, 1], padding: (1, 1))
    guard variant == .tensorFlow else { return sums * (1 / 9.0) }
    let ones = Tensor.ones([1, 1] + Array(x.shape.suffix(2)), x.scalarType)
    return sums / ones.filtered(taps: [1, 1, 1], padding: (1, 1))
  }
}

extension Tensor {
  /// Returns the maxima of 3 × 3 pixels; pixels beyond the border do not count.
  ///
  /// - Parameters:
  ///   - stride: the distance between results.
  ///   - padding: the number of rows and columns beyond the border in which a square may begin, 0 or 1.
  ///     The elements must not be negative, because zeros stand there.
  /// - Returns: `[B, C, (H + 2·padding − 3) / stride + 1, …]`.
  fileprivate func maximumPooled(stride: Int = 1, padding: Int = 0) -> Tensor {
    [2, 3].reduce(self) { x, axis in
      let x = x.padded(axis: axis, before: padding, after: padding)
      let count = (x.shape[axis] - 3) / stride + 1
      let shifted = (0..<3).map {
        x.sliced(axis: axis, from: $0, length: count, step: stride)
      }
      return shifted[0].maximum(shifted[1]).maximum(shifted[2])
    }
  }
}
