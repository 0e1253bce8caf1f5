import Networks
import Training

/// One iteration of the real training code, with the state after every update kept to be looked at.
///
/// In single precision, with jitter, noise and style mixing drawn as in training, and with the model's
/// own importance pass: no gradient is compared with differences here.
struct WatchedIteration {
  /// The state before the iteration.
  let before: TrainingState
  /// The state after it.
  let after: TrainingState
  /// What the iteration saw and did.
  let report: IterationReport
  /// The generator's weights after each update that was made.
  let generators: [LazySchedule.Update: Parameters]

  init(seed: UInt64, iteration: Int) throws {
    let model = LittleModel(seed: seed)
    var options = TrainingOptions()
    (options.batch, options.seed) = (TrainingSteps.batch, seed)
    var state = TrainingState(
      model.configuration, generator: model.generator.parameters,
      discriminator: model.discriminator, options: options)
    var generators: [LazySchedule.Update: Parameters] = [:]
    before = state
    report = try state.iterate(iteration, on: RealPairs.first(options.batch)) { update, state in
      generators[update] = state.generator
    }
    after = state
    self.generators = generators
  }
}
