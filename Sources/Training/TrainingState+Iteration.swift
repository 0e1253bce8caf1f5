import Datasets
import MaskSoftmax
import PortraitModel
import Probes
import Tensors

extension TrainingState {
  /// Makes one iteration of training.
  ///
  /// Paper §3.4 and the schedule of its reference systems:
  ///
  ///     discriminator, [R1], generator, [path length], moving average
  ///
  /// All random numbers come from streams that are addressed by seed, iteration and purpose, see
  /// `TrainingStream`. So the same state and the same pairs give the same iteration.
  ///
  /// - Parameters:
  ///   - iteration: the number of the iteration, counted from 0.
  ///   - real: the real pairs of the batch.
  ///   - probe: the receiver, for a dump, of gradients, of the batches of all updates, and of the
  ///     tensors of one portrait.
  ///   - observe: called after each update with the new state.
  /// - Returns: losses, scores, penalties and gradient norms of all updates.
  /// - Throws: `NotFinite` or `GradientError`; the state is then between two updates, and the caller
  ///   must restore the state before the iteration.
  public mutating func iterate(
    _ iteration: Int, on real: PortraitBatch, probe: Probe = .none,
    observe: (LazySchedule.Update, TrainingState) -> Void = { _, _ in }
  ) throws -> IterationReport {
    let weighting = maskWeighting(at: iteration)
    let updates = options.updates(at: iteration)
    let fakeDraw = draw(.discriminator, options.batch, iteration)
    let fake = fakes(fakeDraw, weighting)
    probe.record(fakeDraw, of: Generator(configuration, self.generator), in: .discriminator)
    let discriminator = try updateDiscriminator(real, fake: fake, probe: probe)
    observe(.discriminator, self)
    var penalty: GradientPenaltyUpdate?
    if updates.contains(.gradientPenalty) {
      penalty = try updateByGradientPenalty(real, probe: probe)
      observe(.gradientPenalty, self)
    }
    let generator = try updateGenerator(
      draw(.generator, options.batch, iteration), weighting, probe: probe)
    observe(.generator, self)
    var path: PathLengthUpdate?
    if updates.contains(.pathLength) {
      let count = LazySchedule.pathBatch(options.batch)
      path = try updateByPathLength(
        draw(.pathLength, count, iteration), noise: pathNoise(count, iteration), weighting,
        probe: probe)
      observe(.pathLength, self)
    }
    updateAverage()
    observe(.movingAverage, self)
    return IterationReport(
      iteration: iteration, real: real, fake: fake, updates: updates,
      discriminator: discriminator, gradientPenalty: penalty, generator: generator,
      pathLength: path)
  }

  /// Returns the weighting of equation 10: 1 in the first iterations, because the rendering weights "are
  /// not well-trained" there (§3.4), and in all iterations if `maskWeights` is `ones`.
  public func maskWeighting(at iteration: Int) -> MaskWeighting {
    iteration < configuration.maskWarmup ? .ones : configuration.maskWeights
  }

  private func draw(_ purpose: TrainingStream, _ count: Int, _ iteration: Int) -> PortraitDraw {
    var numbers = purpose.numbers(seed: options.seed, iteration: iteration)
    return PortraitDraw(configuration, count: count, &numbers, options, poses: self.poses)
  }

  private func pathNoise(_ count: Int, _ iteration: Int) -> Tensor {
    var numbers = TrainingStream.pathNoise.numbers(seed: options.seed, iteration: iteration)
    return numbers.normal([count, 3, configuration.imageSize, configuration.imageSize])
  }
}
