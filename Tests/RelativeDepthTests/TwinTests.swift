import RelativeDepth
import TestSupport
import Tensors
import Testing

/// The same by plain loops over images, parts and pixels.
@Suite("§3.2: slow twin")
struct TwinTests {
  /// B = 3, K = 13, H = 5, W = 4.
  @Test(arguments: DepthMode.allCases)
  func bothDirectionsEqualPlainLoops(mode: DepthMode) {
    var numbers = TestNumbers(seed: 51)
    let depth = numbers.tensor([3, 13, 5, 4], in: -3...20)
    let module = RelativeDepth(mode)
    expectClose(
      module.absoluteDepth(of: depth), byLoops(depth, mode) { $0 + $1 }, within: .exact)
    expectClose(
      module.relativeDepth(of: depth), byLoops(depth, mode) { $0 - $1 }, within: .exact)
  }

  private func byLoops(
    _ depth: Tensor, _ mode: DepthMode, _ combined: (_ own: Double, _ face: Double) -> Double
  ) -> Tensor {
    let d = depth.scalars
    let (images, parts, pixels) = (depth.shape[0], depth.shape[1], depth.shape[2] * depth.shape[3])
    var result: [Double] = []
    for image in 0..<images {
      for part in 0..<parts {
        for pixel in 0..<pixels {
          let own = d[(image * parts + part) * pixels + pixel]
          let face = d[(image * parts + 1) * pixels + pixel]
          result.append(mode == .relative && part >= 2 ? combined(own, face) : own)
        }
      }
    }
    return Tensor(depth.shape, result)
  }
}
