import TestSupport
import Testing

@testable import Tensors

/// Tests reductions over any axes on every code path, and their rounding errors.
@Suite("Reductions")
struct ReductionTests {
  private static let subsets = (0..<16).map { bits in (0..<4).filter { bits >> $0 & 1 == 1 } }

  @Test(arguments: subsets)
  func everySubsetOfAxesMatchesTheLoops(axes: [Int]) {
    var numbers = TestNumbers(seed: 3)
    let dense = numbers.tensor([3, 4, 5, 6])
    for x in [
      dense, dense.permuted(axes: [2, 0, 3, 1]), dense.reversed(axis: 1).swapped(axes: 0, 2),
    ] {
      let plain = Plain(x)
      for keeping in [false, true] {
        func expect(_ found: Tensor, _ name: String, _ fold: ([Double]) -> Double) {
          let expected = plain.reduced(axes, keeping: keeping, fold).tensor
          expectClose(found, expected, within: .closedForm, "\(name) over \(axes) of \(x.shape)")
        }
        expect(x.sum(axes: axes, keepingAxes: keeping), "sum") { $0.reduce(0, +) }
        expect(x.mean(axes: axes, keepingAxes: keeping), "mean") {
          $0.reduce(0, +) / Double($0.count)
        }
        expect(x.maximum(axes: axes, keepingAxes: keeping), "maximum") { $0.max() ?? 0 }
        expect(x.minimum(axes: axes, keepingAxes: keeping), "minimum") { $0.min() ?? 0 }
      }
    }
  }

  /// Integers, so that every sum is exact and code paths must agree: long rows in pieces, many
  /// short rows, wide columns, long columns in groups, and both.
  @Test(
    arguments: [
      ([2, 70_001], 1), ([3, 100], 1), ([40_001, 3], 1), ([5, 2501], 0), ([5003, 3], 0),
      ([2, 1501, 1100], 1), ([3, 1024, 5], 1), ([2, 1025, 1], 1), ([1, 1], 0), ([7, 8, 1025], 1),
      ([2, 9, 3], 1), ([2, 1500, 7], 1),
    ], [ScalarType.float32, .float64])
  func everyPathAddsEveryElementOnce(place: ([Int], Int), type: ScalarType) {
    let (shape, axis) = place
    let count = shape.reduce(1, *)
    let values = (0..<count).map { Double($0 * 7 % 13 - 6) }
    let inner = shape[(axis + 1)...].reduce(1, *)
    var expected = [Double](repeating: 0, count: count / shape[axis])
    for i in 0..<count { expected[i / (inner * shape[axis]) * inner + i % inner] += values[i] }
    #expect(Tensor(shape, values).cast(to: type).sum(axes: [axis]).scalars == expected)
  }

  /// Sequences of single-precision numbers that are hard to sum.
  enum Order: String, CaseIterable, Sendable {
    /// Tiny terms are lost if they are added to 1 one at a time.
    case oneThenTiny, oneAmongTiny
    /// Every addition rounds to the same side.
    case constant
    case harmonic, harmonicReversed
    /// Large terms that cancel, with small ones between them.
    case cancelling
    case random

    func terms(_ count: Int) -> [Float] {
      var numbers = TestNumbers(seed: UInt64(count))
      return (0..<count).map { i in
        switch self {
        case .oneThenTiny: i == 0 ? 1 : 5.9e-8
        case .oneAmongTiny: i == count / 2 ? 1 : (i % 16 == count / 2 % 16 ? 5.9e-8 : 3.7e-9)
        case .constant: 0.1
        case .harmonic: 1 / Float(i + 1)
        case .harmonicReversed: 1 / Float(count - i)
        case .cancelling: i % 3 == 0 ? 1e4 : (i % 3 == 1 ? -1e4 : 1e-3)
        case .random: Float(2 * numbers.unit() - 1)
        }
      }
    }
  }

  /// error ≤ 1e-6 · Σ|terms| from 64 to a million terms, as rows and as columns.
  @Test(arguments: Order.allCases, [64, 1000, 4097, 65_536, 1_000_000])
  func singlePrecisionIsWithin1e6OfTheSumOfMagnitudes(order: Order, count: Int) {
    let terms = order.terms(count)
    let exact = terms.reduce(0) { $0 + Double($1) }
    let bound = 1e-6 * terms.reduce(0) { $0 + Double($1.magnitude) }
    let row = Tensor([count], terms)
    #expect((row.sum().item - exact).magnitude <= bound)
    let columns = Tensor.stacked([row, row * 0, row], axis: 1)
    let sums = columns.sum(axes: [0]).scalars
    #expect((sums[0] - exact).magnitude <= bound)
    #expect(sums[1] == 0 && sums[2] == sums[0])
    let running = row.cumulativeSum().scalars
    #expect((running[count - 1] - exact).magnitude <= bound)
  }

  @Test func longRunsAreSplitWithoutRemainder() {
    // Only strides, without memory: equal pieces would leave a last piece of negative length.
    let length = (1 << 28) + 16_385
    var total = 0
    Parallel.withThreads(1) {
      BroadcastWalk([length], [[1]]).forEachBlock { block in
        total += block.rows * block.count
        if block.count <= 0 || block.start + block.count > length { total = .min / 2 }
      }
    }
    #expect(total == length)
  }
}
