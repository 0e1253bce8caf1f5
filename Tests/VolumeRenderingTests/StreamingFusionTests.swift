import GaussianLifting
import PartFusion
import Tensors
import TestSupport
import Testing
import VolumeRendering

/// Compares samples as training takes them, without volumes, with samples of fused volumes.
@Suite("Eq. 8: streaming samples equal sampled volumes")
struct StreamingFusionTests {
  /// Values, gradients and second derivatives with respect to all inputs agree, for two images.
  @Test(arguments: LiftingKernel.allCases, Fusion.allCases)
  func valuesAndDerivativesAgree(kernel: LiftingKernel, fusion: Fusion) throws {
    var numbers = TestNumbers(seed: 65)
    let lifting = GaussianLifting(kernel: kernel, alpha: 0.7, depthPlanes: 6)
    let fusion = PartFusion(fusion)
    let inputs = [
      numbers.tensor([2, 3, 5, 4], in: -0.5...5.5), numbers.tensor([2, 3, 7, 5, 4]),
      numbers.tensor([2, 3, 5, 4], in: 0.2...3), points(&numbers),
    ]
    try expectSameDerivatives(
      at: inputs, named: ["depth", "feature", "density", "points"],
      within: .relative(1e-12, because: "the same terms, added in another order"),
      { streamed(lifting, fusion, $0) }, { sampled(lifting, fusion, $0) })
  }

  /// Returns points in cells, exactly on voxels, an edge, a face and the border, and outside.
  private func points(_ numbers: inout TestNumbers) -> Tensor {
    let special: [Double] = [
      1, 2, 3, 0, 0, 0, 3, 4, 5, 2, 1.5, 4, 0.5, 3, 2.25,
      -0.5, 1.5, 2.5, 3.75, 2.5, 1.25, 1.5, -2, 3.5, 2.5, 9, 0.5,
      1.25, 1.75, -3, 2.75, 0.25, 6.5, -9, 20, 1e6,
    ]
    let both = Tensor([1, 12, 3], special).broadcast(to: [2, 12, 3])
    return .concatenated([numbers.tensor([2, 16, 3], in: 0.05...2.95), both], axis: 1)
  }

  private func streamed(
    _ lifting: GaussianLifting, _ fusion: PartFusion, _ inputs: [Tensor]
  ) -> Tensor {
    let lift = StreamingLift(lifting, absoluteDepth: inputs[0], at: inputs[3])
    let sample = fusion.sampled(lift, feature: inputs[1], densityMap: inputs[2])
    let density = fusion.fused(densities: lift.density(inputs[2]), partAxis: -1)
    return .concatenated([sample, density.unsqueezed(axis: 2)], axis: 2)
  }

  private func sampled(
    _ lifting: GaussianLifting, _ fusion: PartFusion, _ inputs: [Tensor]
  ) -> Tensor {
    let densities = lifting.lifted(densityMap: inputs[2], weights: lifting.weights(at: inputs[0]))
    let feature = fusion.fused(
      features: lifting.lifted(feature: inputs[1], weights: lifting.weights(at: inputs[0])),
      densities: densities)
    let both = Tensor.concatenated(
      [feature, fusion.fused(densities: densities).unsqueezed(axis: 1)], axis: 1)
    return .stacked((0..<2).map { both[$0].sampled(at: inputs[3][$0]) })
  }
}
