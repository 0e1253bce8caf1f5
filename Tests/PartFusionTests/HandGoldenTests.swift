import Foundation
import PartFusion
import Tensors
import TestSupport
import Testing

/// Two parts, two voxels side by side, one channel.
@Suite("Eq. 8: hand golden")
struct HandGoldenTests {
  /// Densities 0 and ln 3 at the first voxel, ln 2 and ln 2 at the second.
  let densities = Tensor([2, 1, 1, 2], [0, log(2), log(3), log(2)])
  let features = Tensor([2, 1, 1, 1, 2], [8, 5, 4, -9])

  /// 8 + 4 and 5 − 9; 0 + ln 3 and ln 2 + ln 2.
  @Test func thePlainSumAddsTheFeatures() {
    let fusion = PartFusion(.sum)
    expectClose(
      fusion.fused(features: features, densities: densities), Tensor([1, 1, 1, 2], [12.0, -4]),
      within: .exact)
    expectClose(
      fusion.fused(densities: densities), Tensor([1, 1, 2], [log(3), log(4)]),
      within: .closedForm)
  }

  /// Shares e⁰ : e^(ln 3) = ¼ : ¾ and ½ : ½, so ¼ · 8 + ¾ · 4 = 5 and ½ · 5 − ½ · 9 = −2; the
  /// densities are still added.
  @Test func theDensitySoftmaxSharesOutTheFeatures() {
    let fusion = PartFusion(.densitySoftmax)
    expectClose(
      fusion.fused(features: features, densities: densities), Tensor([1, 1, 1, 2], [5.0, -2]),
      within: .closedForm)
    expectClose(
      fusion.fused(densities: densities), Tensor([1, 1, 2], [log(3), log(4)]),
      within: .closedForm)
  }
}
