import GaussianLifting
import PartFusion
import Tensors
import TestSupport
import Testing
import VolumeRendering

/// First and second derivatives with respect to depth, feature, density and points at once.
///
/// Points are at least 0.1 away from voxels, where a trilinear sample has kinks.
@Suite("Streaming samples: derivatives")
struct StreamingDerivativeTests {
  @Test(arguments: LiftingKernel.allCases)
  func derivativesOfTheLiftEqualDifferences(kernel: LiftingKernel) throws {
    var numbers = TestNumbers(seed: 22)
    let lifting = GaussianLifting(kernel: kernel, alpha: 0.8, depthPlanes: 4)
    let depth =
      numbers.tensor([1, 2, 3, 2], in: 0.1...0.9) + numbers.wholes([1, 2, 3, 2], in: 0..<3)
    let cells = Tensor.concatenated(
      [0..<1, 0..<2, 0..<3].map { numbers.wholes([1, 5, 1], in: $0) }, axis: 2)
    let points = numbers.tensor([1, 5, 3], in: 0.1...0.9) + cells
    try expectDerivatives(
      at: [
        depth, numbers.tensor([1, 2, 3, 3, 2]), numbers.tensor([1, 2, 3, 2], in: 0.3...2), points,
      ]
    ) { inputs in
      let lift = StreamingLift(lifting, absoluteDepth: inputs[0], at: inputs[3])
      return .concatenated([
        lift.feature(inputs[1]).flattened(), lift.density(inputs[2]).flattened(),
      ])
    }
  }

  @Test(arguments: Fusion.allCases)
  func derivativesOfTheFusionEqualDifferences(fusion: Fusion) throws {
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
          sample,
          fusion.fused(densities: lift.density(inputs[2]), partAxis: -1).unsqueezed(axis: 2),
        ], axis: 2)
    }
  }
}
