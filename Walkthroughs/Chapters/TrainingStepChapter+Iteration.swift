import Networks
import PortraitModel
import Tensors
import Training

/// One whole iteration as training makes it: the updates that are due, by `TrainingState`.
///
/// In single precision, with jitter, noise and style mixing drawn as in training, and with the
/// model's own importance pass: no slope is compared with differences here.
struct OneIteration {
  let number: Int
  /// The updates that were made.
  private(set) var done: [LazySchedule.Update] = []
  /// Each update's loss before it was made.
  private(set) var losses: [LazySchedule.Update: Double] = [:]
  /// The same losses by the formulas of the chapter's steps, where those have one.
  private(set) var expected: [LazySchedule.Update: Double] = [:]
  /// What the iteration began with.
  let before: TrainingState
  /// The generator's weights after their first update.
  private(set) var firstGenerator: Parameters
  /// What it ended with.
  private(set) var state: TrainingState

  init(_ seed: UInt64, number: Int) throws {
    self.number = number
    let model = LittleModel(seed: seed)
    before = TrainingState(
      model.model, generator: model.generator.parameters, discriminator: model.discriminator)
    (state, firstGenerator) = (before, before.generator)
    for update in LazySchedule().updates(at: number) { try make(update, seed) }
  }

  private mutating func make(_ update: LazySchedule.Update, _ seed: UInt64) throws {
    let pairs = RealPairs.first(TrainingSteps.batch)
    switch update {
    case .discriminator:
      let fake = state.fakes(draw(seed, 33, TrainingSteps.batch), .rendering)
      expected[update] =
        TrainingSteps.discriminatorLoss(state.discriminator, fake.image, fake.mask, pairs).item
      losses[update] =
        try state.updateDiscriminator(image: pairs.image, mask: pairs.mask, fake: fake).item
    case .gradientPenalty:
      losses[update] =
        try state.updateByGradientPenalty(image: pairs.image, mask: pairs.mask).item
    case .generator:
      let draw = draw(seed, 34, TrainingSteps.batch)
      let fake = state.fakes(draw, .rendering)
      expected[update] =
        TrainingSteps.generatorLoss(fake, state.discriminator, state.model).total.item
      losses[update] = try state.updateGenerator(draw, .rendering).total.item
      firstGenerator = state.generator
    case .pathLength:
      let count = LazySchedule.pathBatch(TrainingSteps.batch)
      let size = state.model.imageSize
      var numbers = RandomNumbers(seed: seed, stream: 36)
      losses[update] =
        try state.updateByPathLength(
          draw(seed, 35, count), noise: numbers.normal([count, 3, size, size]), .rendering
        ).total.item
    case .movingAverage: state.updateAverage()
    }
    done.append(update)
  }

  private func draw(_ seed: UInt64, _ stream: UInt64, _ count: Int) -> PortraitDraw {
    var numbers = RandomNumbers(seed: seed, stream: stream)
    return PortraitDraw(state.model, count: count, &numbers)
  }
}
