import PartFusion
import TestSupport
import Tensors
import Testing

@Suite("Eq. 8: properties")
struct PropertyTests {
  private let volumes = randomVolumes()
  private var features: Tensor { volumes.features }
  private var densities: Tensor { volumes.densities }

  @Test(arguments: Fusion.allCases)
  func theOrderOfPartsDoesNotMatter(fusion: Fusion) {
    let fusion = PartFusion(fusion)
    let order = [2, 0, 3, 1]
    func reordered(_ tensor: Tensor) -> Tensor { .stacked(order.map { tensor[$0] }) }
    expectClose(
      fusion.fused(features: reordered(features), densities: reordered(densities)),
      fusion.fused(features: features, densities: densities), within: .closedForm)
    expectClose(
      fusion.fused(densities: reordered(densities)), fusion.fused(densities: densities),
      within: .closedForm)
  }

  @Test(arguments: Fusion.allCases)
  func fusionIsLinearInTheFeatures(fusion: Fusion) {
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
    let (feature, density) = (features[2], densities[2])
    expectClose(
      fusion.fused(features: feature.unsqueezed(axis: 0), densities: density.unsqueezed(axis: 0)),
      feature,
      within: .exact)
    expectClose(fusion.fused(densities: density.unsqueezed(axis: 0)), density, within: .exact)
  }

  /// With the plain sum a part of zeros is as good as absent; with the softmax it still takes e⁰ of
  /// every voxel's share.
  @Test(arguments: [(Fusion.sum, true), (.densitySoftmax, false)])
  func anEmptyPartIsAbsent(fusion: Fusion, isAbsent: Bool) {
    let fusion = PartFusion(fusion)
    let more = Tensor.concatenated([features, .zeros([1, 3, 6, 5, 2], .float64)], axis: 0)
    let moreDensity = Tensor.concatenated([densities, .zeros([1, 6, 5, 2], .float64)], axis: 0)
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
    expectClose(shares.sum(axes: [0]), .ones([6, 5, 2], .float64), within: .closedForm)
    let shifted = PartFusion(.densitySoftmax).shares(densities + 3.25, partAxis: 0)
    expectClose(shifted, shares, within: .closedForm)
  }

  /// The sum doubles what two equal parts show; the softmax shares it out and leaves it as it is.
  @Test(arguments: [(Fusion.sum, 2.0), (.densitySoftmax, 1)])
  func twoEqualPartsDoubleTheSumAndNotTheSoftmax(fusion: Fusion, factor: Double) {
    let feature = features[1]
    let fused = PartFusion(fusion).fused(
      features: .stacked([feature, feature]),
      densities: .stacked([densities[1], densities[1]]))
    expectClose(fused, factor * feature, within: .closedForm)
  }

  @Test(arguments: Fusion.allCases)
  func imagesAtOnceAreTheSameAsOneByOne(fusion: Fusion) {
    let fusion = PartFusion(fusion)
    let together = fusion.fused(
      features: .stacked([features, 2 * features]), densities: .stacked([densities, densities]))
    expectClose(
      together[1], fusion.fused(features: 2 * features, densities: densities),
      within: .closedForm)
  }
}
