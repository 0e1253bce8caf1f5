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
///
/// A 3D generator per part reads positions in space instead: x, y, z, then sin x, sin y, sin z, cos x,
/// cos y, cos z and so on, `[3 (2F + 1), P]` (PaperNotes 58).
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

  /// Returns coordinates, sines and cosines of points before the projection.
  ///
  /// - Parameters:
  ///   - frequencies: F, the number of frequencies 1, 2, 4, ….
  ///   - points: x, y and z, −1 … 1 inside the volume's box, `[B, P, 3]`.
  /// - Returns: `[B, 3 (2F + 1), P]`.
  public static func waves(_ frequencies: Int, at points: Tensor) -> Tensor {
    requireShape(points, [nil, nil, 3], "points", axes: "[B, P, 3]")
    let place = points.transposed()
    let waves = (0..<frequencies).flatMap { octave -> [Tensor] in
      let scaled = place * Double(1 << octave)
      return [scaled.sine(), scaled.cosine()]
    }
    return .concatenated([place] + waves, axis: 1)
  }

  /// Returns the embedding of points, `[B, P, 3]` → `[B, c, P]`, by weights for three coordinates.
  public func callAsFunction(at points: Tensor) -> Tensor {
    let waves = Self.waves(frequencies, at: points)
    let (outputs, inputs) = (weights.shape[0], weights.shape[1])
    require(
      inputs == waves.shape[1],
      "FourierFeatures(at:): pos_embed.weights has shape \(weights.shape), expected "
        + "\(waves.shape[1]) inputs")
    return (weights.reshaped([outputs, inputs]) * (1 / Double(inputs).squareRoot())).matmul(waves)
  }

  /// Returns the embedding of every pixel of a square map, `[c, size, size]`.
  public func callAsFunction(size: Int) -> Tensor {
    let waves = Self.waves(frequencies, size: size, weights.scalarType)
    return waves.unsqueezed(axis: 0).equalizedConvolution(weights).squeezed(axis: 0)
  }
}
