import GaussianLifting
import Tensors
import TestSupport
import Testing
import VolumeRendering

/// Extreme inputs; values and gradients must be finite.
@Suite("Streaming samples: limits")
struct StreamingLimitTests {
  /// One pixel, one plane, one part: every point reads the only voxel.
  @Test func everyPointReadsTheOnlyVoxel() {
    let lifting = GaussianLifting(alpha: 2, depthPlanes: 1)
    let lift = StreamingLift(
      lifting, absoluteDepth: Tensor([1, 1, 1, 1], [0]),
      at: Tensor([1, 3, 3], [0, 0, 0, 5, -5, 0.5, -1e9, 1e9, 1e9]))
    #expect(lift.feature(Tensor([1, 1, 2, 1, 1], [7, -3])).scalars == [7, -3, 7, -3, 7, -3])
    #expect(lift.density(Tensor([1, 1, 1, 1], [6])).scalars == [6, 6, 6])
  }

  /// Features and densities of 1e30 pass through; gradients stay finite.
  @Test func hugeFeaturesPassThrough() throws {
    let depth = Tensor([1, 1, 1, 2], [0.5, 1.25]).tracked(as: "depth")
    let lift = StreamingLift(
      GaussianLifting(alpha: 2, depthPlanes: 3), absoluteDepth: depth,
      at: Tensor([1, 1, 3], [0.5, 0, 1]))
    let sample = lift.feature(Tensor([1, 1, 1, 1, 2], [1e30, -3e30]))
    let firstGradient = try gradient(of: sample.sum(), withRespectTo: depth)
    #expect(sample.item.isFinite && sample.item.magnitude > 1e29)
    #expect(firstGradient.scalars.allSatisfy { $0.isFinite && $0 != 0 })
  }
}
