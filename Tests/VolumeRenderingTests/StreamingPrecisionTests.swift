import GaussianLifting
import PartFusion
import Tensors
import TestSupport
import Testing
import VolumeRendering

/// Compares single with double precision, and one thread with two.
@Suite("Streaming samples: single precision and threads")
struct StreamingPrecisionTests {
  /// Single and double precision differ by at most 1e-6 of Σ |terms|, for any number of terms.
  ///
  /// A term is a·ψ·f; the rounding of u in ψ = e^(−x) counts x-fold, x = αu². As (1 + x) e^(−x) is
  /// at most 1.22 e^(−x/2), the bound is taken from the terms of a bell with half of α.
  @Test func samplesStayWithinTheirBound() {
    var numbers = TestNumbers(seed: 90)
    func single(_ tensor: Tensor) -> Tensor { tensor.cast(to: .float32) }
    let depth = single(numbers.tensor([1, 13, 24, 20], in: 0...15))
    let feature = single(numbers.tensor([1, 13, 9, 24, 20]))
    let points = single(numbers.tensor([1, 700, 3], in: -1...19))
    func sample(_ alpha: Double, _ type: ScalarType, _ feature: Tensor) -> Tensor {
      let lifting = GaussianLifting(alpha: alpha, depthPlanes: 16)
      let lift = StreamingLift(
        lifting, absoluteDepth: depth.cast(to: type), at: points.cast(to: type))
      return lift.feature(feature.cast(to: type)).cast(to: .float64)
    }
    let error = (sample(2, .float32, feature) - sample(2, .float64, feature)).absolute()
    let terms = 1.22 * sample(1, .float64, feature.absolute())
    let worst = (error / (terms + 1e-30)).maximum().item
    #expect(worst <= 1e-6)
    #expect(worst > 0, "double precision was compared with itself")
  }

  /// Large enough that every step is cut into several tiles.
  @Test func oneThreadAndTwoGiveTheSameBitsOfTheLift() throws {
    var numbers = TestNumbers(seed: 91)
    let depth = numbers.tensor([1, 5, 48, 40], in: 0...15).cast(to: .float32)
    let feature = numbers.tensor([1, 5, 32, 48, 40]).cast(to: .float32)
    let density = numbers.tensor([1, 5, 48, 40], in: 0...4).cast(to: .float32)
    let points = numbers.tensor([1, 20_000, 3], in: 0...38).cast(to: .float32)
    func run(threads: Int) throws -> [Tensor] {
      try Parallel.withThreads(threads) {
        let leaves = [depth, feature, density, points].map { $0.tracked() }
        let lift = StreamingLift(
          GaussianLifting(alpha: 2, depthPlanes: 16), absoluteDepth: leaves[0], at: leaves[3])
        let (sample, densities) = (lift.feature(leaves[1]), lift.density(leaves[2]))
        let number = sample.squared().sum() + densities.squared().sum()
        return [sample, densities] + (try gradients(of: number, withRespectTo: leaves))
      }
    }
    let (one, two) = (try run(threads: 1), try run(threads: 2))
    #expect(one.count == 6)
    for (a, b) in zip(one, two) { expectClose(a, b, within: .exact) }
  }

  /// Large enough that every step is cut into several tiles.
  @Test(arguments: Fusion.allCases)
  func oneThreadAndTwoGiveTheSameBitsOfTheFusion(fusion: Fusion) throws {
    var numbers = TestNumbers(seed: 67)
    let depth = numbers.tensor([1, 5, 48, 40], in: 0...15).cast(to: .float32)
    let feature = numbers.tensor([1, 5, 32, 48, 40]).cast(to: .float32)
    let density = numbers.tensor([1, 5, 48, 40], in: 0...4).cast(to: .float32)
    let points = numbers.tensor([1, 20_000, 3], in: 0...38).cast(to: .float32)
    func run(threads: Int) throws -> [Tensor] {
      try Parallel.withThreads(threads) {
        let leaves = [depth, feature, density].map { $0.tracked() }
        let lift = StreamingLift(
          GaussianLifting(depthPlanes: 16), absoluteDepth: leaves[0], at: points)
        let sample = PartFusion(fusion).sampled(lift, feature: leaves[1], densityMap: leaves[2])
        let density = PartFusion(fusion).fused(densities: lift.density(leaves[2]), partAxis: -1)
        let number = sample.squared().sum() + density.squared().sum()
        return [sample, density] + (try gradients(of: number, withRespectTo: leaves))
      }
    }
    let (one, two) = (try run(threads: 1), try run(threads: 2))
    #expect(one.count == 5)
    for (a, b) in zip(one, two) { expectClose(a, b, within: .exact) }
  }
}
