import Tensors

/// A modulated, demodulated 1×1 layer, computed for the generators of all parts at once.
///
/// Paper Fig. 3, a blue block; StyleGAN2's modulated convolution without noise.
///
///     s   = A latent + a                    (equalized linear, a starts at 1)
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
/// The parts' weights are stacked, so K small products become one batched product.
public struct ModulatedLayers: Sendable {
  let weight: Tensor  // [K, out, in]
  let modulation: Tensor  // [K, in, L]
  let modulationBias: Tensor  // [K, in]
  let bias: Tensor  // [K, out]

  /// Creates the layers of a given name in several parts' generators.
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

  /// Applies each part's layer to that part's map.
  ///
  /// - Parameters:
  ///   - x: `[B or 1, K, in, P]` with P pixels; with 1, all images of the batch use the same maps.
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

/// Unmodulated 1×1 heads of several parts: ToFeature, ToDepth or ToDensity, green in figure 3.
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

  /// Creates the heads of a given name in several parts' generators.
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
    // If one part has a learned bias map and another a single number, all biases become maps.
    let pixels = biases.map { $0.shape[1] }.max() ?? 1
    bias = .stacked(biases.map { $0.broadcast(to: [$0.shape[0], pixels]) })
  }

  /// Creates one set of heads from several that read the same maps; their outputs are concatenated.
  ///
  /// One product then reads the maps once, and the backward pass writes their gradient once.
  public init(joining heads: [Heads]) {
    let pixels = heads.map { $0.bias.shape[2] }.max() ?? 1
    weight = .concatenated(heads.map(\.weight), axis: 1)
    bias = .concatenated(
      heads.map { $0.bias.broadcast(to: [$0.bias.shape[0], $0.bias.shape[1], pixels]) }, axis: 1)
  }

  private init(weight: Tensor, bias: Tensor) {
    (self.weight, self.bias) = (weight, bias)
  }

  /// Returns these heads, preceded by a part that has no head and whose output is 0.
  func afterPartWithout() -> Heads {
    func padded(_ x: Tensor) -> Tensor {
      .concatenated([.zeros([1] + x.shape.dropFirst(), x.scalarType), x], axis: 0)
    }
    return Heads(weight: padded(weight), bias: padded(bias))
  }

  /// Applies each part's head to that part's map.
  ///
  /// - Parameters:
  ///   - x: `[B, K, in, P]`.
  ///   - pixelByPixel: whether the outputs of a pixel are adjacent in memory, the order in which rays
  ///     read features; ignored with a learned bias map.
  /// - Returns: `[B, K, out, P]`.
  public func callAsFunction(_ x: Tensor, pixelByPixel: Bool = false) -> Tensor {
    guard pixelByPixel, bias.shape[2] == 1 else { return weight.matmul(x) + bias }
    return x.mappedPixelwise(weight, bias: bias.squeezed(axis: 2))
  }
}
