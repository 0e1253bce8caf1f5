import MaskSoftmax
import TestSupport
import Tensors
import Testing

/// Single against double precision, and one thread against two.
@Suite("Eq. 9–11: single precision")
struct PrecisionTests {
  /// Single against double precision: 1e-6 of Σ |terms|, whatever the number of samples.
  @Test(arguments: [1, 24, 4096, 65_536], MaskWeighting.allCases)
  func logitsStayWithinTheirBound(samples: Int, weighting: MaskWeighting) {
    var numbers = TestNumbers(seed: 85)
    let masks = MaskSoftmax(weighting)
    let densities = numbers.tensor([3, samples, 13]).cast(to: .float32)
    let weights = numbers.tensor([3, samples], in: 0...1).cast(to: .float32)
    func logits(_ type: ScalarType, _ densities: Tensor) -> Tensor {
      masks.maskLogits(
        partDensities: densities.cast(to: type), renderingWeights: weights.cast(to: type)
      ).cast(to: .float64)
    }
    let error = (logits(.float32, densities) - logits(.float64, densities)).absolute()
    let worst = (error / logits(.float64, densities.absolute())).maximum().item
    #expect(worst <= 1e-6)
  }

  /// A logit's rounding moves a mask by at most as much: 1e-6 · (1 + largest logit).
  @Test func masksStayWithinTheirBound() {
    var numbers = TestNumbers(seed: 86)
    let logits = numbers.tensor([500, 13], in: 0...40).cast(to: .float32)
    let masks = MaskSoftmax()
    let exact = masks.maskProbabilities(logits.cast(to: .float64))
    let error = (masks.maskProbabilities(logits).cast(to: .float64) - exact).absolute()
    #expect(error.maximum().item <= 1e-6)
    #expect(error.maximum().item > 0, "double precision was compared with itself")
  }

  /// Large enough that every step is cut into several tiles.
  @Test func oneThreadAndTwoGiveTheSameBits() throws {
    var numbers = TestNumbers(seed: 87)
    let densities = numbers.tensor([1, 4096, 24, 13], in: 0...4).cast(to: .float32)
    let weights = numbers.tensor([1, 4096, 24], in: 0...0.1).cast(to: .float32)
    let residual = numbers.tensor([1, 13, 256, 256]).cast(to: .float32)
    func run(threads: Int) throws -> [Tensor] {
      try Parallel.withThreads(threads) {
        let (masks, leaves) = (MaskSoftmax(), [densities, weights].map { $0.tracked() })
        let mask = masks.maskProbabilities(
          masks.maskLogits(partDensities: leaves[0], renderingWeights: leaves[1]))
        let image = mask.transposed().reshaped([1, 13, 64, 64])
        let final = MaskSoftmax.finalMask(
          coarseMask: MaskSoftmax.coarseMask(image), maskResidual: residual)
        return [mask, final]
          + (try gradients(of: final.squared().sum(), withRespectTo: leaves))
      }
    }
    let (one, two) = (try run(threads: 1), try run(threads: 2))
    #expect(one.count == 4)
    for (a, b) in zip(one, two) { expectClose(a, b, within: .exact) }
  }
}
