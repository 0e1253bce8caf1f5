import PartFusion
import Tensors
import TestSupport
import Testing

/// Single against double precision, and one thread against two.
@Suite("Eq. 8: single precision")
struct PrecisionTests {
  /// 1e-6 of Σ |terms|, from 2 to 512 parts; a share's own rounding counts as well, |σ|-fold at most.
  @Test(arguments: [2, 13, 512])
  func fusedFeaturesStayWithinTheirBound(parts: Int) {
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
    let features = numbers.tensor([5, 9, 16, 24, 20]).cast(to: .float32)
    let densities = numbers.tensor([5, 16, 24, 20], in: 0...4).cast(to: .float32)
    func run(threads: Int) throws -> [Tensor] {
      try Parallel.withThreads(threads) {
        let leaves = [features, densities].map { $0.tracked() }
        let fused = PartFusion(fusion).fused(features: leaves[0], densities: leaves[1])
        let density = PartFusion(fusion).fused(densities: leaves[1])
        let number = fused.squared().sum() + density.squared().sum()
        return [fused, density] + (try gradients(of: number, withRespectTo: leaves))
      }
    }
    let (one, two) = (try run(threads: 1), try run(threads: 2))
    #expect(one.count == 4)
    for (a, b) in zip(one, two) { expectClose(a, b, within: .exact) }
  }
}
