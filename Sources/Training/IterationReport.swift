import Datasets
import PortraitModel
import Tensors

/// What one iteration of training saw and did.
///
/// The two penalties are nil in iterations in which their updates are not due.
public struct IterationReport: Sendable {
  /// The number of the iteration, counted from 0.
  public let iteration: Int
  /// The real pairs of the batch.
  public let real: PortraitBatch
  /// The portraits that the discriminator was trained with; detached.
  public let fake: GeneratedPortraits
  /// The updates that were made, in their order.
  public let updates: [LazySchedule.Update]
  /// The update of the discriminator.
  public let discriminator: DiscriminatorUpdate
  /// R1's update of the discriminator.
  public let gradientPenalty: GradientPenaltyUpdate?
  /// The update of the generator.
  public let generator: GeneratorUpdate
  /// The path-length update of the generator.
  public let pathLength: PathLengthUpdate?
}

/// What is known of every update: its loss before the step, and the length of its gradient.
public protocol UpdateReport: Sendable {
  /// The loss that was differentiated, with all weights and factors.
  var loss: Double { get }
  /// √Σ ‖∂loss/∂parameter‖² over all parameters of the network.
  var gradientLength: Double { get }
}

/// The logistic update of the discriminator.
public struct DiscriminatorUpdate: UpdateReport {
  public let loss: Double
  public let gradientLength: Double
  /// Scores of the real pairs, `[B, 1]`.
  public let realScores: Tensor
  /// Scores of the generated pairs, `[B, 1]`.
  public let fakeScores: Tensor
}

/// R1's update of the discriminator.
public struct GradientPenaltyUpdate: UpdateReport {
  public let loss: Double
  public let gradientLength: Double
  /// R1 on images, without its weight.
  public let image: Double
  /// R1 on masks, without its weight.
  public let mask: Double
}

/// The update of the generator by equation 12.
public struct GeneratorUpdate: UpdateReport {
  public let loss: Double
  public let gradientLength: Double
  /// softplus(−D(fake)), a batch mean.
  public let adversarial: Double
  /// The mean squared difference of coarse and final mask, without its weight.
  public let maskRegularizer: Double
  /// ℒ_ds, equation 13, without its weight.
  public let depthSmoothness: Double
}

/// The path-length update of the generator.
public struct PathLengthUpdate: UpdateReport {
  public let loss: Double
  public let gradientLength: Double
  /// E (length − mean')², without its weight.
  public let penalty: Double
  /// The length of every portrait, `[B]`.
  public let lengths: Tensor
  /// The running mean after this update.
  public let mean: Double
}
