import Foundation
import MaskSoftmax
import TestSupport
import Tensors
import Testing

@Suite("Eq. 9–11: hand golden")
struct HandGoldenTests {
  /// Two samples with w = ½ and ¼.
  ///
  /// Part 0: ½ · 2 + ¼ · 4 = 2; part 1: ½ · 0 + ¼ · 12 = 3. With 1 in place of w: 2 + 4 = 6 and
  /// 0 + 12 = 12.
  @Test(arguments: [(MaskWeighting.rendering, [2.0, 3]), (.ones, [6, 12])])
  func logitsAreTheWeightedSumOfDensities(weighting: MaskWeighting, golden: [Double]) {
    let logits = MaskSoftmax(weighting).maskLogits(
      partDensities: Tensor([2, 2], [2.0, 0, 4, 12]), renderingWeights: Tensor([2], [0.5, 0.25]))
    expectClose(logits, Tensor([2], golden), within: .exact)
  }

  /// e⁰ : e^(ln 3) = ¼ : ¾, and e^(ln 2) : e^(ln 6) too.
  @Test func masksAreTheSoftmaxOfTheLogits() {
    let masks = MaskSoftmax().maskProbabilities(Tensor([2, 2], [0, log(3), log(2), log(6)]))
    expectClose(masks, Tensor([2, 2], [0.25, 0.75, 0.25, 0.75]), within: .closedForm)
  }

  /// A volume of 2 planes × 1 row × 3 columns, 0 1 4 in front of 10 20 40, at column ½, plane ¼:
  /// ¾ · (0 + 1)/2 + ¼ · (10 + 20)/2 = 4⅛; on a voxel that voxel; outside the border voxel.
  @Test func aSampleInterpolatesBetweenVoxels() {
    let volume = Tensor([2, 1, 3], [0.0, 1, 4, 10, 20, 40])
    let points = Tensor([4, 3], [0.5, 0, 0.25, 1, 0, 1, -7, 3, 0.5, 2.5, -1, 9])
    let sampled = MaskSoftmax().sampled(volume, at: points)
    expectClose(sampled, Tensor([4], [4.125, 20, 5, 40]), within: .exact)
  }

  /// m = ¾ and ½ in a row, so 2m − 1 = ½ and 0.
  ///
  /// Across, [1, 3, 3, 1] / 4 with zeros around gives
  /// ¾ · ½, ¾ · ½, ¼ · ½, 0; down, ¾ of that in both rows: 9/32, 9/32, 3/32, 0. Then Δm is added.
  @Test func theFinalMaskIsTheUpsampledMaskPlusTheResidual() {
    let m = Tensor([1, 1, 1, 2], [0.75, 0.5])
    let residual = Tensor([1, 1, 2, 4], [0, 0, 0, 0, 1, 2, 3, 4.0])
    let golden: [Double] = [
      0.28125, 0.28125, 0.09375, 0, 1.28125, 2.28125, 3.09375, 4,
    ]
    expectClose(
      MaskSoftmax.finalMask(
        coarseMask: MaskSoftmax.coarseMask(m), maskResidual: residual),
      Tensor([1, 1, 2, 4], golden),
      within: .closedForm)
  }
}
