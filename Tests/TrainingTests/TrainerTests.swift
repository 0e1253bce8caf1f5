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

@Suite("The loop")
struct TrainerTests {
  @Test func oneThreadOrTwoMakeTheSameBits() throws {
    func run(_ threads: Int) throws -> [Data] {
      try Parallel.withThreads(threads) {
        var trainer = Toy.trainer
        for _ in 0..<2 { _ = try trainer.step() }
        return Toy.bytes(trainer.state)
      }
    }
    #expect(try run(1) == run(2))
  }

  /// Iteration 0 makes every update, 1 none of the lazy ones, 2 path length, 3 R1.
  @Test func updatesComeInTheirOrderAndWhenTheyAreDue() throws {
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

  /// The observer sees the updates in the order of the schedule, and what each has changed so far.
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

  /// The reported length of a gradient is that of the gradients which a probe is handed.
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

  /// The numbers of the report against the losses computed from what the iteration saw.
  @Test func reportedLossesAreThoseOfTheFormulas() throws {
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
    let total =
      generator.adversarial + 100 * generator.maskRegularizer + 0.1 * generator.depthSmoothness
    #expect(abs(generator.loss - total) < 1e-5 * abs(total))
    let penalty = try #require(report.gradientPenalty)
    #expect(abs(penalty.loss / (3 * (5 * penalty.image + 500 * penalty.mask)) - 1) < 1e-5)
    let path = try #require(report.pathLength)
    #expect(abs(path.loss / (2 * 0.5 * path.penalty) - 1) < 1e-5)
    #expect(trainer.state.pathMean.item == path.mean)
  }

  /// Whoever looks on inside an iteration finds (1e-20)² to be 0, and outside not.
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

  /// A weight of 0 leaves an update out, and then Adam needs no correction for it.
  @Test func weightsOfZeroLeaveUpdatesOut() throws {
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

  /// The first two iterations sum densities with weights of 1, the third with those of equation 2: a
  /// model without a warm-up agrees with it from there on only where its weights do.
  @Test func theWarmUpIsOfTheConfiguration() throws {
    var cold = Toy.model
    cold.maskWarmup = 0
    for (iteration, isSame) in [(0, false), (1, false), (2, true)] {
      let masks = try [Toy.model, cold].map { model in
        var trainer = Trainer(
          .fresh(model, Toy.options), iteration: iteration,
          batches: NoiseBatches(model, batch: 2, position: iteration))
        return try trainer.step().fake.view.maskLogits.floats
      }
      #expect((masks[0] == masks[1]) == isSame, "iteration \(iteration)")
    }
  }

  /// What draws an iteration's numbers is its number, not what came before.
  @Test func everyIterationHasItsOwnNumbers() {
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

  /// An infinite pixel in the second batch: the run stops there, names what broke, and keeps its state.
  @Test func theFirstNumberThatIsNotFiniteStopsTheRun() throws {
    var batches = Toy.batches
    batches.spoiled = 1
    var trainer = Trainer(.fresh(Toy.model, Toy.options), batches: batches)
    _ = try trainer.step()
    let before = Toy.bytes(trainer.state)
    let error = #expect(throws: TrainingError.self) { _ = try trainer.step() }
    let line = error?.description ?? ""
    #expect(line.hasPrefix("iteration 1: the loss of discriminator is not finite; the first was"))
    #expect(line.contains("at [0, ") && !line.contains("\n"), "\(line)")
    #expect(Toy.bytes(trainer.state) == before && trainer.iteration == 1)
    #expect(!FiniteCheck.isOn)
  }

  /// Adam divides a gradient by its length, so weights stay finite where the length overflows: the run
  /// stops all the same.
  @Test func aGradientThatOverflowsStopsTheRun() throws {
    var options = Toy.options
    options.imagePenaltyWeight = 1e27
    var trainer = Trainer(.fresh(Toy.model, options), batches: Toy.batches)
    let before = Toy.bytes(trainer.state)
    let error = #expect(throws: TrainingError.self) { _ = try trainer.step() }
    let line = error?.description ?? ""
    #expect(
      line.hasPrefix("iteration 0: the length of the gradient of gradientPenalty is not finite"),
      "\(line)")
    #expect(Toy.bytes(trainer.state) == before && trainer.iteration == 0)
  }
}
