import GaussianLifting
import Tensors
import TestSupport
import Testing

@Suite("Eq. 5–7: limits")
struct LimitTests {
  /// Far in front of and far behind the planes, up to where u² overflows: ψ and its first two
  /// derivatives are finite, and 0 in the limit.
  @Test(arguments: LiftingKernel.allCases, [-40, 75, 1e6, -1e19, 1e30])
  func depthsFarOutsideGiveFiniteDerivatives(kernel: LiftingKernel, depth: Double) throws {
    let lifting = GaussianLifting(kernel: kernel, alpha: 2, depthPlanes: 32)
    for type in [ScalarType.float32, .float64] {
      let map = Tensor([1, 1], [depth]).cast(to: type).tracked(as: "depth")
      let psi = lifting.weights(at: map)
      let firstGradient = try gradient(of: psi.sum(), withRespectTo: map, createGraph: true)
      let curvature = try gradient(of: firstGradient.sum(), withRespectTo: map)
      // The slowest kernel, 1 / (1 + 2 · 40), is still 0.012 forty planes away.
      for tensor in [psi, firstGradient, curvature] {
        #expect(tensor.scalars.allSatisfy { $0.magnitude < 0.1 }, "\(type): \(tensor.scalars)")
      }
    }
  }

  /// u = 0: value 1, gradient 0, curvature −2α of the smooth kernels.
  ///
  /// The kink of `inverse` counts as flat: d²/du² of 1 / (1 + α|u|) is 2α² sign(u)² / (1 + α|u|)³,
  /// and sign(0) is 0.
  @Test(arguments: [(LiftingKernel.gaussian, -4.0), (.inverseSquare, -4.0), (.inverse, 0.0)])
  func theBellIsFlatExactlyOnThePlane(kernel: LiftingKernel, curvature: Double) throws {
    let offset = Tensor([1], [0.0]).tracked(as: "offset")
    let psi = GaussianLifting(kernel: kernel, alpha: 2).weights(ofOffset: offset)
    let firstGradient = try gradient(of: psi.sum(), withRespectTo: offset, createGraph: true)
    #expect(psi.item == 1)
    #expect(firstGradient.item == 0)
    let second = try gradient(of: firstGradient.sum(), withRespectTo: offset)
    #expect(second.item == curvature)
  }

  /// A huge α leaves only the plane itself; a tiny one fills the depth.
  @Test(arguments: LiftingKernel.allCases)
  func aHugeAlphaLeavesThePlaneAndATinyOneFillsTheDepth(kernel: LiftingKernel) {
    let depth = Tensor([1, 1], [2.0])
    let narrow = GaussianLifting(kernel: kernel, alpha: 1e15, depthPlanes: 5)
    expectClose(
      narrow.weights(at: depth), Tensor([5, 1, 1], [0.0, 0, 1, 0, 0]),
      within: .relative(1e-14, because: "1 / (1 + 1e15) is not quite 0"))
    let wide = GaussianLifting(kernel: kernel, alpha: 1e-15, depthPlanes: 5)
    expectClose(
      wide.weights(at: depth), .ones([5, 1, 1], .float64),
      within: .relative(1e-14, because: "4 α is not quite 0"))
  }

  /// One pixel, one plane, one part, the depth on that plane: the map comes back.
  @Test(arguments: LiftingKernel.allCases)
  func theSmallestVolumeIsTheMapItself(kernel: LiftingKernel) {
    let lifting = GaussianLifting(kernel: kernel, alpha: 2, depthPlanes: 1)
    let psi = lifting.weights(at: .zeros([1, 1], .float64))
    let feature = lifting.lifted(feature: Tensor([2, 1, 1], [7, -3.0]), weights: psi)
    expectClose(feature, Tensor([2, 1, 1, 1], [7, -3.0]), within: .exact)
    let density = lifting.lifted(densityMap: Tensor([1, 1], [6.0]), weights: psi)
    expectClose(density, Tensor([1, 1, 1], [6.0]), within: .exact)
  }

  /// Features and densities of 1e30 pass through; gradients stay finite.
  @Test(arguments: LiftingKernel.allCases)
  func hugeMapsPassThrough(kernel: LiftingKernel) throws {
    let lifting = GaussianLifting(kernel: kernel, alpha: 2, depthPlanes: 3)
    let depth = Tensor([1, 2], [0.5, 1.25]).tracked(as: "depth")
    let psi = lifting.weights(at: depth)
    let feature = lifting.lifted(feature: Tensor([1, 1, 2], [1e30, -3e30]), weights: psi)
    let density = lifting.lifted(densityMap: Tensor([1, 2], [2e30, 5e30]), weights: psi)
    for volume in [feature, density] {
      #expect(volume.scalars.allSatisfy { $0.isFinite && $0.magnitude > 1e25 })
      let firstGradient = try gradient(of: volume.squared().sum(), withRespectTo: depth)
      #expect(firstGradient.scalars.allSatisfy { $0.isFinite && $0 != 0 })
    }
  }
}
