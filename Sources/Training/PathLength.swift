import Tensors

/// The path-length penalty, which keeps the change of an image per change of latents near a mean.
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
/// The gradient of the penalty also flows through mean'. The lengths are those of gradients with
/// respect to the expanded latents. If these latents were computed with tracked weights, the
/// gradient of the penalty also reaches the mapping network.
public struct PathLength: Sendable {
  /// The penalty E (length − mean')², a scalar before its weight.
  public let penalty: Tensor
  /// The length of every portrait, `[B]`.
  public let lengths: Tensor
  /// The updated mean mean', detached, for the next call.
  public let nextMean: Tensor

  /// The portraits, `[B, 3, S, S]`, detached.
  public let portraits: Tensor
  /// The gradients ∂y/∂latent of each row, `[B, K · layers, L]`, detached.
  public let rowGradients: Tensor

  /// The weight of a new length in the running mean.
  public static let decay = 0.01

  /// Computes the penalty, which can be differentiated with respect to the generator's parameters.
  ///
  /// - Parameters:
  ///   - expandedLatents: `[B, K · layers, L]`.
  ///   - noise: N(0, 1), of the image's shape.
  ///   - mean: the running mean of lengths, a scalar.
  ///   - image: a function that makes portraits `[B, 3, S, S]` from latents.
  /// - Throws: `GradientError` if the image does not depend on the latents.
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
    self.portraits = portraits.detached()
    rowGradients = rows.detached()
  }

  /// Returns the loss of the update, with the weight and the interval of the options.
  public func total(_ options: TrainingOptions = .standard) -> Tensor {
    penalty * (options.pathWeight * options.schedule.factor(of: .pathLength))
  }
}
