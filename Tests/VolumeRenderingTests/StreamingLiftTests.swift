import GaussianLifting
import Tensors
import TestSupport
import Testing
import VolumeRendering

/// Compares the streaming lift, which builds no feature volume, with samples of volumes.
@Suite("Eq. 5–7, 11: streaming samples equal sampled volumes")
struct StreamingLiftTests {
  /// Values, gradients and second derivatives agree, for two images and points in cells, exactly on
  /// voxels, faces and borders, and outside.
  @Test(arguments: LiftingKernel.allCases)
  func valuesAndDerivativesAgree(kernel: LiftingKernel) throws {
    let scene = Scene(seed: 77)
    let lifting = GaussianLifting(kernel: kernel, alpha: 0.7, depthPlanes: Scene.planes)
    try expectSameDerivatives(
      at: [scene.depth, scene.feature, scene.density, scene.points],
      named: ["depth", "feature", "density", "points"],
      within: .relative(1e-12, because: "the same terms, added in another order"),
      { streamed(lifting, $0) }, { sampled(lifting, $0) })
  }

  /// A share for every voxel and part multiplies ψ in the sum.
  @Test func sharesMultiplyTheLiftingWeights() {
    var numbers = TestNumbers(seed: 4)
    let scene = Scene(seed: 78)
    let lifting = GaussianLifting(alpha: 0.7, depthPlanes: Scene.planes)
    let lift = StreamingLift(lifting, absoluteDepth: scene.depth, at: scene.points)
    let share = numbers.tensor(lift.psi.shape, in: 0.2...0.9)
    let (b, k, h, w) = (2, 3, 5, 4)
    let explicitShare = share.reshaped([b, h, w, Scene.planes, k]).permuted(axes: [0, 4, 3, 1, 2])
    let volume =
      explicitShare.unsqueezed(axis: 2)
      * lifting.lifted(feature: scene.feature, weights: lifting.weights(at: scene.depth))
    let expected = (0..<b).map { volume.sum(axes: [1])[$0].sampled(at: scene.points[$0]) }
    expectClose(
      lift.feature(scene.feature, share: share), .stacked(expected),
      within: .relative(1e-12, because: "the same terms, added in another order"))
  }

  @Test func densitiesAtAllVoxelsEqualTheVolume() {
    let scene = Scene(seed: 79)
    let lifting = GaussianLifting(alpha: 0.7, depthPlanes: Scene.planes)
    let lift = StreamingLift(lifting, absoluteDepth: scene.depth, at: scene.points)
    let volume = lifting.lifted(
      densityMap: scene.density, weights: lifting.weights(at: scene.depth))
    expectClose(
      lift.liftedDensity(scene.density).reshaped([2, 5, 4, Scene.planes, 3]),
      volume.permuted(axes: [0, 3, 4, 2, 1]), within: .closedForm)
  }

  private func streamed(_ lifting: GaussianLifting, _ inputs: [Tensor]) -> Tensor {
    let lift = StreamingLift(lifting, absoluteDepth: inputs[0], at: inputs[3])
    return .concatenated([lift.feature(inputs[1]), lift.density(inputs[2])], axis: 2)
  }

  private func sampled(_ lifting: GaussianLifting, _ inputs: [Tensor]) -> Tensor {
    let fused = lifting.lifted(feature: inputs[1], weights: lifting.weights(at: inputs[0])).sum(
      axes: [1])
    let densities = lifting.lifted(densityMap: inputs[2], weights: lifting.weights(at: inputs[0]))
    return .stacked(
      (0..<2).map { image in
        let points = inputs[3][image]
        return .concatenated(
          [fused[image].sampled(at: points), densities[image].sampled(at: points)], axis: 1)
      })
  }
}

/// Two images of three parts on 5 × 4 maps and 6 planes, and points of every kind.
private struct Scene {
  static let planes = 6
  let depth, feature, density, points: Tensor

  init(seed: UInt64) {
    var numbers = TestNumbers(seed: seed)
    depth = numbers.tensor([2, 3, 5, 4], in: -0.5...5.5)
    feature = numbers.tensor([2, 3, 7, 5, 4])
    density = numbers.tensor([2, 3, 5, 4], in: 0.2...3)
    let inside = numbers.tensor([2, 16, 3], in: 0.05...2.95)
    let special: [Double] = [
      1, 2, 3, 0, 0, 0, 3, 4, 5, 2, 1.5, 4, 0.5, 3, 2.25,  // voxels, an edge, a face
      -0.5, 1.5, 2.5, 3.75, 2.5, 1.25, 1.5, -2, 3.5, 2.5, 9, 0.5,  // left, right, above, below
      1.25, 1.75, -3, 2.75, 0.25, 6.5, -9, 20, 1e6,  // behind, in front, a corner
    ]
    let both = Tensor([1, 12, 3], special).broadcast(to: [2, 12, 3])
    points = .concatenated([inside, both], axis: 1)
  }
}
