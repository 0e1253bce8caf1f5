import GaussianLifting
import PartFusion
import TestSupport
import Tensors
import Testing

@Suite("Eq. 8, single precision and threads")
struct PartFusionPrecisionTests {
  /// 1e-6 of Σ |terms|, from 2 to 512 parts; a share's own rounding counts as well, |σ|-fold at most.
  @Test(arguments: [2, 13, 512])
  func singlePrecisionStaysWithinItsBound(parts: Int) {
    var numbers = TestNumbers(seed: 66)
    let features = numbers.tensor([parts, 3, 4, 5, 2]).cast(to: .float32)
    let densities = numbers.tensor([parts, 4, 5, 2], in: 0...1).cast(to: .float32)
    for fusion in Fusion.allCases.map(PartFusion.init) {
      func fused(_ type: ScalarType, _ features: Tensor) -> Tensor {
        fusion.fused(features: features.cast(to: type), densities: densities.cast(to: type))
          .cast(to: .float64)
      }
      let error = (fused(.float32, features) - fused(.float64, features)).absolute()
      let worst = (error / fused(.float64, features.absolute())).maximum().item
      #expect(worst <= 1e-6, "\(fusion.fusion)")
      #expect(worst > 0, "double precision was compared with itself")
    }
  }

  /// Large enough that every step is cut into several tiles.
  @Test(arguments: Fusion.allCases)
  func oneThreadAndTwoGiveTheSameBits(fusion: Fusion) throws {
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
        let density = PartFusion(fusion).fused(sampledDensities: lift.density(leaves[2]))
        let number = sample.squared().sum() + density.squared().sum()
        return [sample, density] + (try gradients(of: number, withRespectTo: leaves))
      }
    }
    let (one, two) = (try run(threads: 1), try run(threads: 2))
    #expect(one.count == 5)
    for (a, b) in zip(one, two) { expectClose(a, b, within: .exact) }
  }
}
