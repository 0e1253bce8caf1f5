import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// The same by loops over pixels and all nine offsets, and the same in single precision.
@Suite("Eq. 12–13, twins")
struct TwinTests {
  @Test(arguments: [0, 1])
  func equalsTheSumAsPrinted(firstPart: Int) {
    let depth = depths(seed: 41)
    let fast = DepthSmoothness(includesBackground: firstPart == 0).loss(depth)
    expectClose(fast, Tensor([], [asPrinted(depth, from: firstPart)]), within: .closedForm)
  }

  /// 13 maps of 64 by 64: all terms are ≥ 0, so a relative bound is one against Σ |terms|.
  @Test func singlePrecisionAgreesWithDouble() throws {
    var numbers = TestNumbers(seed: 42)
    let depth = numbers.tensor([13, 64, 64], in: 0...31)
    let bound = Tolerance.relative(1e-6, because: "single-precision sums, error per Σ |terms|")
    let single = depth.cast(to: .float32).tracked(as: "depth")
    let double = depth.tracked(as: "depth")
    let losses = (DepthSmoothness().loss(single), DepthSmoothness().loss(double))
    expectClose(losses.0.cast(to: .float64), losses.1, within: bound)
    let slope = try gradient(of: losses.0, withRespectTo: single)
    let golden = try gradient(of: losses.1, withRespectTo: double)
    expectClose(slope.cast(to: .float64), golden, within: bound)
  }

  /// Equation 13 term by term; a neighbour outside the map adds 0.
  private func asPrinted(_ depth: Tensor, from firstPart: Int) -> Double {
    let d = depth.scalars
    let (parts, height, width) = (depth.shape[0], depth.shape[1], depth.shape[2])
    var sum = 0.0
    for part in firstPart..<parts {
      for y in 0..<height {
        for x in 0..<width {
          for (dy, dx) in (0..<9).map({ ($0 / 3 - 1, $0 % 3 - 1) }) {
            guard (0..<height).contains(y + dy), (0..<width).contains(x + dx) else { continue }
            let here = (part * height + y) * width + x
            let difference = d[here] - d[here + dy * width + dx]
            sum += difference * difference
          }
        }
      }
    }
    return sum / Double(8 * parts * height * width)
  }
}
