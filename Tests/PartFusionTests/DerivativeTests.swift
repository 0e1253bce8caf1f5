import GaussianLifting
import PartFusion
import TestSupport
import Tensors
import Testing

@Suite("Eq. 8, derivatives")
struct PartFusionDerivativeTests {
  @Test(arguments: Fusion.allCases)
  func ofTheVolumes(fusion: Fusion) throws {
    var numbers = TestNumbers(seed: 63)
    let fusion = PartFusion(fusion)
    try expectDerivatives(
      at: [numbers.tensor([3, 2, 4, 2, 3]), numbers.tensor([3, 4, 2, 3], in: 0.2...2)]
    ) { inputs in
      .concatenated([
        fusion.fused(features: inputs[0], densities: inputs[1]).flattened(),
        fusion.fused(densities: inputs[1]).flattened(),
      ])
    }
  }

  /// Points stand off the voxels by 0.1 at least, where a trilinear sample has its kinks.
  @Test(arguments: Fusion.allCases)
  func ofTheStreamingSample(fusion: Fusion) throws {
    var numbers = TestNumbers(seed: 64)
    let fusion = PartFusion(fusion)
    let lifting = GaussianLifting(alpha: 0.8, depthPlanes: 3)
    let depth = numbers.tensor([1, 3, 2, 2], in: -0.5...2.5)
    let feature = numbers.tensor([1, 3, 2, 2, 2])
    let density = numbers.tensor([1, 3, 2, 2], in: 0.3...2)
    let plane = Tensor([1, 4, 3], [0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0])
    let points = numbers.tensor([1, 4, 3], in: 0.1...0.9) + plane
    try expectDerivatives(at: [depth, feature, density, points]) { inputs in
      let lift = StreamingLift(lifting, absoluteDepth: inputs[0], at: inputs[3])
      let sample = fusion.sampled(lift, feature: inputs[1], densityMap: inputs[2])
      return .concatenated(
        [
          sample, fusion.fused(sampledDensities: lift.density(inputs[2])).expanded(2),
        ], 2)
    }
  }
}
