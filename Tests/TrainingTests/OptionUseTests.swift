import Camera
import DepthSmoothness
import ModelConfiguration
import Networks
import PortraitModel
import TestSupport
import Tensors
import Testing

@testable import Training

/// Every option of training reaches what it controls, and nothing else.
@Suite("Options of training")
struct OptionUseTests {
  private let model = Configuration.tiny

  private func draws(_ option: String) throws -> [PortraitDraw] {
    let options = try TrainingOptions().setting([option])
    var numbers = RandomNumbers(seed: 6)
    return (0..<40).map { _ in PortraitDraw(model, count: 1, &numbers, options) }
  }

  /// The default mixes about three batches in ten, so 0 and 1 show whether the option is used.
  @Test func mixingHasTheProbabilityOfTheOptions() throws {
    #expect(try draws("mixingProbability=0").allSatisfy { $0.choices == nil })
    #expect(try draws("mixingProbability=1").allSatisfy { $0.choices != nil })
    let half = try draws("mixingProbability=0.5").count { $0.choices != nil }
    // 40 draws: the expected number is 20, with a standard deviation of 3.2.
    #expect(abs(half - 20) < 13)
  }

  @Test func noiseIsDrawnIfTheOptionSaysSo() throws {
    #expect(try draws("noise=false").allSatisfy { $0.noise == nil })
    #expect(try draws("noise=true").allSatisfy { $0.noise != nil })
  }

  /// Rates · n/(n + 1) for lazy updates every n iterations: 0.003 · 4/5 and 0.007 · 9/10.
  @Test func eachNetworkHasARateOfItsOwn() throws {
    let options = try TrainingOptions().setting([
      "generatorRate=0.003", "discriminatorRate=0.007", "pathInterval=4", "penaltyInterval=9",
    ])
    let state = TrainingState.fresh(model, options)
    #expect(abs(state.generatorOptimizer.rate - 0.0024) < 1e-15)
    #expect(abs(state.discriminatorOptimizer.rate - 0.0063) < 1e-15)
  }

  /// With a rate of 0, a network keeps its weights although it is updated.
  @Test(arguments: ["generatorRate=0", "discriminatorRate=0"])
  func aRateOfZeroStopsItsOwnNetwork(option: String) throws {
    let options = try TrainingOptions().setting([option, "batch=2"])
    let before = TrainingState.fresh(model, options)
    var after = before
    var numbers = RandomNumbers(seed: 3)
    func draw() -> PortraitDraw { PortraitDraw(model, count: 2, &numbers, options) }
    let fake = after.fakes(draw(), .rendering)
    let real = PortraitBatchMaker.noise(model, count: 2)
    try after.updateDiscriminator(real, fake: fake)
    try after.updateGenerator(draw(), .rendering)
    let isSame = { (name: String, a: Parameters, b: Parameters) in a[name].floats == b[name].floats
    }
    let generatorStays = isSame("style.1.weight", before.generator, after.generator)
    let discriminatorStays = isSame(
      "final_linear.1.weight", before.discriminator, after.discriminator)
    #expect(generatorStays == option.hasPrefix("generator"))
    #expect(discriminatorStays == option.hasPrefix("discriminator"))
  }

  /// The reported smoothness is the number that the loss contains: under a bowl without the background.
  @Test(arguments: BackgroundDepth.allCases)
  func theReportedSmoothnessIsThatOfTheLoss(background: BackgroundDepth) throws {
    var model = model
    model.backgroundDepth = background
    let options = try TrainingOptions().setting([
      "batch=2", "smoothnessWeight=50", "maskRegularizerWeight=0",
    ])
    var state = TrainingState.fresh(model, options)
    var numbers = RandomNumbers(seed: 9)
    let draw = PortraitDraw(model, count: 2, &numbers, options)
    // ℒ_ds by its definition: each pixel and its eight neighbors, over all pixels of all parts.
    let depth = try #require(state.fakes(draw, .rendering).predictedDepth)
    let (parts, side) = (depth.shape[1], depth.shape[2])
    let values = depth.scalars
    var sum = 0.0
    for map in 0..<2 * parts where background == .predicted || map % parts != 0 {
      for pixel in 0..<side * side {
        for (down, right) in [(0, 1), (1, 0), (1, 1), (1, -1)] {
          let (row, column) = (pixel / side + down, pixel % side + right)
          guard row < side, (0..<side).contains(column) else { continue }
          let other = values[map * side * side + row * side + column]
          let step = values[map * side * side + pixel] - other
          sum += 2 * step * step
        }
      }
    }
    let expected = sum / Double(8 * values.count)
    let update = try state.updateGenerator(draw, .rendering)
    let smoothness = try #require(update.depthSmoothness)
    #expect(abs(smoothness / expected - 1) < 1e-4, "\(update), expected \(expected)")
    let total = update.adversarial + 50 * smoothness
    #expect(abs(update.loss / total - 1) < 1e-4)
  }
}
