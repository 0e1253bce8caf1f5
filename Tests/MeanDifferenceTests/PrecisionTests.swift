import MeanDifference
import TestSupport
import Tensors
import Testing

/// Single against double precision.
@Suite("Eq. 14: single precision")
struct PrecisionTests {
  /// Portraits of 256 by 256: all terms are ≥ 0, so a relative bound is one against Σ |terms|.
  @Test func theMeanStaysWithinItsBound() {
    var numbers = TestNumbers(seed: 42)
    let original = numbers.tensor([3, 256, 256], in: 0...1)
    let edited = numbers.tensor([3, 256, 256], in: 0...1)
    let single = MeanDifference().mean(original.cast(to: .float32), edited.cast(to: .float32))
    let bound = Tolerance.relative(1e-6, because: "single-precision sums, error per Σ |terms|")
    expectClose(
      single.cast(to: .float64), MeanDifference().mean(original, edited), within: bound)
  }
}
