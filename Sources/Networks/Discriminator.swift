import Tensors

/// The discriminator, which gives a portrait and its mask a score: high for real pairs.
///
/// Paper §3.4; SemanticStyleGAN's dual-branch discriminator. One residual trunk reduces the image to
/// 4×4, another one the mask, and their outputs are added. The minibatch standard deviation, a 3×3
/// layer and two linear layers follow.
///
/// | Paper | Code    | Shape          |
/// |-------|---------|----------------|
/// | image | `image` | `[B, 3, S, S]` |
/// | mask  | `mask`  | `[B, K, S, S]` |
/// | D     | `callAsFunction(_:mask:)` | `[B, 1]` |
public struct Discriminator: Sendable {
  let parameters: Parameters

  /// Creates a discriminator with the given parameters.
  public init(_ parameters: Parameters) { self.parameters = parameters }

  /// Returns D(image, mask), `[B, 1]`; without a mask, the mask trunk is left out.
  public func callAsFunction(_ image: Tensor, mask: Tensor?) -> Tensor {
    let onImage = trunk(.image, image)
    let x = mask.map { onImage + trunk(.mask, $0) } ?? onImage
    let last = Tensor.concatenated([x, minibatchDeviation(x)], axis: 1)
      .equalizedConvolution(parameters["final_conv.0.weight"], padding: 1)
      .activated(bias: parameters["final_conv.1.bias"])
      .flattened(axes: 1...3)
    let weight = parameters["final_linear.0.weight"]
    let hidden = (last.matmul(weight.transposed()) * equalizingScale(weight))
      .activated(bias: parameters["final_linear.0.bias"])
    return hidden.linear(
      parameters["final_linear.1.weight"], bias: parameters["final_linear.1.bias"])
  }

  /// The two trunks of the discriminator, with the prefixes of their parameters' names.
  public enum Trunk: String, Sendable {
    /// The trunk for the image.
    case image = "convs_img"
    /// The trunk for the mask.
    case mask = "convs_seg"
  }

  /// Applies a trunk: a 1×1 layer, then all residual blocks in the parameters; each halves the size.
  ///
  /// - Parameters:
  ///   - name: the trunk to apply.
  ///   - input: the image `[B, 3, S, S]` or the mask `[B, K, S, S]`.
  ///   - watch: called with the output of the first layer and of every block.
  /// - Returns: `[B, c, 4, 4]`.
  public func trunk(
    _ name: Trunk, _ input: Tensor, watch: (Tensor) -> Void = { _ in }
  ) -> Tensor {
    let own = parameters.scope(name.rawValue)
    var x = input.equalizedConvolution(own["0.0.weight"]).activated(bias: own["0.1.bias"])
    var block = 1
    watch(x)
    while own.contains("\(block).skip.1.weight") {
      x = residual(own.scope("\(block)"), x)
      watch(x)
      block += 1
    }
    return x
  }

  /// Applies a residual block: (main path + skip path) / √2.
  ///
  /// The main path is a 3×3 layer, a blur and a 3×3 layer of stride 2. The skip path is a blur and a
  /// 1×1 layer of stride 2.
  func residual(_ own: Parameters, _ x: Tensor) -> Tensor {
    let inner = x.equalizedConvolution(own["conv1.0.weight"], padding: 1)
      .activated(bias: own["conv1.1.bias"])
    let main = inner.blurred(padding: 2).equalizedConvolution(own["conv2.1.weight"], stride: 2)
      .activated(bias: own["conv2.2.bias"])
    // A 1×1 layer of stride 2 reads every other pixel of the blur; only those are computed.
    let skip = x.blurred(padding: 1, keepingEvery: 2).equalizedConvolution(own["skip.1.weight"])
    return (main + skip) * 0.5.squareRoot()
  }

  /// Returns the minibatch standard deviation as a map, one number for each group: `[B, 1, h, w]`.
  ///
  /// Groups are strided: with B images and groups of g, group m holds the images m, m + B/g,
  /// m + 2B/g, …. The number is the population standard deviation of the group (divided by g), averaged
  /// over channels and pixels.
  public func minibatchDeviation(_ x: Tensor) -> Tensor {
    let (batch, rows, columns) = (x.shape[0], x.shape[2], x.shape[3])
    let group = min(batch, 4)
    require(
      batch % group == 0,
      "Discriminator: a batch of \(batch) cannot be divided into groups of \(group)")
    let groups = x.reshaped([group, batch / group] + Array(x.shape.dropFirst()))
    let centered = groups - groups.mean(axes: [0], keepingAxes: true)
    let deviation = (centered.squared().mean(axes: [0]) + 1e-8).squareRoot().mean(axes: [1, 2, 3])
    return deviation.unsqueezed(axis: 0).broadcast(to: [group, batch / group])
      .reshaped([batch, 1, 1, 1]).broadcast(to: [batch, 1, rows, columns])
  }
}
