import Datasets
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import TestSupport
import Tensors
import Testing

@testable import Training

/// The four updates: the parameters that each one changes, and those that it leaves unchanged.
@Suite("Training updates")
struct TrainingStateTests {
  private let model = Configuration.tiny

  private func state() -> TrainingState {
    TrainingState(
      model, generator: ParameterPlan.generator(model).fresh(seed: 1),
      discriminator: ParameterPlan.discriminator(model).fresh(seed: 2))
  }

  private func pairs(_ numbers: inout RandomNumbers) -> PortraitBatch {
    let size = model.imageSize
    let mask = numbers.normal([4, model.parts, size, size]).clamped(-1, 1)
    return PortraitBatch(image: numbers.normal([4, 3, size, size]).clamped(-1, 1), mask: mask)
  }

  /// Returns the names of the parameters whose values differ.
  private func changed(_ a: Parameters, _ b: Parameters) -> Set<String> {
    Set(a.tensors.keys.filter { a[$0].scalars != b[$0].scalars })
  }

  @Test func theDiscriminatorUpdateKeepsTheGenerator() throws {
    var numbers = RandomNumbers(seed: 3)
    let before = state()
    var after = before
    let real = pairs(&numbers)
    let fake = after.fakes(PortraitDraw(model, count: 4, &numbers), .rendering)
    #expect(!fake.image.isTracked)
    _ = try after.updateDiscriminator(real, fake: fake)
    #expect(changed(before.generator, after.generator).isEmpty)
    #expect(changed(before.discriminator, after.discriminator).count > 20)
    _ = try after.updateByGradientPenalty(real)
    #expect(after.discriminatorOptimizer.step == 2 && after.generatorOptimizer.step == 0)
  }

  @Test func theGeneratorUpdateKeepsTheDiscriminatorAndTheNoise() throws {
    var numbers = RandomNumbers(seed: 4)
    let before = state()
    var after = before
    let losses = try after.updateGenerator(PortraitDraw(model, count: 4, &numbers), .rendering)
    #expect(changed(before.discriminator, after.discriminator).isEmpty)
    let names = changed(before.generator, after.generator)
    #expect(names.isSubset(of: after.trained))
    #expect(names.contains("style.1.weight") && names.contains("render_net.to_segs.0.bias"))
    let smoothness = try #require(losses.depthSmoothness)
    let total = losses.adversarial + 100 * losses.maskRegularizer + 0.1 * smoothness
    #expect(abs(total - losses.loss) < 1e-4 * abs(total))
    #expect(changed(before.average.parameters, after.average.parameters).isEmpty)
    after.updateAverage()
    #expect(changed(before.average.parameters, after.average.parameters) == names)
  }

  /// The length is measured at the latents, so the mapping network, which computes them, is updated;
  /// the mask heads are not.
  @Test func pathLengthReachesTheMappingNetworkAndNoMaskHead() throws {
    var numbers = RandomNumbers(seed: 5)
    let before = state()
    var after = before
    let size = model.imageSize
    let path = try after.updateByPathLength(
      PortraitDraw(model, count: 2, &numbers), noise: numbers.normal([2, 3, size, size]),
      .rendering)
    let names = changed(before.generator, after.generator)
    #expect(names.contains("style.1.weight"))
    #expect(!names.contains { $0.contains("to_segs") })
    #expect(after.pathMean.item == path.mean && path.mean > 0)
  }

  /// About three batches in ten are mixed, and all three cases of mixing occur.
  @Test func threeBatchesInTenAreMixed() {
    var numbers = RandomNumbers(seed: 6)
    let draws = (0..<400).map { _ in PortraitDraw(model, count: 1, &numbers) }
    let mixed = draws.compactMap(\.choices)
    // The expected number is 400 · 0.3 = 120, with a standard deviation of 9.2.
    #expect(abs(mixed.count - 120) < 37)
    #expect(Set(mixed.flatMap(\.integers)) == [0, 1, 2])
  }
}
