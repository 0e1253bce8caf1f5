import TestSupport
import Testing

@testable import Tensors

/// Compares filters that insert zeros and decimate with their definition, exactly, on integers.
@Suite("Filters")
struct FilterTests {
  @Test(arguments: [1, 2, 3], [1, 2, 3])
  func everyPaddingAndLengthMatchesTheDefinition(up: Int, down: Int) {
    for length in [1, 2, 5, 8] {
      for taps in [[2.0], [1, -3], [1, 2, -4], [1, 3, 3, 1], [5, 4, 3, -2, 1]] {
        for before in -2...3 {
          for after in -2...3 where length * up + before + after >= taps.count {
            // Cropping more than there is would leave a filter of nothing but padding.
            guard -min(before, 0) - min(after, 0) <= length * up else { continue }
            // One more column than rows, because each axis has its own ends.
            let shape = [2, length, length + 1]
            let x = Tensor(shape, (0..<shape.product).map { Double($0 * 5 % 7 - 3) })
            let found = x.filtered(taps: taps, up: up, down: down, padding: (before, after))
            let expected = plainFilter(
              Plain(x), taps: taps, up: up, down: down, before: before, after: after)
            #expect(
              found.shape == expected.shape && found.scalars == expected.values,
              "length \(length), taps \(taps), padding \(before), \(after)")
          }
        }
      }
    }
  }

  /// ⟨filter x, y⟩ = ⟨x, x̄⟩.
  @Test func gradientIsAdjoint() throws {
    var numbers = TestNumbers(seed: 31)
    for (up, down) in [(1, 1), (2, 1), (1, 2), (3, 2), (2, 4)] {
      let x = numbers.tensor([7, 8, 9]).tracked(as: "x")
      let result = x.filtered(taps: [1, 3, -2, 0.5], up: up, down: down, padding: (3, -1))
      let y = numbers.tensor(result.shape)
      let found = try gradient(of: (result * y).sum(), withRespectTo: x)
      let (left, right) = (inner([result], [y]), inner([x], [found]))
      #expect((left.sum - right.sum).magnitude <= 1e-14 * (left.magnitude + right.magnitude))
    }
  }

  /// Away from the border a constant map keeps its value; blurring keeps the sum.
  @Test func constantsAreKept() {
    let up = Tensor.ones([1, 6, 7], .float64).upsampledTwice()
    #expect(up.shape == [1, 12, 14])
    let middle = up.sliced(axis: 1, from: 1, length: 10).sliced(axis: 2, from: 1, length: 12)
    #expect(middle.scalars.allSatisfy { $0 == 1 })
    var numbers = TestNumbers(seed: 32)
    let x = numbers.tensor([2, 6, 7])
    let blurred = x.blurred(padding: 3)
    #expect(blurred.shape == [2, 9, 10])
    #expect((blurred.sum().item - x.sum().item).magnitude < 1e-12)
  }
}
