import Foundation
import Inspection
import ModelConfiguration
import Synchronization
import TestSupport
import Tensors
import Testing

@testable import Training

@Suite("The loop")
struct TrainerTests {
  /// Two iterations, a checkpoint, two more: the same bits as four in a row.
  @Test func goesOnBitForBit() throws {
    let folder = try TemporaryFolder()
    var whole = Toy.trainer
    for _ in 0..<4 { _ = try whole.step() }
    var first = Toy.trainer
    for _ in 0..<2 { _ = try first.step() }
    try Checkpoint(
      state: first.state, iteration: first.iteration, seconds: 3, position: first.batches.position,
      window: MetricsWindow()
    ).write(to: folder("c"))
    let read = try Checkpoint<Int>.read(folder("c"))
    #expect(Toy.bytes(read.state) == Toy.bytes(first.state))
    #expect(read.iteration == 2 && read.seconds == 3 && read.position == 2)
    #expect(read.state.generatorOptimizer.step == first.state.generatorOptimizer.step)
    var second = Trainer(
      read.state, iteration: read.iteration,
      batches: NoiseBatches(Toy.model, batch: 2, position: read.position))
    for _ in 0..<2 { _ = try second.step() }
    #expect(Toy.bytes(second.state) == Toy.bytes(whole.state))
    #expect(Toy.bytes(first.state) != Toy.bytes(whole.state))
  }

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
      ["discriminator", "gradientPenalty", "generator", "pathLength"],
      ["discriminator", "generator"], ["discriminator", "generator", "pathLength"],
      ["discriminator", "gradientPenalty", "generator"],
    ] {
      let recorder = Recorder()
      _ = try trainer.step(recorder.probe)
      let losses = recorder.recordings.map(\.name).filter { $0.hasSuffix("/loss") }
      #expect(losses == expected.map { "\($0)/loss" })
      for update in expected {
        let slopes = recorder.recordings.filter { $0.name.hasPrefix("\(update)/gradient/") }
        let sum = slopes.reduce(0) { $0 + $1.tensor.squared().sum().item }
        let length = try #require(recorder.tensors["\(update)/gradient_length"]).item
        #expect(slopes.count > 8 && length > 0)
        #expect(abs(sum.squareRoot() / length - 1) < 1e-5)
      }
    }
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
    let recorder = Recorder()
    _ = try trainer.step(recorder.probe)
    #expect(recorder.tensors["pathLength/loss"] == nil)
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
