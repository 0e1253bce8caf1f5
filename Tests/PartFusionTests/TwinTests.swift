import Foundation
import PartFusion
import Tensors
import TestSupport
import Testing

/// The equation once more, voxel by voxel, in plain Swift.
@Suite("Eq. 8: slow twin")
struct TwinTests {
  /// K = 4, C = 3 and 60 voxels; every share is its own exponential over the sum of all.
  @Test(arguments: Fusion.allCases)
  func fusedVolumesEqualPlainLoops(fusion: Fusion) {
    let (features, densities) = randomVolumes()
    let (f, sigma) = (features.scalars, densities.scalars)
    var fused = [Double](repeating: 0, count: 3 * 60)
    var density = [Double](repeating: 0, count: 60)
    for voxel in 0..<60 {
      let total = (0..<4).reduce(0) { $0 + exp(sigma[$1 * 60 + voxel]) }
      for part in 0..<4 {
        let own = sigma[part * 60 + voxel]
        density[voxel] += own
        let share = fusion == .sum ? 1 : exp(own) / total
        for channel in 0..<3 {
          fused[channel * 60 + voxel] += share * f[(part * 3 + channel) * 60 + voxel]
        }
      }
    }
    let module = PartFusion(fusion)
    expectClose(
      module.fused(features: features, densities: densities), Tensor([3, 6, 5, 2], fused),
      within: .closedForm)
    expectClose(
      module.fused(densities: densities), Tensor([6, 5, 2], density), within: .closedForm)
  }

  /// With the parts last, as the streaming renderer lays them out.
  @Test func anotherPartAxisGivesTheSameNumbers() {
    let densities = randomVolumes().densities
    let partsLast = densities.permuted(axes: [1, 2, 3, 0])
    let module = PartFusion(.densitySoftmax)
    expectClose(
      module.fused(densities: partsLast, partAxis: -1), module.fused(densities: densities),
      within: .closedForm)
    expectClose(
      module.shares(partsLast, partAxis: -1),
      module.shares(densities, partAxis: 0).permuted(axes: [1, 2, 3, 0]), within: .closedForm)
  }
}
