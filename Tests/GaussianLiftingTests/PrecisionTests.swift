import GaussianLifting
import Tensors
import TestSupport
import Testing

/// Single against double precision, and one thread against two.
@Suite("Eq. 5–7: single precision")
struct PrecisionTests {
  /// A voxel is one term ψ·f; the rounding of u in ψ = e^(−x) counts x-fold, x = αu².
  ///
  /// As (1 + x) e^(−x) is at most 1.22 e^(−x/2), the bound is taken from a bell with half of α.
  @Test func liftedMapsStayWithinTheirBound() {
    var numbers = TestNumbers(seed: 90)
    let depth = numbers.tensor([13, 24, 20], in: 0...15).cast(to: .float32)
    let feature = numbers.tensor([13, 9, 24, 20]).cast(to: .float32)
    func lifted(_ alpha: Double, _ type: ScalarType, _ feature: Tensor) -> Tensor {
      let lifting = GaussianLifting(alpha: alpha, depthPlanes: 16)
      let psi = lifting.weights(at: depth.cast(to: type))
      return lifting.lifted(feature: feature.cast(to: type), weights: psi).cast(to: .float64)
    }
    let error = (lifted(2, .float32, feature) - lifted(2, .float64, feature)).absolute()
    let terms = 1.22 * lifted(1, .float64, feature.absolute())
    let worst = (error / (terms + 1e-30)).maximum().item
    #expect(worst <= 1e-6)
    #expect(worst > 0, "double precision was compared with itself")
  }

  /// Large enough that every step is cut into several tiles.
  @Test func oneThreadAndTwoGiveTheSameBits() throws {
    var numbers = TestNumbers(seed: 91)
    let depth = numbers.tensor([5, 48, 40], in: 0...15).cast(to: .float32)
    let feature = numbers.tensor([5, 16, 48, 40]).cast(to: .float32)
    let density = numbers.tensor([5, 48, 40], in: 0...4).cast(to: .float32)
    func run(threads: Int) throws -> [Tensor] {
      try Parallel.withThreads(threads) {
        let leaves = [depth, feature, density].map { $0.tracked() }
        let lifting = GaussianLifting(alpha: 2, depthPlanes: 16)
        let psi = lifting.weights(at: leaves[0])
        let features = lifting.lifted(feature: leaves[1], weights: psi)
        let densities = lifting.lifted(densityMap: leaves[2], weights: psi)
        let number = features.squared().sum() + densities.squared().sum()
        return [features, densities] + (try gradients(of: number, withRespectTo: leaves))
      }
    }
    let (one, two) = (try run(threads: 1), try run(threads: 2))
    #expect(one.count == 5)
    for (a, b) in zip(one, two) { expectClose(a, b, within: .exact) }
  }
}
