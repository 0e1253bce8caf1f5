import Tensors

/// One modulated, demodulated 1×1 layer of all parts' generators at once.
///
/// Paper Fig. 3, a blue block; StyleGAN2's modulated convolution without noise.
///
///     s   = A latent + a                    (equalised linear, a starts at 1)
///     W'  = W/√in · s                       one weight matrix for each image
///     W'' = W' / √(Σ_in W'² + 1e-8)         demodulation: unit variance out
///     y   = √2 leakyReLU(W'' x + b)
///
/// | Symbol | Parameter `local_nets.{k}.linears.{i}…` | Shape               |
/// |--------|------------------------------------------|---------------------|
/// | W      | `conv.weight`                            | `[1, out, in, 1, 1]`|
/// | A, a   | `conv.modulation.weight`, `.bias`        | `[in, L]`, `[in]`   |
/// | b      | `activate.bias`                          | `[out]`             |
///
/// The parts' weights are stacked, so that K small products are one batched product.
public struct ModulatedLayers: Sendable {
  let weight: Tensor  // [K, out, in]
  let modulation: Tensor  // [K, in, L]
  let modulationBias: Tensor  // [K, in]
  let bias: Tensor  // [K, out]

  /// The layers of that name of several parts' generators.
  ///
  /// - Parameters:
  ///   - parts: each part's parameters.
  ///   - name: `linears.{i}`, or the base maps `weight` and `bias` of `scaleShift`.
  public init(_ parts: [Parameters], _ name: String) {
    let layers = parts.map { $0.scope(name) }
    weight = .stacked(
      layers.map { layer in
        let weight = layer["conv.weight"]
        return weight.reshaped([weight.shape[1], weight.shape[2]])
      })
    modulation = .stacked(layers.map { $0["conv.modulation.weight"] })
    modulationBias = .stacked(layers.map { $0["conv.modulation.bias"] })
    bias = .stacked(layers.map { $0["activate.bias"] })
  }

  /// The layer of every part on its own map.
  ///
  /// - Parameters:
  ///   - x: `[B or 1, K, in, P]`, P pixels; one map may serve the whole batch.
  ///   - latents: one latent for each part and image, `[B, K, L]`.
  /// - Returns: `[B, K, out, P]`.
  public func callAsFunction(_ x: Tensor, _ latents: Tensor) -> Tensor {
    requireShape(x, [nil, weight.shape[0], weight.shape[2], nil], "x", axes: "[B, K, in, P]")
    requireShape(
      latents, [nil, weight.shape[0], modulation.shape[2]], "latents", axes: "[B, K, L]")
    let affine = 1 / Double(modulation.shape[2]).squareRoot()
    let style =
      modulation.matmul(latents.unsqueezed(axis: 3)).squeezed(axis: 3) * affine + modulationBias
    let scaled = weight * (1 / Double(weight.shape[2]).squareRoot())
    let modulated = scaled * style.unsqueezed(axis: 2)  // [B, K, out, in]
    let demodulation =
      (modulated.squared().sum(axes: [3], keepingAxes: true) + 1e-8).reciprocalSquareRoot()
    return (modulated * demodulation).activatedProduct(x, bias: bias)
  }
}

/// The unmodulated 1×1 heads ToFeature, ToDepth and ToDensity of several parts, green in figure 3.
///
///     y = (W · m / √in) x + b
///
/// | Symbol | Parameter `local_nets.{k}.to_…` | Shape              |
/// |--------|----------------------------------|--------------------|
/// | W      | `conv.weight`                    | `[out, in, 1, 1]`  |
/// | m      | `conv.modulation`                | `[1, in, 1, 1]`    |
/// | b      | `bias`                           | `[1, out, 1, 1]`, or a map `[1, out, H, W]` |
public struct Heads: Sendable {
  let weight: Tensor  // [K, out, in]
  let bias: Tensor  // [K, out, 1 or P]

  /// The heads of that name of several parts' generators.
  public init(_ parts: [Parameters], _ name: String) {
    let heads = parts.map { $0.scope(name) }
    weight = .stacked(
      heads.map { head in
        let weight = head["conv.weight"]
        let scale = 1 / Double(weight.shape[1]).squareRoot()
        return (weight * head["conv.modulation"]).reshaped([weight.shape[0], weight.shape[1]])
          * scale
      })
    let biases = heads.map { $0["bias"].flattened(axes: 2...3).squeezed(axis: 0) }
    // A learned bias map in one part beside a single number in another: both as maps.
    let pixels = biases.map { $0.shape[1] }.max() ?? 1
    bias = .stacked(biases.map { $0.broadcast(to: [$0.shape[0], pixels]) })
  }

  /// Heads that read the same maps as one: their outputs follow one another.
  ///
  /// One product then reads the maps once, and on the way back writes their gradient once.
  public init(joining heads: [Heads]) {
    let pixels = heads.map { $0.bias.shape[2] }.max() ?? 1
    weight = .concatenated(heads.map(\.weight), axis: 1)
    bias = .concatenated(
      heads.map { $0.bias.broadcast(to: [$0.bias.shape[0], $0.bias.shape[1], pixels]) }, axis: 1)
  }

  private init(weight: Tensor, bias: Tensor) {
    (self.weight, self.bias) = (weight, bias)
  }

  /// The same heads behind those of a first part that has none and gets zeros.
  func afterPartWithout() -> Heads {
    func padded(_ x: Tensor) -> Tensor {
      .concatenated([.zeros([1] + x.shape.dropFirst(), x.scalarType), x], axis: 0)
    }
    return Heads(weight: padded(weight), bias: padded(bias))
  }

  /// Every part's head on its own map.
  ///
  /// - Parameters:
  ///   - x: `[B, K, in, P]`.
  ///   - pixelByPixel: whether the outputs of a pixel stand together in memory, as rays read features;
  ///     a learned bias map does without.
  /// - Returns: `[B, K, out, P]`.
  public func callAsFunction(_ x: Tensor, pixelByPixel: Bool = false) -> Tensor {
    guard pixelByPixel, bias.shape[2] == 1 else { return weight.matmul(x) + bias }
    return x.mappedPixelwise(weight, bias: bias.squeezed(axis: 2))
  }
}
