import RelativeDepth
import TestSupport
import Tensors
import Testing

/// Single against double precision, and one thread against two.
@Suite("§3.2: single precision")
struct PrecisionTests {
  /// One sum of two numbers: single precision gives the rounded result of the double one.
  @Test(arguments: DepthMode.allCases)
  func depthsAreTheRoundedSums(mode: DepthMode) {
    var numbers = TestNumbers(seed: 61)
    let single = numbers.tensor([2, 13, 24, 20], in: -3...20).cast(to: .float32)
    let double = single.cast(to: .float64)
    let module = RelativeDepth(mode)
    expectClose(
      module.absoluteDepth(of: single), module.absoluteDepth(of: double).cast(to: .float32),
      within: .exact)
    expectClose(
      module.relativeDepth(of: single), module.relativeDepth(of: double).cast(to: .float32),
      within: .exact)
  }

  /// The face's gradient is a sum over 12 parts: 1e-6 of Σ |terms|.
  @Test func theGradientOfTheFaceStaysWithinItsBound() throws {
    var numbers = TestNumbers(seed: 62)
    let depth = numbers.tensor([2, 13, 24, 20], in: -3...20).cast(to: .float32)
    let weights = numbers.tensor([2, 13, 24, 20]).cast(to: .float32)
    func ofFace(_ type: ScalarType, _ weights: Tensor) throws -> Tensor {
      let leaf = depth.cast(to: type).tracked(as: "depth")
      let number = (RelativeDepth().absoluteDepth(of: leaf) * weights.cast(to: type)).sum()
      return try gradient(of: number, withRespectTo: leaf)[axis: 1, 1].cast(to: .float64)
    }
    let error = (try ofFace(.float32, weights) - ofFace(.float64, weights)).absolute()
    let worst = (error / (try ofFace(.float64, weights.absolute()))).maximum().item
    #expect(worst <= 1e-6)
    #expect(worst > 0, "double precision was compared with itself")
  }

  /// Large enough that every step is cut into several tiles.
  @Test func oneThreadAndTwoGiveTheSameBits() throws {
    var numbers = TestNumbers(seed: 63)
    let depth = numbers.tensor([4, 13, 64, 64], in: -3...20).cast(to: .float32)
    func run(threads: Int) throws -> [Tensor] {
      try Parallel.withThreads(threads) {
        let leaf = depth.tracked(as: "depth")
        let absolute = RelativeDepth().absoluteDepth(of: leaf)
        return [absolute, try gradient(of: absolute.squared().sum(), withRespectTo: leaf)]
      }
    }
    let (one, two) = (try run(threads: 1), try run(threads: 2))
    #expect(one.count == 2)
    for (a, b) in zip(one, two) { expectClose(a, b, within: .exact) }
  }
}
