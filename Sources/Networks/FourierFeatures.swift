import Tensors

/// The position embedding of the part generators: sines and cosines of pixel coordinates.
///
/// Paper Fig. 3; SemanticStyleGAN's position embedding. Coordinates run from −1 to 1, both ends
/// included, x before y; frequencies are 1, 2, 4, … without a factor of π:
///
///     x, y, sin x, sin y, cos x, cos y, sin 2x, sin 2y, cos 2x, cos 2y, …
///
/// A 1×1 convolution without bias, `pos_embed.weights`, projects these `[2 (2F + 1), H, W]` to
/// `[c, H, W]`.
public struct FourierFeatures: Sendable {
  let weights: Tensor
  let frequencies: Int

  /// Creates the embedding from a generator's parameters.
  public init(_ parameters: Parameters, frequencies: Int) {
    weights = parameters["pos_embed.weights"]
    self.frequencies = frequencies
  }

  /// Returns coordinates, sines and cosines before the projection, `[2 (2F + 1), size, size]`.
  public static func waves(_ frequencies: Int, size: Int, _ type: ScalarType) -> Tensor {
    let line = Tensor.linspace(-1, 1, size, .float64)
    let x = line.broadcast(to: [1, size, size])
    let y = line.unsqueezed(axis: 1).broadcast(to: [1, size, size])
    let place = Tensor.concatenated([x, y], axis: 0)
    let waves = (0..<frequencies).flatMap { octave -> [Tensor] in
      let scaled = place * Double(1 << octave)
      return [scaled.sine(), scaled.cosine()]
    }
    return Tensor.concatenated([place] + waves, axis: 0).cast(to: type)
  }

  /// Returns the embedding of every pixel of a square map, `[c, size, size]`.
  public func callAsFunction(size: Int) -> Tensor {
    let waves = Self.waves(frequencies, size: size, weights.scalarType)
    return waves.unsqueezed(axis: 0).equalizedConvolution(weights).squeezed(axis: 0)
  }
}
