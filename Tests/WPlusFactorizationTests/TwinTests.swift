import TestSupport
import Tensors
import Testing
import WPlusFactorization

/// The same by plain loops over numbers.
@Suite("Eq. 1: slow twin")
struct TwinTests {
  let factorization = WPlusFactorization(
    parts: 13, baseLayers: 1, shapeLayers: 4, textureLayers: 4)

  @Test func expansionEqualsPlainLoops() {
    var numbers = TestNumbers(seed: 51)
    let wplus = numbers.tensor([3, 27, 6])
    let slow = expandedByLoops(wplus.scalars, batch: 3, width: 6)
    let expected = Tensor([3, 13 * 9, 6], slow)
    expectClose(factorization.expanded(wplus), expected, within: .exact)
  }

  /// Goes through images, parts and layers and looks up which row of W⁺ drives each.
  private func expandedByLoops(_ wplus: [Double], batch: Int, width: Int) -> [Double] {
    var result: [Double] = []
    for image in 0..<batch {
      for part in 0..<13 {
        for layer in 0..<9 {
          let shape = 1 + 2 * part
          let row = layer == 0 ? (part == 0 ? shape : 0) : (layer <= 4 ? shape : shape + 1)
          let start = (image * 27 + row) * width
          result += wplus[start..<start + width]
        }
      }
    }
    return result
  }
}
