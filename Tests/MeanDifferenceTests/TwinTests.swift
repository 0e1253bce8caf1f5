import MeanDifference
import TestSupport
import Tensors
import Testing

/// The same by loops over channels and pixels.
@Suite("Eq. 14: slow twin")
struct TwinTests {
  @Test func bothMeansEqualTheSumAsPrinted() {
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
}
