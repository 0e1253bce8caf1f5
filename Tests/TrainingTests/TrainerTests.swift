import Foundation
import ModelConfiguration
import Networks
import Probes
import Synchronization
import Tensors
import TestSupport
import Testing
import TrainingToys

@testable import Training

@Suite("Training loop")
struct TrainerTests {
  @Test func oneThreadAndTwoGiveTheSameBits() throws {
    func run(_ threads: Int) throws -> [Data] {
      try Parallel.withThreads(threads) {
        var trainer = Toy.trainer
        for _ in 0..<2 { _ = try trainer.step() }
        return Toy.bytes(trainer.state)
      }
    }
    #expect(try run(1) == run(2))
  }

  /// Iteration 0 makes every update, 1 no lazy update, 2 also path length, 3 also R1.
  @Test func updatesAreMadeInOrderWhenTheyAreDue() throws {
    var trainer = Toy.trainer
    for expected in [
      [.discriminator, .gradientPenalty, .generator, .pathLength, .movingAverage],
      [.discriminator, .generator, .movingAverage],
      [.discriminator, .generator, .pathLength, .movingAverage],
      [.discriminator, .gradientPenalty, .generator, .movingAverage],
    ] as [[LazySchedule.Update]] {
      let report = try trainer.step()
      #expect(report.updates == expected)
      #expect((report.gradientPenalty != nil) == expected.contains(.gradientPenalty))
      #expect((report.pathLength != nil) == expected.contains(.pathLength))
    }
  }

  /// The observer is called after every update, in the order of the schedule, with the new state.
  @Test func theObserverSeesEveryUpdate() throws {
    var state = TrainingState.fresh(Toy.model, Toy.options)
    var batches = Toy.batches
    var seen: [LazySchedule.Update] = []
    var steps: [[Int]] = []
    let report = try state.iterate(0, on: try batches.next()) { update, state in
      seen.append(update)
      steps.append([state.discriminatorOptimizer.step, state.generatorOptimizer.step])
    }
    #expect(seen == report.updates)
    #expect(steps == [[1, 0], [2, 0], [2, 1], [2, 2], [2, 2]])
  }

  /// The reported length of a gradient is that of the gradients that a probe receives.
  @Test func gradientLengthsAreThoseOfTheGradients() throws {
    var trainer = Toy.trainer
    let recorder = Recorder()
    let report = try trainer.step(recorder.probe)
    for (update, part) in [
      (LazySchedule.Update.discriminator, report.discriminator as any UpdateReport),
      (.gradientPenalty, try #require(report.gradientPenalty)), (.generator, report.generator),
      (.pathLength, try #require(report.pathLength)),
    ] {
      let gradients = recorder.recordings.filter {
        $0.name.hasPrefix(StepRecording.gradients(update))
      }
      let sum = gradients.reduce(0) { $0 + $1.tensor.squared().sum().item }
      #expect(gradients.count > 8 && part.gradientLength > 0)
      #expect(abs(sum.squareRoot() / part.gradientLength - 1) < 1e-5)
    }
  }

  /// The reported losses equal those computed from the images and masks of the iteration.
  @Test func reportedLossesFollowTheFormulas() throws {
    var trainer = Toy.trainer
    let before = trainer.state
    let report = try trainer.step()
    let discriminator = Discriminator(before.discriminator)
    let real = discriminator(report.real.image, mask: report.real.mask)
    let fake = discriminator(report.fake.image, mask: report.fake.mask)
    #expect(report.discriminator.realScores.floats == real.floats)
    #expect(report.discriminator.fakeScores.floats == fake.floats)
    let logistic = AdversarialLosses.discriminator(real: real, fake: fake).item
    #expect(abs(report.discriminator.loss - logistic) < 1e-6)
    let generator = report.generator
    let smoothness = try #require(generator.depthSmoothness)
    let total = generator.adversarial + 100 * generator.maskRegularizer + 0.1 * smoothness
    #expect(abs(generator.loss - total) < 1e-5 * abs(total))
    let penalty = try #require(report.gradientPenalty)
    #expect(abs(penalty.loss / (3 * (5 * penalty.image + 500 * penalty.mask)) - 1) < 1e-5)
    let path = try #require(report.pathLength)
    #expect(abs(path.loss / (2 * 0.5 * path.penalty) - 1) < 1e-5)
    #expect(trainer.state.pathMean.item == path.mean)
  }

  /// Inside an iteration, (1e-20)² is 0; outside, it is not.
  @Test func subnormalNumbersCountAsZeroInAnIteration() throws {
    let x = Tensor(repeating: 1e-20, [8], .float32)
    let seen = Mutex<[Tensor]>([])
    var trainer = Toy.trainer
    _ = try trainer.step(Probe { _ in seen.withLock { $0.append(x * x) } })
    let bits = { (y: Tensor) in y.withElements(of: Float.self) { Set($0.map(\.bitPattern)) } }
    let inside = seen.withLock { $0 }
    #expect(inside.count > 8 && inside.allSatisfy { bits($0) == [0] })
    #expect(!bits(x * x).contains(0))
  }

  /// The generator is trained with other portraits than those that the discriminator has just seen: the
  /// recorded portrait of its update is none of them.
  @Test func theGeneratorDrawsPortraitsOfItsOwn() throws {
    var trainer = Toy.trainer
    let recorder = Recorder()
    let report = try trainer.step(recorder.probe)
    let own = try #require(recorder.tensors["generator/portrait/image"])
    for index in 0..<report.fake.image.shape[0] {
      #expect((own - report.fake.image[index]).absolute().mean().item > 1e-4)
    }
  }

  /// A weight of 0 removes an update, and Adam is then not corrected for it.
  @Test func weightsOfZeroRemoveUpdates() throws {
    let options = try Toy.options.setting([
      "pathWeight=0", "imagePenaltyWeight=0", "maskPenaltyWeight=0",
    ])
    let state = TrainingState.fresh(Toy.model, options)
    #expect(state.generatorOptimizer.rate == 0.002 && state.discriminatorOptimizer.beta2 == 0.99)
    #expect(options.updates(at: 0) == [.discriminator, .generator, .movingAverage])
    var trainer = Trainer(state, batches: Toy.batches)
    let report = try trainer.step()
    #expect(report.pathLength == nil && report.gradientPenalty == nil)
    #expect(trainer.state.pathMean.item == 0)
  }

  /// With a warm-up of 2, the first two iterations sum densities with weights of 1 and the third with
  /// the weights of equation 2, so only the third agrees with a model without a warm-up.
  @Test func theWarmUpLastsAsConfigured() throws {
    var cold = Toy.model
    cold.maskWarmup = 0
    for (iteration, isSame) in [(0, false), (1, false), (2, true)] {
      let masks = try [Toy.model, cold].map { model in
        var trainer = Trainer(
          .fresh(model, Toy.options), iteration: iteration,
          batches: NoiseBatches(model, batch: 2, position: iteration))
        return try #require(try trainer.step().fake.view).maskLogits.floats
      }
      #expect((masks[0] == masks[1]) == isSame, "iteration \(iteration)")
    }
  }

  /// The random numbers of an iteration depend on its number, not on earlier iterations.
  @Test func everyIterationHasItsOwnRandomNumbers() {
    var seen: Set<[Float]> = []
    for iteration in 0..<3 {
      for purpose in TrainingStream.allCases {
        var numbers = purpose.numbers(seed: 1, iteration: iteration)
        seen.insert(numbers.uniform([4]).floats)
      }
    }
    for stream in [0, 1, 2, TrainingStream.discriminatorWeights] {
      var numbers = RandomNumbers(seed: 1, stream: stream)
      seen.insert(numbers.uniform([4]).floats)
    }
    #expect(seen.count == 3 * TrainingStream.allCases.count + 4)
  }

  /// An infinite pixel stops the run with a message that names the first tensor that is not finite.
  @Test func aLossThatIsNotFiniteStopsTheRun() throws {
    var batches = Toy.batches
    batches.spoiled = 1
    var trainer = Trainer(.fresh(Toy.model, Toy.options), batches: batches)
    _ = try trainer.step()
    let before = Toy.bytes(trainer.state)
    let error = #expect(throws: TrainingError.self) { _ = try trainer.step() }
    let line = error?.description ?? ""
    #expect(
      line.hasPrefix(
        "iteration 1: the loss of discriminator is not finite; the first non-finite value came "))
    #expect(line.contains("at [0, ") && !line.contains("\n"), "\(line)")
    #expect(Toy.bytes(trainer.state) == before && trainer.iteration == 1)
  }

  /// Adam divides a gradient by its size, so weights would stay finite even if the length of the
  /// gradient overflows; the run stops nevertheless.
  @Test func aGradientThatOverflowsStopsTheRun() throws {
    var options = Toy.options
    options.imagePenaltyWeight = 1e27
    var trainer = Trainer(.fresh(Toy.model, options), batches: Toy.batches)
    let before = Toy.bytes(trainer.state)
    let error = #expect(throws: TrainingError.self) { _ = try trainer.step() }
    let line = error?.description ?? ""
    #expect(
      line.hasPrefix("iteration 0: the norm of the gradient of gradientPenalty is not finite"),
      "\(line)")
    #expect(Toy.bytes(trainer.state) == before && trainer.iteration == 0)
  }
}
