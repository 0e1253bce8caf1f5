import MaskSoftmax
import TestSupport
import Tensors
import Testing

@Suite("Eq. 9–11: limits")
struct LimitTests {
  /// Nothing on the ray: every part is as likely as any other.
  @Test(arguments: MaskWeighting.allCases)
  func anEmptyRayMakesEveryPartEquallyLikely(weighting: MaskWeighting) {
    let masks = MaskSoftmax(weighting)
    let logits = masks.maskLogits(
      partDensities: .zeros([12, 4], .float64), renderingWeights: .zeros([12], .float64))
    #expect(masks.maskProbabilities(logits).scalars == [0.25, 0.25, 0.25, 0.25])
  }

  @Test func oneSampleAndOnePartGiveAMaskOfOne() {
    let masks = MaskSoftmax()
    let logits = masks.maskLogits(
      partDensities: Tensor([1, 1], [3.0]), renderingWeights: Tensor([1], [0.5]))
    #expect(logits.scalars == [1.5])
    #expect(masks.maskProbabilities(logits).scalars == [1])
  }

  /// e⁸⁹ overflows single precision, e⁷¹⁰ double precision: masks and first two derivatives do not.
  @Test(arguments: [89, 710, 1e4, 1e30])
  func hugeLogitsGiveFiniteMasksAndDerivatives(size: Double) throws {
    for type in [ScalarType.float32, .float64] {
      let logits = Tensor([2, 3], [size, 0, -size, size, 0.5 * size, size]).cast(to: type)
        .tracked(as: "logits")
      let masks = MaskSoftmax().maskProbabilities(logits)
      let firstGradient = try gradient(
        of: masks.squared().sum(), withRespectTo: logits, createGraph: true)
      let curvature = try gradient(of: firstGradient.squared().sum(), withRespectTo: logits)
      expectClose(
        masks.cast(to: .float64), Tensor([2, 3], [1, 0, 0, 0.5, 0, 0.5]),
        within: .relative(1e-19, because: "e^(−44.5) is the largest of what should be 0"))
      #expect((firstGradient.scalars + curvature.scalars).allSatisfy { $0.isFinite })
    }
  }

  /// A wall of density 1e30 in a mask: the part is certain, its gradient finite.
  @Test func anOpaqueWallMakesItsPartCertain() throws {
    let densities = Tensor([2, 2], [1e30, 0, 0, 4]).cast(to: .float32).tracked(as: "densities")
    let weights = Tensor([2], [1.0, 0]).cast(to: .float32).tracked(as: "weights")
    let masks = MaskSoftmax()
    let probabilities = masks.maskProbabilities(
      masks.maskLogits(partDensities: densities, renderingWeights: weights))
    #expect(probabilities.scalars == [1, 0])
    let found = try gradients(of: probabilities[0], withRespectTo: [densities, weights])
    #expect(found.flatMap(\.scalars).allSatisfy { $0.isFinite })
  }

  /// Points at the ends of the number range read the nearest voxel and get no gradient.
  @Test func pointsFarOutsideReadTheNearestVoxel() throws {
    let volume = Tensor([1, 1, 2], [3.0, 5]).tracked(as: "volume")
    let points = Tensor([2, 3], [-1e30, 0, 0, 1e30, -1e30, 1e30]).tracked(as: "points")
    let sampled = MaskSoftmax().sampled(volume, at: points)
    #expect(sampled.scalars == [3, 5])
    let found = try gradients(of: sampled.sum(), withRespectTo: [volume, points])
    #expect(found[0].scalars == [1, 1])
    #expect(found[1].scalars.allSatisfy { $0 == 0 })
  }
}
