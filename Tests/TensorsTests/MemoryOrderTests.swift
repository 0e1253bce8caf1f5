import TestSupport
import Testing

@testable import Tensors

/// Permuted tensors keep their memory order, without an effect on their values.
@Suite("Order in memory")
struct MemoryOrderTests {
  private static let orders = [[0, 2, 3, 1], [3, 2, 1, 0], [1, 0, 3, 2], [0, 1, 3, 2]]

  /// Returns a tensor `[2, 3, 4, 5]` in some memory order, and the same numbers in row-major order.
  private func pair(_ order: [Int]) -> (permuted: Tensor, plain: Tensor) {
    var numbers = TestNumbers(seed: 51)
    let shape = [2, 3, 4, 5]
    var inverse = [Int](repeating: 0, count: 4)
    for (position, axis) in order.enumerated() { inverse[axis] = position }
    let permuted = numbers.tensor(order.map { shape[$0] }).permuted(axes: inverse)
    return (permuted, permuted.contiguousValues())
  }

  @Test(arguments: orders)
  func elementwiseOperationsKeepTheOrder(order: [Int]) {
    let (x, plain) = pair(order)
    #expect(x.memoryOrder == order)
    #expect(x.exponential().memoryOrder == order)
    #expect(x.exponential().scalars == plain.exponential().scalars)
    let bias = Tensor([3, 1, 1], [1.0, 2, 3])
    for (found, expected) in [
      (x - bias, plain - bias), (bias / x, bias / plain), (x * x, plain * plain),
    ] {
      #expect(found.memoryOrder == order)
      #expect(found.scalars == expected.scalars)
    }
    // If two orders meet, the first one is kept.
    #expect((x + plain).scalars == (plain + plain).scalars)
    #expect((plain + x).scalars == (plain + plain).scalars)
  }

  @Test(arguments: orders)
  func sumsDoNotDependOnTheOrder(order: [Int]) {
    let (x, plain) = pair(order)
    for axes in [[0], [1], [0, 3], [1, 2], [0, 1, 2, 3], [3]] {
      expectClose(x.sum(axes: axes), plain.sum(axes: axes), within: .closedForm)
    }
  }

  /// Axes that lie evenly in memory are split and merged in place; others are copied.
  @Test func shapesAreChangedInPlaceWhereTheyCanBe() {
    let (x, plain) = pair([0, 2, 3, 1])
    for target in [[2, 3, 20], [2, 3, 2, 2, 5], [2, 3, 2, 10], [1, 2, 3, 1, 20]] {
      let changed = x.reshaped(target)
      #expect(changed.storage === x.storage)
      #expect(changed.scalars == plain.scalars)
    }
    for target in [[6, 20], [120], [2, 60], [2, 12, 5]] {
      let changed = x.reshaped(target)
      #expect(changed.storage !== x.storage)
      #expect(changed.scalars == plain.scalars)
    }
  }

  /// Tensors with gaps or repeated elements have no memory order.
  @Test func viewsWithGapsHaveNoMemoryOrder() {
    let (x, plain) = pair([0, 2, 3, 1])
    let gaps = x.sliced(axis: 1, from: 0, length: 2)
    #expect(gaps.memoryOrder == nil)
    #expect(
      (gaps * 2).scalars
        == plain.sliced(axis: 1, from: 0, length: 2).scaled(by: 2, adding: 0).scalars)
    #expect(Tensor([1, 3], [1.0, 2, 3]).broadcast(to: [2, 3]).transposed().memoryOrder == nil)
  }

  /// A caller's own loop gets row-major elements, whatever the order of its inputs.
  @Test func loopsSeeRowMajorElements() {
    let (x, plain) = pair([3, 2, 1, 0])
    let made = Tensor.looped(Double.self, over: [x, plain], results: 2) { from, to, range in
      for i in range {
        to[0][i] = from[0][i] - from[1][i]
        to[1][i] = 2 * from[0][i]
      }
    }
    #expect(made[0].scalars.allSatisfy { $0 == 0 })
    #expect(made[1].scalars == (plain * 2).scalars)
  }
}
