import Datasets
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// The state that training changes: two networks, their optimizers, and the moving average.
///
/// `iterate(_:on:)` makes one iteration; `Trainer` makes one after the other on real batches.
public struct TrainingState: Sendable {
  /// The configuration of the model.
  public let configuration: Configuration
  /// Learning rates, loss weights and intervals.
  public let options: TrainingOptions
  /// The generator's weights, detached.
  public var generator: Parameters
  /// The discriminator's weights, detached.
  public var discriminator: Parameters
  /// The moving average of the generator, which is shown, evaluated and shipped.
  public var average: MovingAverage
  /// The generator's optimizer, corrected for path length's updates.
  public var generatorOptimizer: Adam
  /// The discriminator's optimizer, corrected for R1's updates.
  public var discriminatorOptimizer: Adam
  /// The running mean of path lengths, a scalar.
  public var pathMean = Tensor.scalar(0)
  /// The camera poses of the real pictures; nil to draw poses from the camera's normal distributions.
  public var poses: PosePool?
  /// The names of the generator's parameters that are trained; noise maps are not.
  let trained: Set<String>

  /// Creates a state with the given weights and with optimizers that have made no update.
  public init(
    _ configuration: Configuration, generator: Parameters, discriminator: Parameters,
    options: TrainingOptions = .standard
  ) {
    self.configuration = configuration
    self.options = options
    generatorOptimizer = options.generatorOptimizer
    discriminatorOptimizer = options.discriminatorOptimizer
    self.generator = generator
    self.discriminator = discriminator
    average = MovingAverage(generator, decay: options.averageDecay)
    trained = Set(
      ParameterPlan.generator(configuration).entries.filter(\.isTrained).map(\.name))
  }

  /// Returns a state with fresh weights.
  ///
  /// - Parameters:
  ///   - configuration: the configuration of the model.
  ///   - options: learning rates, loss weights and the seed of the weights.
  /// - Returns: a state before its first iteration.
  public static func fresh(
    _ configuration: Configuration, _ options: TrainingOptions
  ) -> TrainingState {
    var numbers = RandomNumbers(
      seed: options.seed, stream: TrainingStream.discriminatorWeights)
    return TrainingState(
      configuration, generator: ParameterPlan.generator(configuration).fresh(seed: options.seed),
      discriminator: ParameterPlan.discriminator(configuration).fresh(&numbers), options: options)
  }
}
