import Tensors

/// Path length: how far a portrait moves when its latents do, kept near its running mean.
///
///     y      = Σ image · noise / √(S·S)
///     length = √(mean over rows of ‖∂y/∂latent row‖²)
///     mean'  = mean + 0.01 (E length − mean)
///     loss   = n · w · E (length − mean')²,   one update every n iterations
///
/// | Symbol | Code                        | Value in the reference systems |
/// |--------|-----------------------------|--------------------------------|
/// | w      | `TrainingOptions.pathWeight`| 0.5                            |
/// | n      | `LazySchedule.pathInterval` | 4                              |
///
/// The penalty differentiates through mean' as well. It is taken on the expanded latents; where those
/// were mapped by tracked weights, the penalty reaches the mapping network through them.
public struct PathLength: Sendable {
  /// E (length − mean')², a scalar.
  public let penalty: Tensor
  /// The length of every portrait, `[B]`.
  public let lengths: Tensor
  /// mean', detached, for the next call.
  public let nextMean: Tensor

  /// The share of a new length in the running mean.
  public static let decay = 0.01

  /// Computes the penalty, ready to be differentiated by the generator's parameters.
  ///
  /// - Parameters:
  ///   - expandedLatents: `[B, K · layers, L]`.
  ///   - noise: N(0, 1), of the image's shape.
  ///   - mean: the running mean of lengths, a scalar.
  ///   - image: makes portraits `[B, 3, S, S]` from the latents it is given.
  /// - Throws: `GradientError`, when the image ignores the latents.
  public init(
    expandedLatents: Tensor, noise: Tensor, mean: Tensor, image: (Tensor) -> Tensor
  ) throws {
    let latents =
      expandedLatents.isTracked ? expandedLatents : expandedLatents.tracked(as: "expanded latents")
    let portraits = image(latents)
    requireShape(noise, portraits.shape, "noise", axes: "[B, 3, S, S]")
    let pixels = Double(portraits.shape[2] * portraits.shape[3])
    let projection = (portraits * noise).sum() / pixels.squareRoot()
    let rows = try gradient(of: projection, withRespectTo: latents, createGraph: true)
    lengths = rows.squared().sum(axes: [2]).mean(axes: [1]).squareRoot()
    let updated = mean + (lengths.mean() - mean) * Self.decay
    penalty = (lengths - updated).squared().mean()
    nextMean = updated.detached()
  }

  /// Returns the loss of the update, with the weight and the interval of the options.
  public func total(_ options: TrainingOptions = .standard) -> Tensor {
    penalty * (options.pathWeight * options.schedule.factor(of: .pathLength))
  }
}
