import Foundation
import GaussianLifting
import PartFusion
import Tensors
import TestSupport
import Testing
import VolumeRendering

/// Samples of the lifted maps of one and of two parts.
@Suite("Streaming samples: hand golden")
struct StreamingHandGoldenTests {
  /// α = ln 2 makes ψ = 2^(−u²).
  ///
  /// d̂ = 0 and 1, planes 0 and 1: ψ = 1, ½ and ½, 1; halfway between the planes ¾ at both pixels. A
  /// quarter of the way from f = 4 to f = 8: ¾ · (¾ · 4 + ¼ · 8) = 3¾.
  ///
  /// Outside, at column −3 and plane 9, the border voxel: pixel 0, plane 1, ½ · 4 = 2.
  @Test func aSampleInterpolatesBetweenPixelsAndPlanes() {
    let lifting = GaussianLifting(alpha: log(2), depthPlanes: 2)
    let points = Tensor([1, 2, 3], [0.25, 0, 0.5, -3, 0, 9])
    let lift = StreamingLift(
      lifting, absoluteDepth: Tensor([1, 1, 1, 2], [0, 1]), at: points)
    expectClose(
      lift.feature(Tensor([1, 1, 1, 1, 2], [4, 8])), Tensor([1, 2, 1], [3.75, 2]),
      within: .closedForm)
    expectClose(
      lift.density(Tensor([1, 1, 1, 2], [4, 8])), Tensor([1, 2, 1], [3.75, 2]),
      within: .closedForm)
  }

  /// One pixel, one plane, d̂ on it, so ψ = 1: features 8 and 4 with densities 0 and ln 3.
  ///
  /// The sum is 8 + 4 = 12. The shares are e⁰ : e^(ln 3) = ¼ : ¾, so ¼ · 8 + ¾ · 4 = 5. The densities
  /// are added under both rules.
  @Test(arguments: [(Fusion.sum, 12.0), (.densitySoftmax, 5)])
  func aSampleOfTwoPartsIsFusedByTheRule(fusion: Fusion, golden: Double) {
    let lift = StreamingLift(
      GaussianLifting(depthPlanes: 1), absoluteDepth: .zeros([1, 2, 1, 1], .float64),
      at: .zeros([1, 1, 3], .float64))
    let densityMap = Tensor([1, 2, 1, 1], [0, log(3)])
    let sample = PartFusion(fusion).sampled(
      lift, feature: Tensor([1, 2, 1, 1, 1], [8.0, 4]), densityMap: densityMap)
    expectClose(sample, Tensor([1, 1, 1], [golden]), within: .closedForm)
    expectClose(
      PartFusion(fusion).fused(densities: lift.density(densityMap), partAxis: -1),
      Tensor([1, 1], [log(3)]), within: .closedForm)
  }
}
