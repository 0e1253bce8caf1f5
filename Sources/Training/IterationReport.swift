import Datasets
import PortraitModel
import Tensors

/// The inputs and results of one training iteration.
///
/// The two penalties are nil in iterations in which their updates are not due.
public struct IterationReport: Sendable {
  /// The number of the iteration, counted from 0.
  public let iteration: Int
  /// The real pairs of the batch.
  public let real: PortraitBatch
  /// The generated portraits with which the discriminator was trained, detached.
  public let fake: MadePortraits
  /// The updates that were made, in order.
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

/// The values that every update reports: the loss before the step, and the norm of its gradient.
public protocol UpdateReport: Sendable {
  /// The loss that was differentiated, with all weights and factors.
  var loss: Double { get }
  /// The gradient norm √Σ ‖∂loss/∂parameter‖² over all parameters of the network.
  var gradientLength: Double { get }
}

/// The logistic update of the discriminator.
public struct DiscriminatorUpdate: UpdateReport {
  /// The loss before the step, with all weights and factors.
  public let loss: Double
  /// The norm of the gradient over all parameters of the network.
  public let gradientLength: Double
  /// Scores of the real pairs, `[B, 1]`.
  public let realScores: Tensor
  /// Scores of the generated pairs, `[B, 1]`.
  public let fakeScores: Tensor
}

/// R1's update of the discriminator.
public struct GradientPenaltyUpdate: UpdateReport {
  /// The loss before the step, with all weights and factors.
  public let loss: Double
  /// The norm of the gradient over all parameters of the network.
  public let gradientLength: Double
  /// R1 on images, before its weight.
  public let image: Double
  /// R1 on masks, before its weight.
  public let mask: Double
}

/// The update of the generator by equation 12.
public struct GeneratorUpdate: UpdateReport {
  /// The loss before the step, with all weights and factors.
  public let loss: Double
  /// The norm of the gradient over all parameters of the network.
  public let gradientLength: Double
  /// The adversarial loss softplus(−D(fake)), a batch mean.
  public let adversarial: Double
  /// The mean squared difference between coarse and final mask, before its weight.
  public let maskRegularizer: Double
  /// The depth smoothness ℒ_ds, equation 13, before its weight; nil if the parts predict no depths in a
  /// volume.
  public let depthSmoothness: Double?
}

/// The path-length update of the generator.
public struct PathLengthUpdate: UpdateReport {
  /// The loss before the step, with all weights and factors.
  public let loss: Double
  /// The norm of the gradient over all parameters of the network.
  public let gradientLength: Double
  /// The penalty E (length − mean')², before its weight.
  public let penalty: Double
  /// The length of every portrait, `[B]`.
  public let lengths: Tensor
  /// The running mean after this update.
  public let mean: Double
}
