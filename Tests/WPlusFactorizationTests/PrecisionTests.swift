import TestSupport
import Tensors
import Testing
import WPlusFactorization

/// The same in single precision.
@Suite("Eq. 1: single precision")
struct PrecisionTests {
  let factorization = WPlusFactorization(
    parts: 13, baseLayers: 1, shapeLayers: 4, textureLayers: 4)

  /// Copies round nothing: single precision gives the single-precision values of the double result.
  @Test func expansionIsExact() {
    var numbers = TestNumbers(seed: 52)
    let wplus = numbers.tensor([2, 27, 5])
    expectClose(
      factorization.expanded(wplus.cast(to: .float32)),
      factorization.expanded(wplus).cast(to: .float32), within: .exact)
  }

  @Test func truncationStaysWithinItsRoundings() {
    var numbers = TestNumbers(seed: 53)
    let (w, mean) = (numbers.tensor([4, 9]), numbers.tensor([9]))
    let single = factorization.truncated(
      w.cast(to: .float32), towards: mean.cast(to: .float32), psi: 0.7)
    let double = factorization.truncated(w, towards: mean, psi: 0.7)
    let bound = Tolerance.relative(3e-7, because: "five roundings of 6e-8, three operations")
    expectClose(single.cast(to: .float64), double, within: bound)
  }
}
