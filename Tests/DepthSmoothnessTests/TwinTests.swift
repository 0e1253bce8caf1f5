import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// The same by loops over pixels and all nine offsets.
@Suite("Eq. 12–13: slow twin")
struct TwinTests {
  @Test(arguments: [0, 1])
  func theLossEqualsTheSumAsPrinted(firstPart: Int) {
    let depth = depths(seed: 41)
    let fast = DepthSmoothness(includesBackground: firstPart == 0).loss(depth)
    expectClose(fast, Tensor([], [asPrinted(depth, from: firstPart)]), within: .closedForm)
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
