import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// Single against double precision.
@Suite("Eq. 12–13: single precision")
struct PrecisionTests {
  /// 13 maps of 64 by 64: all terms are ≥ 0, so a relative bound is one against Σ |terms|.
  @Test func lossAndGradientStayWithinTheirBound() throws {
    var numbers = TestNumbers(seed: 42)
    let depth = numbers.tensor([13, 64, 64], in: 0...31)
    let bound = Tolerance.relative(1e-6, because: "single-precision sums, error per Σ |terms|")
    let single = depth.cast(to: .float32).tracked(as: "depth")
    let double = depth.tracked(as: "depth")
    let losses = (DepthSmoothness().loss(single), DepthSmoothness().loss(double))
    expectClose(losses.0.cast(to: .float64), losses.1, within: bound)
    let rounded = try gradient(of: losses.0, withRespectTo: single)
    let golden = try gradient(of: losses.1, withRespectTo: double)
    expectClose(rounded.cast(to: .float64), golden, within: bound)
  }
}
