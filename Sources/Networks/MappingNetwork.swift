import Tensors

/// The mapping network, which maps a normally distributed z to a latent w.
///
/// Paper §3.1; SemanticStyleGAN's mapping network: pixel norm, then linear layers with a learning-rate
/// multiplier of 0.01, each followed by the leaky ReLU of `Tensor.activated(bias:noise:)`.
///
/// | Paper | Code          | Shape    |
/// |-------|---------------|----------|
/// | z     | `z`           | `[B, L]` |
/// | w     | `callAsFunction(_:)` | `[B, L]` |
///
/// Parameters: `style.{1 …}.weight` `[L, L]` and `.bias` `[L]`. Departure from the paper: none.
public struct MappingNetwork: Sendable {
  /// The learning-rate multiplier of every layer.
  public static let learningRate = 0.01

  let parameters: Parameters
  let layers: Int

  /// Creates the mapping network from a generator's parameters.
  public init(_ parameters: Parameters, layers: Int) {
    self.parameters = parameters.scope("style")
    self.layers = layers
  }

  /// Returns w = f(z): `[B, L]` → `[B, L]`.
  public func callAsFunction(_ z: Tensor) -> Tensor {
    requireShape(z, [nil, nil], "z", axes: "[B, L]")
    let rate = Self.learningRate
    return (1...layers).reduce(z.pixelNormalized()) { x, layer in
      let weight = parameters["\(layer).weight"]
      let scale = rate / Double(weight.shape[1]).squareRoot()
      return (x.matmul(weight.transposed()) * scale)
        .activated(bias: parameters["\(layer).bias"] * rate)
    }
  }
}
