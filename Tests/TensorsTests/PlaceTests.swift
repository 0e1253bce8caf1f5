import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Tests difficult cases of sorting, searching and reading at computed indices.
@Suite("Indices and order")
struct PlaceTests {
  /// Few different values, infinities and NaNs, in rows shorter and longer than the limit of the
  /// insertion sort.
  @Test(arguments: [1, 2, 7, 63, 64, 65, 200, 1000])
  func sortingIsStableWithEqualNumbersAndNaN(length: Int) {
    var numbers = TestNumbers(seed: UInt64(length))
    let special = [0, -0.0, 1, 2, -1, .infinity, -.infinity, .nan]
    let rows = (0..<3).map { _ in
      (0..<length).map { _ in special.randomElement(using: &numbers) ?? 0 }
    }
    let (values, indices) = Tensor([3, length], rows.flatMap { $0 }).sorted()
    for row in 0..<3 {
      // An element's place is the number of elements before it.
      var expected = [Int](repeating: -1, count: length)
      for (i, x) in rows[row].enumerated() {
        let place = rows[row].enumerated().count { j, y in
          let isEqual = x == y || (x.isNaN && y.isNaN)
          return y < x || (x.isNaN && !y.isNaN) || (isEqual && j < i)
        }
        expected[place] = i
      }
      let found = Array(indices.scalars[row * length..<(row + 1) * length])
      #expect(found == expected.map(Double.init))
      for (value, place) in zip(values.scalars[row * length..<(row + 1) * length], expected) {
        #expect(value == rows[row][place] || (value.isNaN && rows[row][place].isNaN))
      }
    }
  }

  @Test(arguments: [false, true])
  func searchingCountsElements(right: Bool) {
    var numbers = TestNumbers(seed: 41)
    for length in [0, 1, 2, 17, 100] {
      let row = (0..<length).map { _ in Double(Int.random(in: 0...9, using: &numbers)) }.sorted()
      let wanted = [-.infinity, -1, 0, 0.5, 3, 4.5, 9, 10, .infinity]
      let found = Tensor([length], row).searchSorted(Tensor([9], wanted), right: right)
      #expect(
        found.scalars
          == wanted.map { value in Double(row.count { $0 < value || (right && $0 == value) }) })
    }
  }

  /// A weight of exactly 0 skips its row, whatever the row holds.
  @Test(arguments: [2, 13, 109])
  func rowsOfWeightZeroAreNotRead(columns: Int) {
    func rows(_ values: [Double]) -> Tensor {
      .stacked(values.map { Tensor(repeating: $0, [columns], .float64) })
    }
    let links = RowLinks(Tensor([2, 3], [0, 1, 2, 1, 1, 2] as [Int32]), sourceRows: 3)
    let weights = Tensor([6, 1], [2.0, 0, 1, 0, 0, -1])
    let sums = rows([1, .nan, 5]).weightedRows(links, weights)
    #expect(sums[0].scalars.allSatisfy { $0 == 7 })
    #expect(sums[1].scalars.allSatisfy { $0 == -5 })
    let back = rows([.nan, 3]).spreadRows(links, Tensor([6, 1], [0.0, 0, 0, 1, 2, -1]))
    #expect(back[0].scalars.allSatisfy { $0 == 0 })
    #expect(back[1].scalars.allSatisfy { $0 == 9 })
    #expect(back[2].scalars.allSatisfy { $0 == -3 })
  }

  /// Many results read one row; the gradient of that row is their sum, in order.
  @Test func duplicatesAddUp() throws {
    let table = Tensor([2, 1], [1.0, 1]).tracked(as: "table")
    let links = RowLinks(
      Tensor([20_000, 2], (0..<40_000).map { Int32($0 % 8 == 7 ? 1 : 0) }), sourceRows: 2)
    let sums = table.weightedRows(links, .ones([40_000, 1], .float64))
    let found = try gradient(of: sums.sum(), withRespectTo: table)
    #expect(found.scalars == [35_000, 5000])
    let places = Tensor([1, 40_000], (0..<40_000).map { Int32($0 % 3) })
    let added = Tensor.ones([1, 40_000], .float32).scatterAdded(axis: 1, at: places, length: 4)
    #expect(added.scalars == [13_334, 13_333, 13_333, 0])
  }

  /// In single precision the last place of a very long axis, 2²⁴ + 3, is rounded up to 2²⁴ + 4,
  /// beyond the axis.
  @Test func theLastCornerIsOnTheAxis() {
    let length = 1 << 24 | 4
    #expect(Int(Float(length - 1)) == length)
    let places = Tensor([1, 2, 1], [Double(length), Double(length - 1)]).cast(to: .float32)
    let corners = GridCorners(places, lengths: [length])
    #expect(corners.links.sources.integers.allSatisfy { $0 < length })
  }

  /// Without sources, and so without links, weights still have their fan-out.
  @Test func weightsWithoutSourcesHaveAFanOut() throws {
    let weights = Tensor.zeros([0, 3], .float64).tracked(as: "weights")
    let links = RowLinks(Tensor([4, 0], [] as [Int32]), sourceRows: 0)
    let sums = Tensor.zeros([0, 5], .float64).weightedRows(links, weights)
    #expect(try gradient(of: sums.sum(), withRespectTo: weights).shape == [0, 3])
  }

  /// In a batch of grids, every batch element reads its own grid, and corners match their weights.
  @Test func batchedCornersReadTheirOwnGrid() {
    var numbers = TestNumbers(seed: 42)
    let grids = numbers.tensor([3, 4, 5, 6, 2])
    let points = numbers.tensor([3, 7, 3], in: -1...6)
    let corners = GridCorners(points, lengths: [4, 5, 6])
    let found = grids.reshaped([-1, 2])
      .weightedRows(corners.links, corners.weights.reshaped([-1, 1])).reshaped([3, 7, 2])
    for batch in 0..<3 {
      let alone = grids[batch].permuted(axes: [3, 0, 1, 2]).sampled(at: points[batch])
      expectClose(found[batch], alone, within: .closedForm)
    }
    #expect(corners.weights.sum(axes: [1]).scalars.allSatisfy { ($0 - 1).magnitude < 1e-15 })
  }

  /// Compares weights from one pass over the points with the product over axes that gives points a
  /// gradient.
  @Test(arguments: ScalarType.allCases.filter(\.isFloatingPoint))
  func cornerWeightsAreThoseWithAGradient(type: ScalarType) {
    var numbers = TestNumbers(seed: 44)
    let points = numbers.tensor([2, 5000, 3], in: -1...6).cast(to: type)
    let lengths = [4, 5, 6]
    #expect(
      GridCorners(points, lengths: lengths).weights.scalars
        == GridCorners.recordedWeights(of: points, lengths).scalars)
  }

  /// Rays sum their samples by groups of rows first; the result equals the sum over the samples.
  @Test func raysVisitEveryGroupOnce() {
    var numbers = TestNumbers(seed: 45)
    // Two rays of four samples, three links each; rows in groups of five.
    let rows = numbers.integers([8, 3], in: 0..<20)
    let links = RowLinks(rows, sourceRows: 20, sourcesPerGroup: 5)
    let weights = numbers.tensor([24, 1])
    let table = numbers.tensor([20, 2])
    let (toPairs, toRays) = links.byRay(targetsPerRay: 4)
    let bracket = table.weightedRows(toPairs, weights)
    let ones = Tensor.ones([toRays.sourceRows, 1], .float64)
    // With a table of ones, a ray's sum over its pairs is the sum of its brackets.
    for column in 0..<2 {
      let sums = ones.weightedRows(toRays, bracket.sliced(axis: 1, from: column, length: 1))
      let expected = table.sliced(axis: 1, from: column, length: 1).weightedRows(links, weights)
        .reshaped([2, 4]).sum(axes: [1])
      expectClose(sums.flattened(), expected, within: .closedForm)
    }
    for ray in 0..<2 {
      let met = zip(toRays.targets.integers, toRays.sources.integers)
        .filter { $0.0 == Int32(ray) }.map(\.1)
      let wanted = Set(rows.integers[ray * 12..<(ray + 1) * 12].map { $0 / 5 })
      #expect(Set(met) == wanted && met.count == wanted.count)
    }
  }

  /// There are more groups of sources than links that one thread counts at a time, and more links
  /// than groups.
  @Test func manySourcesKeepTheirLinksInOrder() {
    let (sources, targets) = (150_000, 400_000)
    let rows = Tensor([targets, 1], (0..<targets).map { Int32($0 * 7 % sources) })
    let order = RowLinks(rows, sourceRows: sources).bySource.groups
    let links = order.order ?? []
    #expect(order.starts.count == sources + 1 && links.count == targets)
    for group in stride(from: 0, to: sources, by: 997) {
      let own = links[Int(order.starts[group])..<Int(order.starts[group + 1])]
      #expect(own.allSatisfy { Int($0) * 7 % sources == group })
      #expect(zip(own, own.dropFirst()).allSatisfy { $0 < $1 })
    }
    #expect(Set(links).count == targets)
  }

  /// Outside the grid, points read the border's value with gradient zero; a NaN coordinate gives
  /// NaN.
  @Test func pointsOutsideReadTheBorder() throws {
    let grid = Tensor([1, 2, 3], [1.0, 2, 3, 4, 5, 6])
    let points = Tensor([4, 2], [-7.0, 0, 9, 9, 2, 1, 0.5, -3]).tracked(as: "points")
    let values = grid.sampled(at: points)
    #expect(values.scalars == [1, 6, 6, 1.5])
    let gradients = try gradient(of: values.sum(), withRespectTo: points)
    #expect(gradients.scalars == [0, 3, 0, 0, 0, 0, 1, 0])
    let missing = grid.sampled(at: Tensor([1, 2], [.nan, 1]))
    #expect(missing.item.isNaN)
  }

  @Test func repeatedIndicesAreGatheredAlongAnyAxis() {
    var numbers = TestNumbers(seed: 43)
    let x = numbers.tensor([3, 4, 5])
    for axis in 0..<3 {
      var shape = x.shape
      shape[axis] = 6
      let index = numbers.integers(shape, in: 0..<x.shape[axis])
      let (plain, places) = (Plain(x), Plain(index))
      let expected = Plain(shape) { i in
        var from = i
        from[axis] = Int(places[i])
        return plain[from]
      }
      expectClose(x.gathered(axis: axis, at: index), expected.tensor, within: .exact)
    }
  }
}
