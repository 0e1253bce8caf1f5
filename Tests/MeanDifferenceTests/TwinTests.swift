import MeanDifference
import TestSupport
import Tensors
import Testing

/// The same by loops over channels and pixels, and the same in single precision.
@Suite("Eq. 14, twins")
struct TwinTests {
  @Test func equalsTheSumAsPrinted() {
    let pair = Portraits(seed: 41)
    let (p, q) = (pair.original.scalars, pair.edited.scalars)
    let kept = pair.region.scalars.map { $0 == 0 }
    var (sum, outside, pixels) = (0.0, 0.0, 0)
    for i in 0..<20 {
      for channel in 0..<3 {
        let difference = (q[channel * 20 + i] - p[channel * 20 + i]).magnitude
        sum += difference
        if kept[i] { outside += difference }
      }
      if kept[i] { pixels += 1 }
    }
    expectClose(
      MeanDifference().mean(pair.original, pair.edited), Tensor([], [sum / 60]),
      within: .closedForm)
    expectClose(
      MeanDifference().maskedMean(pair.original, pair.edited, editedRegion: pair.region),
      Tensor([], [outside / Double(3 * pixels)]), within: .closedForm)
  }

  /// Portraits of 256 by 256: all terms are ≥ 0, so a relative bound is one against Σ |terms|.
  @Test func singlePrecisionAgreesWithDouble() {
    var numbers = TestNumbers(seed: 42)
    let original = numbers.tensor([3, 256, 256], in: 0...1)
    let edited = numbers.tensor([3, 256, 256], in: 0...1)
    let single = MeanDifference().mean(original.cast(to: .float32), edited.cast(to: .float32))
    let bound = Tolerance.relative(1e-6, because: "single-precision sums, error per Σ |terms|")
    expectClose(
      single.cast(to: .float64), MeanDifference().mean(original, edited), within: bound)
  }
}
