import Networks
import Training

/// One iteration of the real training code, with the states before, between and after its updates.
///
/// The iteration runs in single precision. Jitter, noise and style mixing are drawn as in training, and
/// the model's importance pass is on, because no gradient is compared with finite differences here.
struct WatchedIteration {
  /// The state before the iteration.
  let before: TrainingState
  /// The state after the iteration.
  let after: TrainingState
  /// The batch, the losses and the gradient norms of the iteration.
  let report: IterationReport
  /// The generator's weights after each update of this iteration.
  let generators: [LazySchedule.Update: Parameters]
  /// The updates in the order in which they were made.
  let observed: [LazySchedule.Update]

  init(seed: UInt64, iteration: Int) throws {
    let model = LittleModel(seed: seed)
    var options = TrainingOptions()
    (options.batch, options.seed) = (TrainingSteps.batch, seed)
    var state = TrainingState(
      model.configuration, generator: model.generator.parameters,
      discriminator: model.discriminator, options: options)
    var generators: [LazySchedule.Update: Parameters] = [:]
    var observed: [LazySchedule.Update] = []
    before = state
    report = try state.iterate(iteration, on: RealPairs.first(options.batch)) { update, state in
      generators[update] = state.generator
      observed.append(update)
    }
    after = state
    self.generators = generators
    self.observed = observed
  }
}
