import GaussianLifting
import PartFusion
import Tensors
import TestSupport
import Testing
import VolumeRendering
import VolumeWeights

/// Compares equation 4 as training computes it, by the pixels that a ray meets, with its plain form, by
/// samples.
@Suite("Eq. 4: rays by pixels equal rays by samples")
struct RenderedRaysTests {
  /// Values, gradients and second derivatives with respect to all inputs agree, for two images of six
  /// rays: straight rays, whose samples share pixels, and scattered ones, which return to pixels.
  @Test(arguments: LiftingKernel.allCases, Fusion.allCases)
  func valuesAndDerivativesAgree(kernel: LiftingKernel, fusion: Fusion) throws {
    var numbers = TestNumbers(seed: 66)
    let lifting = GaussianLifting(kernel: kernel, alpha: 0.7, depthPlanes: 6)
    let fusion = PartFusion(fusion)
    let start = numbers.tensor([2, 3, 1, 3], in: 0.2...2.6)
    let step = numbers.tensor([2, 3, 1, 3], in: -0.35...0.35)
    let straight = start + step * Tensor.counting(to: 5, .float64).reshaped([5, 1])
    let scattered = numbers.tensor([2, 3, 5, 3], in: -0.5...4.5)
    let points = Tensor.concatenated([straight, scattered], axis: 1).reshaped([2, 30, 3])
    let inputs = [
      numbers.tensor([2, 3, 5, 4], in: -0.5...5.5), numbers.tensor([2, 3, 7, 5, 4]),
      numbers.tensor([2, 3, 5, 4], in: 0.2...3), points, numbers.tensor([2, 6, 5], in: 0...1),
    ]
    try expectSameDerivatives(
      at: inputs, named: ["depth", "feature", "density", "points", "weights"],
      within: .relative(1e-12, because: "the same terms, added in another order"),
      { x in
        let lift = StreamingLift(lifting, absoluteDepth: x[0], at: x[3])
        let rendered = fusion.rendered(
          lift, feature: x[1], liftedDensity: lift.liftedDensity(x[2]), renderingWeights: x[4])
        return .concatenated([rendered, density(lift, x[2])], axis: 2)
      },
      { x in
        let lift = StreamingLift(lifting, absoluteDepth: x[0], at: x[3])
        let samples = fusion.sampled(lift, feature: x[1], densityMap: x[2])
        let rendered = VolumeWeights().rendered(x[4], samples.reshaped([2, 6, 5, 7]))
        return .concatenated([rendered, density(lift, x[2])], axis: 2)
      })
    // Under the plain sum, features do not depend on densities, so densities are compared as well.
    func density(_ lift: StreamingLift, _ map: Tensor) -> Tensor {
      fusion.fused(densities: lift.density(map), partAxis: -1).reshaped([2, 6, 5])
    }
  }
}
