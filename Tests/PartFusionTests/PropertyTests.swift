import PartFusion
import TestSupport
import Tensors
import Testing

@Suite("Eq. 8, properties and limits")
struct PartFusionPropertyTests {
  /// Four parts of three channels in a 6 × 5 × 2 volume.
  let features: Tensor
  let densities: Tensor

  init() {
    var numbers = TestNumbers(seed: 61)
    features = numbers.tensor([4, 3, 6, 5, 2])
    densities = numbers.tensor([4, 6, 5, 2], in: 0.1...4)
  }

  @Test(arguments: Fusion.allCases)
  func theOrderOfPartsDoesNotMatter(fusion: Fusion) {
    let fusion = PartFusion(fusion)
    let order = [2, 0, 3, 1]
    func reordered(_ tensor: Tensor) -> Tensor { .stacked(order.map { tensor.at(0, $0) }) }
    expectClose(
      fusion.fused(features: reordered(features), densities: reordered(densities)),
      fusion.fused(features: features, densities: densities), within: .closedForm)
    expectClose(
      fusion.fused(densities: reordered(densities)), fusion.fused(densities: densities),
      within: .closedForm)
  }

  @Test(arguments: Fusion.allCases)
  func isLinearInTheFeatures(fusion: Fusion) {
    var numbers = TestNumbers(seed: 62)
    let other = numbers.tensor(features.shape)
    func fused(_ features: Tensor) -> Tensor {
      PartFusion(fusion).fused(features: features, densities: densities)
    }
    expectClose(
      fused(1.5 * features - 0.25 * other), 1.5 * fused(features) - 0.25 * fused(other),
      within: .closedForm)
  }

  @Test(arguments: Fusion.allCases)
  func aSinglePartIsItself(fusion: Fusion) {
    let fusion = PartFusion(fusion)
    let (feature, density) = (features.at(0, 2), densities.at(0, 2))
    expectClose(
      fusion.fused(features: feature.expanded(0), densities: density.expanded(0)), feature,
      within: .exact)
    expectClose(fusion.fused(densities: density.expanded(0)), density, within: .exact)
  }

  /// With the plain sum a part of zeros is as good as absent; with the softmax it still takes e⁰ of
  /// every voxel's share.
  @Test(arguments: [(Fusion.sum, true), (.densitySoftmax, false)])
  func anEmptyPartIsAbsent(fusion: Fusion, isAbsent: Bool) {
    let fusion = PartFusion(fusion)
    let more = Tensor.concatenated([features, .zeros([1, 3, 6, 5, 2], .float64)], 0)
    let moreDensity = Tensor.concatenated([densities, .zeros([1, 6, 5, 2], .float64)], 0)
    let same = isClose(
      fusion.fused(features: more, densities: moreDensity),
      fusion.fused(features: features, densities: densities), within: .closedForm)
    #expect(same == isAbsent)
    expectClose(
      fusion.fused(densities: moreDensity), fusion.fused(densities: densities),
      within: .closedForm)
  }

  @Test func sharesAddUpToOneAndIgnoreASharedShift() {
    let shares = PartFusion(.densitySoftmax).shares(densities, partAxis: 0)
    expectClose(shares.sum([0]), .ones([6, 5, 2], .float64), within: .closedForm)
    let shifted = PartFusion(.densitySoftmax).shares(densities + 3.25, partAxis: 0)
    expectClose(shifted, shares, within: .closedForm)
  }

  /// The sum doubles what two equal parts show; the softmax shares it out and leaves it as it is.
  @Test(arguments: [(Fusion.sum, 2.0), (.densitySoftmax, 1)])
  func twoEqualParts(fusion: Fusion, factor: Double) {
    let feature = features.at(0, 1)
    let fused = PartFusion(fusion).fused(
      features: .stacked([feature, feature]),
      densities: .stacked([densities.at(0, 1), densities.at(0, 1)]))
    expectClose(fused, factor * feature, within: .closedForm)
  }

  @Test(arguments: Fusion.allCases)
  func imagesAtOnceAreTheSameAsOneByOne(fusion: Fusion) {
    let fusion = PartFusion(fusion)
    let together = fusion.fused(
      features: .stacked([features, 2 * features]), densities: .stacked([densities, densities]))
    expectClose(
      together.at(0, 1), fusion.fused(features: 2 * features, densities: densities),
      within: .closedForm)
  }

  // MARK: Limits

  /// No density anywhere means equal shares; at a wall everything is the wall's.
  @Test func emptySpaceAndAWall() {
    let fusion = PartFusion(.densitySoftmax)
    let empty = fusion.fused(features: features, densities: .zeros(densities.shape, .float64))
    expectClose(empty, features.mean([0]), within: .closedForm)
    let wall = densities * 0 + Tensor([4, 1, 1, 1], [0, 0, 1e5, 0])
    expectClose(
      fusion.fused(features: features, densities: wall), features.at(0, 2), within: .exact)
  }

  /// e^σ overflows from σ = 89 in single precision; shares and their gradients do not.
  @Test(arguments: [0, 120, 1e30])
  func hugeDensities(scale: Double) throws {
    for type in [ScalarType.float32, .float64] {
      let densities = (scale * densities).cast(to: type).tracked(as: "densities")
      let features = features.cast(to: type)
      let fused = PartFusion(.densitySoftmax).fused(features: features, densities: densities)
      let slope = try gradient(of: fused.squared().sum(), withRespectTo: densities)
      let bound = features.absolute().maximum().item
      #expect(fused.scalars.allSatisfy { $0.magnitude <= bound * (1 + 1e-6) })
      #expect(slope.scalars.allSatisfy { $0.isFinite })
    }
  }
}
