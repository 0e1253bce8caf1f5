import TestSupport

@testable import Tensors

// Reading and adding at computed indices, and operations that depend on order.

/// Returns integers below a bound, with repeats; the same for the same shape.
@Sendable private func places(_ shape: [Int], below bound: Int) -> Tensor {
  var numbers = TestNumbers(seed: UInt64(shape.reduce(bound, +)))
  return numbers.integers(shape, in: 0..<Swift.max(1, bound))
}

@Sendable private func scattered(_ x: Plain, _ index: Plain, length: Int) -> Plain {
  var result = Plain([x.shape[0], length, x.shape[2]]) { _ in 0 }
  _ = Plain(x.shape) { i in
    result[[i[0], Int(index[i]), i[2]]] += x[i]
    return 0
  }
  return result
}

let gatheringCases: [OperationCase] = [
  OperationCase(
    "gathered", records: ["gathered", "scatterAdded"], covers: ["gathered"], [.range(-2, 2)],
    [[[2, 5, 3]], [[1, 1, 1]], [[0, 5, 3]], [[2, 5, 0]]], large: [[41, 29, 67]],
    { x in
      let shape = x[0].shape
      return x[0].gathered(axis: 1, at: places([shape[0], 7, shape[2]], below: shape[1]))
    },
    twin: { p in
      let x = p[0]
      let index = Plain(places([x.shape[0], 7, x.shape[2]], below: x.shape[1]))
      return Plain(index.shape) { x[[$0[0], Int(index[$0]), $0[2]]] }
    }),
  OperationCase(
    "scatterAdded", records: ["scatterAdded", "gathered"], covers: ["scatterAdded"],
    [.range(-2, 2)], [[[2, 7, 3]], [[1, 1, 1]], [[0, 5, 3]], [[2, 0, 3]]], large: [[41, 29, 67]],
    { $0[0].scatterAdded(axis: 1, at: places($0[0].shape, below: 5), length: 5) },
    twin: { scattered($0[0], Plain(places($0[0].shape, below: 5)), length: 5) }),
  OperationCase(
    "sorted", records: ["gathered", "sortingIndices"], covers: ["sorted"], [.distinct(phase: 0)],
    [[[2, 3, 7]], [[1]], [[1, 70]], [[2, 0]], [[0, 3]]], large: [[151, 211]],
    { $0[0].sorted().values },
    twin: { p in p[0].alongRows(p[0].shape.count - 1) { $0.sorted() } }),
]

// Tables and weights. With a fan-out of K, a table of 6 sources has 6 · K rows.
private let tableShapes: [[[Int]]] = [
  [[6, 5], [4, 3, 1]], [[1, 1], [1, 1, 1]], [[6, 5], [0, 3, 1]], [[6, 0], [4, 3, 1]],
  [[6, 5], [4, 0, 1]], [[12, 5], [4, 3, 2]], [[18, 37], [2, 5, 3]],
  // Every width for which the kernels have a loop: 64 + 32 + 8 + 8 + 4 + 1 columns.
  [[15, 117], [4, 3, 5]],
  // Rows of 8 to 16 numbers have their own loops: both limits, and the widths just outside them.
  [[6, 7], [4, 3, 1]], [[6, 8], [4, 3, 1]], [[6, 16], [4, 3, 1]], [[6, 17], [4, 3, 1]],
  // Without sources there is still a fan-out.
  [[0, 5], [4, 0, 3]],
]
private let targetShapes: [[[Int]]] = tableShapes.map { [[$0[1][0], $0[0][1]], $0[1]] }

/// Returns J links from random sources to each of P targets; the same for the same arguments.
@Sendable private func links(_ p: Int, _ j: Int, _ sources: Int) -> RowLinks {
  RowLinks(places([p, j], below: sources), sourceRows: sources)
}

/// Returns Σ_j Σ_k weights[p, j, k] · table[source(p, j) · K + k], as in the equation.
@Sendable private func weighted(_ table: Plain, _ weights: Plain) -> Plain {
  let (count, perTarget, fan) = (weights.shape[0], weights.shape[1], weights.shape[2])
  let sources = Plain(places([count, perTarget], below: table.shape[0] / fan))
  return Plain([count, table.shape[1]]) { i in
    (0..<perTarget * fan).reduce(0) {
      let (j, k) = ($1 / fan, $1 % fan)
      let row = Int(sources[[i[0], j]]) * fan + k
      return $0 + weights[[i[0], j, k]] * table[[row, i[1]]]
    }
  }
}

let rowCases: [OperationCase] = [
  OperationCase(
    "weightedRows", records: ["weightedRows", "spreadRows", "rowProducts"],
    covers: ["weightedRows"], [.range(-2, 2), .range(0.2, 1)], tableShapes,
    large: [[3 * 511, 37], [4099, 4, 3]],
    { x in
      let (p, j, k) = (x[1].shape[0], x[1].shape[1], x[1].shape[2])
      return x[0].weightedRows(links(p, j, x[0].shape[0] / k), x[1].reshaped([p * j, k]))
    },
    twin: { weighted($0[0], $0[1]) }),
  OperationCase(
    "spreadRows", records: ["spreadRows", "weightedRows", "rowProducts"], covers: [],
    [.range(-2, 2), .range(0.2, 1)], targetShapes, large: [[4099, 37], [4099, 4, 3]],
    { x in
      let (p, j, k) = (x[1].shape[0], x[1].shape[1], x[1].shape[2])
      return x[0].spreadRows(links(p, j, 3 + p), x[1].reshaped([p * j, k]))
    },
    twin: { p in
      let (count, perTarget, fan) = (p[1].shape[0], p[1].shape[1], p[1].shape[2])
      let sources = Plain(places([count, perTarget], below: 3 + count))
      var result = Plain([(3 + count) * fan, p[0].shape[1]]) { _ in 0 }
      _ = Plain(p[1].shape + [p[0].shape[1]]) { i in
        let row = Int(sources[[i[0], i[1]]]) * fan + i[2]
        result[[row, i[3]]] += p[1][[i[0], i[1], i[2]]] * p[0][[i[0], i[3]]]
        return 0
      }
      return result
    }),
  productCase(
    fan: 1, [[[6, 5], [4, 5]], [[1, 1], [1, 1]], [[6, 5], [0, 5]], [[6, 0], [4, 0]]]),
  // Three links times four rows are processed at a time; both counts leave a remainder.
  productCase(
    fan: 9,
    [[[18, 37], [3, 37]], [[9, 1], [1, 1]], [[54, 5], [0, 5]], [[18, 3], [4, 3]]]),
  sampling("sampled, two axes", grid: [3, 4, 5], points: 7),
  sampling("sampled, three axes", grid: [2, 3, 4, 5], points: 6),
]

private func productCase(fan: Int, _ shapes: [[[Int]]]) -> OperationCase {
  OperationCase(
    "rowProducts, fan-out \(fan)", records: ["rowProducts", "spreadRows", "weightedRows"],
    covers: [], [.range(-2, 2), .range(-2, 2)], shapes, large: [[511 * fan, 37], [4099, 37]],
    { $0[0].rowProducts(links($0[1].shape[0], 3, $0[0].shape[0] / fan), $0[1], fan: fan) },
    twin: { p in
      let sources = Plain(places([p[1].shape[0], 3], below: p[0].shape[0] / fan))
      return Plain([sources.shape[0] * 3, fan]) { i in
        let (target, j) = (i[0] / 3, i[0] % 3)
        let row = Int(sources[[target, j]]) * fan + i[1]
        return (0..<p[0].shape[1]).reduce(0) { $0 + p[0][[row, $1]] * p[1][[target, $1]] }
      }
    })
}

/// Returns a row whose twin sums over all grid points, weighted by max(0, 1 − distance) along each
/// axis.
private func sampling(_ name: String, grid: [Int], points: Int) -> OperationCase {
  let axes = grid.count - 1
  let one = [1] + [Int](repeating: 1, count: axes)
  return OperationCase(
    name, records: ["weightedRows"], covers: ["sampled"],
    [.range(-2, 2), .away([-1, 0, 1, 2, 3, 4, 5], -0.9, 4.6)],
    [
      [grid, [points, axes]], [one, [1, axes]], [grid, [0, axes]],
      [[0] + grid.dropFirst(), [2, axes]],
    ], large: [grid, [9001, axes]],
    { $0[0].sampled(at: $0[1]) },
    twin: { p in
      let lengths = Array(p[0].shape.dropFirst())
      return Plain([p[1].shape[0], p[0].shape[0]]) { i in
        Plain(lengths) { cell in
          (0..<axes).reduce(p[0][[i[1]] + cell]) { value, axis in
            let end = Double(lengths[axis] - 1)
            let place = Swift.min(Swift.max(p[1][[i[0], axes - 1 - axis]], 0), end)
            return value * Swift.max(0, 1 - (place - Double(cell[axis])).magnitude)
          }
        }.values.reduce(0, +)
      }
    })
}

private func order(
  _ name: String, covers: [String], _ draws: [Draw], _ shapes: [[[Int]]], large: [[Int]]? = nil,
  _ operation: @escaping @Sendable ([Tensor]) -> Tensor,
  _ twin: @escaping @Sendable ([Plain]) -> Plain
) -> OperationCase {
  OperationCase(
    name, records: covers, covers: covers, kind: .piecewiseConstant, draws, shapes, large: large,
    operation, twin: twin)
}

let orderCases: [OperationCase] =
  [
    order(
      "argmax", covers: ["argmax"], [.distinct(phase: 0)],
      [[[2, 5, 3]], [[1, 1, 1]], [[0, 5, 3]]],
      { $0[0].argmax(axis: 1) },
      { p in
        p[0].reduced([1]) { row in
          Double(row.firstIndex(of: row.max() ?? 0) ?? -1)
        }
      }),
    order(
      "sortingIndices", covers: ["sortingIndices"], [.distinct(phase: 0)],
      [[[3, 7]], [[1]], [[2, 70]], [[2, 0]]], large: [[151, 211]], { $0[0].sorted().indices },
      { p in
        p[0].alongRows(p[0].shape.count - 1) { row in
          row.map { value in Double(row.count { $0 < value }) }.enumerated()
            .sorted { $0.element < $1.element }.map { Double($0.offset) }
        }
      }),
  ]
  + [false, true].map { right in
    order(
      "searchSorted\(right ? " from the right" : "")", covers: ["searchSorted"],
      [.away([-2, -1, 0, 1, 2], -2, 2), .away([-2, -1, 0, 1, 2], -2, 2)],
      [
        [[3, 6], [3, 9]], [[1], [1]], [[3, 0], [3, 2]], [[0, 6], [0, 9]], [[3, 6], [3, 0]],
      ],
      // Integer parts, so that some values are equal to elements.
      { $0[0].floor().sorted().values.searchSorted($0[1].floor(), right: right) },
      { p in
        let count = p[0].shape[p[0].shape.count - 1]
        return Plain(p[1].shape) { i in
          let value = p[1][i].rounded(.down)
          return Double(
            (0..<count).count { j in
              let element = p[0][i.dropLast() + [j]].rounded(.down)
              return element < value || (right && element == value)
            })
        }
      })
  }
