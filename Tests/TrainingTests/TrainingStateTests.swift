import Datasets
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import TestSupport
import Tensors
import Testing

@testable import Training

/// The four updates: what each changes, and what it leaves alone.
@Suite("The updates of training")
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

  /// The names whose values differ.
  private func changed(_ a: Parameters, _ b: Parameters) -> Set<String> {
    Set(a.tensors.keys.filter { a[$0].scalars != b[$0].scalars })
  }

  @Test func theDiscriminatorsUpdateLeavesTheGeneratorAlone() throws {
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

  @Test func theGeneratorsUpdateLeavesTheDiscriminatorAndTheNoiseAlone() throws {
    var numbers = RandomNumbers(seed: 4)
    let before = state()
    var after = before
    let losses = try after.updateGenerator(PortraitDraw(model, count: 4, &numbers), .rendering)
    #expect(changed(before.discriminator, after.discriminator).isEmpty)
    let names = changed(before.generator, after.generator)
    #expect(names.isSubset(of: after.trained))
    #expect(names.contains("style.1.weight") && names.contains("render_net.to_segs.0.bias"))
    let total = losses.adversarial + 100 * losses.maskRegularizer + 0.1 * losses.depthSmoothness
    #expect(abs(total - losses.loss) < 1e-4 * abs(total))
    #expect(changed(before.average.parameters, after.average.parameters).isEmpty)
    after.updateAverage()
    #expect(changed(before.average.parameters, after.average.parameters) == names)
  }

  /// The length is measured at the latents, and what maps z to them has its share in it; the heads
  /// for masks have none.
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

  /// The three cases of mixing occur, in about a third of the batches that are mixed at all.
  @Test func drawsAreMixedThreeTimesInTen() {
    var numbers = RandomNumbers(seed: 6)
    let draws = (0..<400).map { _ in PortraitDraw(model, count: 1, &numbers) }
    let mixed = draws.compactMap(\.choices)
    // 400 · 0.3 = 120, deviation 9.2.
    #expect(abs(mixed.count - 120) < 37)
    #expect(Set(mixed.flatMap(\.integers)) == [0, 1, 2])
  }
}
