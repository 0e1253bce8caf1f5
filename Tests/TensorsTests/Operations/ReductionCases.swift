import Foundation

@testable import Tensors

// Operations along axes: sums, means, extrema, softmax, running sums and products.

private func total(_ terms: [Double]) -> Double { terms.reduce(0, +) }

private func reduction(
  _ name: String, records: [String], covers: [String], _ draw: Draw, axes: [Int],
  withoutEmpty: String? = nil, _ operation: @escaping @Sendable (Tensor) -> Tensor,
  keeping: Bool = false, _ fold: @escaping @Sendable ([Double]) -> Double
) -> OperationCase {
  // All reductions accept an empty axis that is not reduced; only sums accept an empty reduced
  // axis.
  let shapes: [[[Int]]] =
    [[[2, 3, 4, 5]], [[1, 1, 1, 1]], [[0, 3, 4, 5]]]
    + (withoutEmpty == nil ? [[[2, 0, 4, 5]]] : [])
  return OperationCase(
    name, records: records, covers: covers, [draw], shapes, large: [[7, 3, 41, 113]],
    { operation($0[0]) }, twin: { $0[0].reduced(axes, keeping: keeping, fold) })
}

let reductionCases: [OperationCase] = [
  reduction(
    "sum over all", records: ["sum"], covers: ["sum"], .range(-0.1, 0.1), axes: [0, 1, 2, 3],
    { $0.sum() }, { total($0) }),
  reduction(
    "sum over 1 and 3", records: ["sum"], covers: ["sum"], .range(-2, 2), axes: [1, 3],
    { $0.sum(axes: [-1, 1]) }, { total($0) }),
  reduction(
    "sum over 1 and 2, kept", records: ["sum"], covers: ["sum"], .range(-2, 2), axes: [1, 2],
    { $0.sum(axes: [1, 2], keepingAxes: true) }, keeping: true, { total($0) }),
  reduction(
    "mean", records: ["sum", "divide"], covers: ["mean"], .range(-2, 2), axes: [1, 2],
    withoutEmpty: "0/0", { $0.mean(axes: [1, 2]) }, { total($0) / Double($0.count) }),
  reduction(
    "maximum over 1 and 3", records: ["maximum"], covers: ["maximum"], .distinct(phase: 0),
    axes: [1, 3], withoutEmpty: "an empty axis has no largest element",
    { $0.maximum(axes: [1, 3]) },
    { $0.reduce(-Double.infinity) { $1 > $0 ? $1 : $0 } }),
  reduction(
    "minimum over 2, kept", records: ["maximum"], covers: ["minimum"], .distinct(phase: 0),
    axes: [2], withoutEmpty: "an empty axis has no smallest element",
    { $0.minimum(axes: [2], keepingAxes: true) }, keeping: true,
    { $0.reduce(Double.infinity) { $1 < $0 ? $1 : $0 } }),
  reduction(
    "logSumExp", records: [], covers: ["logSumExp"], .range(-3, 3), axes: [1],
    withoutEmpty: "its largest element is subtracted", { $0.logSumExp(axis: 1) },
    { log(total($0.map { exp($0) })) }),
  reduction(
    "logSumExp, kept", records: [], covers: ["logSumExp"], .range(-3, 3), axes: [3],
    withoutEmpty: "its largest element is subtracted", { $0.logSumExp(keepingAxis: true) },
    keeping: true, { log(total($0.map { exp($0) })) }),
  along("softmax", records: ["softmax"], covers: ["softmax"], axis: 2, { $0.softmax() }, softmax),
  along(
    "softmax over 1", records: ["softmax"], covers: ["softmax"], axis: 1, { $0.softmax(axis: 1) },
    softmax
  ),
]

@Sendable private func softmax(_ row: [Double]) -> [Double] {
  let sum = total(row.map { exp($0) })
  return row.map { exp($0) / sum }
}

private func along(
  _ name: String, records: [String], covers: [String], axis: Int, draw: Draw = .range(-2, 2),
  _ operation: @escaping @Sendable (Tensor) -> Tensor,
  _ row: @escaping @Sendable ([Double]) -> [Double]
) -> OperationCase {
  OperationCase(
    name, records: records, covers: covers, [draw],
    [[[2, 3, 5]], [[1, 1, 1]], [[2, 0, 5]], [[2, 3, 0]]], large: [[7, 83, 129]],
    { operation($0[0]) }, twin: { $0[0].alongRows(axis, row) })
}

/// Returns running sums or products by folding the elements up to each one.
@Sendable private func running(
  _ row: [Double], exclusive: Bool, fromEnd: Bool, start: Double, _ f: (Double, Double) -> Double
) -> [Double] {
  row.indices.map { i in
    let reach = fromEnd ? Array(row[i...].reversed()) : Array(row[...i])
    return (exclusive ? Array(reach.dropLast()) : reach).reduce(start, f)
  }
}

let cumulativeCases: [OperationCase] =
  [(false, false), (true, false), (false, true), (true, true)].map { exclusive, fromEnd in
    along(
      "cumulativeSum\(exclusive ? ", exclusive" : "")\(fromEnd ? ", from the end" : "")",
      records: ["cumulativeSum"], covers: ["cumulativeSum"], axis: 1,
      { $0.cumulativeSum(axis: 1, exclusive: exclusive, fromEnd: fromEnd) },
      { running($0, exclusive: exclusive, fromEnd: fromEnd, start: 0, +) })
  } + [
    along(
      "cumulativeProduct", records: [], covers: ["cumulativeProduct"], axis: 1,
      draw: .range(-1.2, 1.2),
      { $0.cumulativeProduct(axis: 1) },
      { running($0, exclusive: false, fromEnd: false, start: 1, *) }),
    along(
      "cumulativeProduct, exclusive", records: [], covers: ["cumulativeProduct"], axis: 2,
      draw: .range(-1.2, 1.2),
      { $0.cumulativeProduct(exclusive: true) },
      { running($0, exclusive: true, fromEnd: false, start: 1, *) }),
  ]
