import Foundation
@testable import Tensors

// Elementwise functions, and sums and products that broadcast.

private let unaryShapes: [[[Int]]] = [[[2, 3, 5]], [[1]], [[]], [[2, 0, 3]]]
private let large: [[Int]] = [[3, 23_011]]

private let binaryShapes: [[[Int]]] = [
  [[2, 3, 5], [2, 3, 5]], [[2, 3, 5], [3, 1]], [[4, 1], [3, 1, 5]], [[], [3, 2]], [[1], [1, 1]],
  [[2, 0, 3], [1, 1, 3]], [[0], [1]],
]
private let largePair: [[Int]] = [[3, 1, 23_011], [3, 1]]

private func unary(
  _ name: String, _ draw: Draw, _ operation: @escaping @Sendable (Tensor) -> Tensor,
  _ twin: @escaping @Sendable (Double) -> Double
) -> OperationCase {
  OperationCase(
    name, records: [name], covers: [name], [draw], unaryShapes, large: large,
    { operation($0[0]) }, twin: { $0[0].map(twin) })
}

private func binary(
  _ name: String, _ sign: String, _ draw: Draw,
  _ operation: @escaping @Sendable (Tensor, Tensor) -> Tensor,
  _ twin: @escaping @Sendable (Double, Double) -> Double
) -> OperationCase {
  OperationCase(
    name, records: [name], covers: [sign], [draw, draw], binaryShapes, large: largePair,
    { operation($0[0], $0[1]) }, twin: { Plain.zip($0[0], $0[1], twin) })
}

/// Returns a row for an operator with a number on one side.
private func withNumber(
  _ name: String, _ sign: String, _ operation: @escaping @Sendable (Tensor) -> Tensor,
  _ twin: @escaping @Sendable (Double) -> Double
) -> OperationCase {
  OperationCase(
    name, records: [], covers: [sign], [.range(0.5, 2)], unaryShapes, large: large,
    { operation($0[0]) }, twin: { $0[0].map(twin) })
}

let arithmeticCases: [OperationCase] = [
  binary("add", "+", .range(-2, 2), { $0 + $1 }, { $0 + $1 }),
  binary("subtract", "-", .range(-2, 2), { $0 - $1 }, { $0 - $1 }),
  binary("multiply", "*", .range(-2, 2), { $0 * $1 }, { $0 * $1 }),
  binary("divide", "/", .range(0.6, 2), { $0 / $1 }, { $0 / $1 }),
  OperationCase(
    "scaled", records: ["scaled"], covers: ["scaled"], [.range(-2, 2)], unaryShapes, large: large,
    { $0[0].scaled(by: -1.7, adding: 0.3) }, twin: { $0[0].map { -1.7 * $0 + 0.3 } }),
  withNumber("negated", "-", { -$0 }, { -$0 }),
  withNumber("tensor + number", "+", { $0 + 0.7 }, { $0 + 0.7 }),
  withNumber("number + tensor", "+", { 0.7 + $0 }, { 0.7 + $0 }),
  withNumber("tensor - number", "-", { $0 - 0.7 }, { $0 - 0.7 }),
  withNumber("number - tensor", "-", { 0.7 - $0 }, { 0.7 - $0 }),
  withNumber("tensor * number", "*", { $0 * 1.7 }, { $0 * 1.7 }),
  withNumber("number * tensor", "*", { 1.7 * $0 }, { $0 * 1.7 }),
  withNumber("tensor / number", "/", { $0 / 4.9 }, { $0 / 4.9 }),
  withNumber("number / tensor", "/", { 1.7 / $0 }, { 1.7 / $0 }),
  unary("squared", .range(-2, 2), { $0.squared() }, { $0 * $0 }),
  unary("reciprocal", .range(0.6, 2), { $0.reciprocal() }, { 1 / $0 }),
  unary("power", .range(0.6, 2), { $0.power(-1.7) }, { pow($0, -1.7) }),
  OperationCase(
    "power of negative numbers", records: ["power"], covers: ["power"], [.range(-2, -0.6)],
    unaryShapes, { $0[0].power(3) }, twin: { $0[0].map { $0 * $0 * $0 } }),
  unary("squareRoot", .range(0.6, 2), { $0.squareRoot() }, { $0.squareRoot() }),
  unary(
    "reciprocalSquareRoot", .range(0.6, 2), { $0.reciprocalSquareRoot() }, { 1 / $0.squareRoot() }),
]

let transcendentalCases: [OperationCase] = [
  unary("exponential", .range(-2, 1.5), { $0.exponential() }, { exp($0) }),
  unary("exponentialMinusOne", .range(-2, 1.5), { $0.exponentialMinusOne() }, { expm1($0) }),
  unary("logarithm", .range(0.6, 3), { $0.logarithm() }, { log($0) }),
  unary("logarithmOnePlus", .range(-0.4, 3), { $0.logarithmOnePlus() }, { log1p($0) }),
  unary("softplus", .range(-4, 4), { $0.softplus() }, { log(1 + exp($0)) }),
  unary("sigmoid", .range(-4, 4), { $0.sigmoid() }, { 1 / (1 + exp(-$0)) }),
  unary("sine", .range(-4, 4), { $0.sine() }, { sin($0) }),
  unary("cosine", .range(-4, 4), { $0.cosine() }, { cos($0) }),
]

/// Computes the layer plainly; biases and noise of at most 0.04 move no number across the kink at
/// 0.
@Sendable private func plainLayer(_ p: [Plain]) -> Plain {
  Plain(p[0].shape) { i in
    let noise = p.count > 2 ? p[2].stretched([i[0], 0] + i.dropFirst(2)) : 0
    let z = p[0][i] + 0.1 * p[1][[i[1]]] + 0.1 * noise
    return z > 0 ? 1.5 * z : 1.5 * 0.2 * z
  }
}

let layerCases: [OperationCase] = [
  OperationCase(
    "biasedLeakyReLU", records: ["biasedLeakyReLU", "signScaled"], covers: ["biasedLeakyReLU"],
    [.away([0], -2, 2), .range(-0.4, 0.4)],
    [
      [[2, 3, 4, 5], [3]], [[4, 3], [3]], [[1, 1], [1]], [[2, 0, 4], [0]], [[0, 3, 4], [3]],
    ],
    large: [[3, 5, 91, 53], [5]],
    { $0[0].biasedLeakyReLU(bias: $0[1] * 0.1, slope: 0.2, gain: 1.5) }, twin: plainLayer),
  OperationCase(
    "biasedLeakyReLU with noise", records: ["biasedLeakyReLU", "signScaled"],
    covers: ["biasedLeakyReLU"],
    [.away([0], -2, 2), .range(-0.2, 0.2), .range(-0.2, 0.2)],
    [
      [[2, 3, 4, 5], [3], [1, 1, 4, 5]], [[2, 3, 4, 5], [3], [2, 1, 4, 5]],
      [[1, 1, 1, 1], [1], [1, 1, 1, 1]], [[0, 3, 4, 5], [3], [1, 1, 4, 5]],
    ],
    large: [[3, 5, 91, 53], [5], [3, 1, 91, 53]],
    { $0[0].biasedLeakyReLU(bias: $0[1] * 0.1, noise: $0[2] * 0.1, slope: 0.2, gain: 1.5) },
    twin: plainLayer),
]

let piecewiseCases: [OperationCase] = [
  unary("absolute", .away([0], -2, 2), { $0.absolute() }, { $0 < 0 ? -$0 : $0 }),
  OperationCase(
    "relu", records: ["leakyReLU"], covers: ["relu"], [.away([0], -2, 2)], unaryShapes,
    large: large, { $0[0].relu() }, twin: { $0[0].map { $0 > 0 ? $0 : 0 } }),
  unary(
    "leakyReLU", .away([0], -2, 2), { $0.leakyReLU(slope: 0.2) }, { $0 > 0 ? $0 : 0.2 * $0 }),
  unary(
    "clamped", .away([-0.5, 0.8], -2, 2), { $0.clamped(-0.5, 0.8) },
    { $0 < -0.5 ? -0.5 : ($0 > 0.8 ? 0.8 : $0) }),
  OperationCase(
    "maximum", records: ["maximum"], covers: ["maximum"],
    [.distinct(phase: 0), .distinct(phase: 0.5)],
    binaryShapes, large: largePair, { $0[0].maximum($0[1]) },
    twin: { Plain.zip($0[0], $0[1]) { $0 > $1 ? $0 : $1 } }),
  OperationCase(
    "minimum", records: ["minimum"], covers: ["minimum"],
    [.distinct(phase: 0), .distinct(phase: 0.5)],
    binaryShapes, large: largePair, { $0[0].minimum($0[1]) },
    twin: { Plain.zip($0[0], $0[1]) { $0 < $1 ? $0 : $1 } }),
  OperationCase(
    "select", records: ["select"], covers: ["select"],
    [.range(-1, 1), .range(-2, 2), .range(-2, 2)],
    [
      [[2, 3, 5], [2, 3, 5], [2, 3, 5]], [[3, 1], [2, 3, 5], [5]], [[2, 3], [1], [3]],
      [[], [1], []], [[2, 0], [1], [1, 1]],
    ], large: [[3, 1, 23_011], [3, 1], [23_011]],
    { Tensor.select($0[0].clamped(0, 9), $0[1], $0[2]) },
    twin: { p in
      Plain(Plain.common(p)) {
        p[0].stretched($0) > 0 ? p[1].stretched($0) : p[2].stretched($0)
      }
    }),
]

private func step(
  _ name: String, _ draw: Draw, _ operation: @escaping @Sendable (Tensor) -> Tensor,
  _ twin: @escaping @Sendable (Double) -> Double
) -> OperationCase {
  OperationCase(
    name, records: [name], covers: [name], kind: .piecewiseConstant, [draw], unaryShapes,
    large: large, { operation($0[0]) }, twin: { $0[0].map(twin) })
}

/// Returns a row that compares integer parts, so that some elements are equal.
private func comparison(
  _ name: String, _ operation: @escaping @Sendable (Tensor, Tensor) -> Tensor,
  _ twin: @escaping @Sendable (Double, Double) -> Bool
) -> OperationCase {
  let draw = Draw.away([-2, -1, 0, 1, 2], -2, 2)
  return OperationCase(
    name, records: [name], covers: [name], kind: .piecewiseConstant, [draw, draw], binaryShapes,
    large: largePair, { operation($0[0].floor(), $0[1].floor()) },
    twin: { Plain.zip($0[0], $0[1]) { twin($0.rounded(.down), $1.rounded(.down)) ? 1 : 0 } })
}

let comparisonCases: [OperationCase] = [
  step("sign", .away([0], -2, 2), { $0.sign() }, { $0 > 0 ? 1 : -1 }),
  step("floor", .away([-2, -1, 0, 1, 2], -2, 2), { $0.floor() }, { $0.rounded(.down) }),
  step("leakyStep", .away([0], -2, 2), { $0.leakyStep(slope: 0.2) }, { $0 > 0 ? 1 : 0.2 }),
  step(
    "isInside", .away([-0.5, 0.8], -2, 2), { $0.isInside(-0.5, 0.8) },
    { $0 >= -0.5 && $0 <= 0.8 ? 1 : 0 }),
  comparison("isGreater", { $0.isGreater(than: $1) }, { $0 > $1 }),
  comparison("isGreaterOrEqual", { $0.isGreaterOrEqual(to: $1) }, { $0 >= $1 }),
  comparison("isEqual", { $0.isEqual(to: $1) }, { $0 == $1 }),
  OperationCase(
    "cast to whole numbers", records: ["cast"], covers: ["cast"], kind: .piecewiseConstant,
    [.away([-2, -1, 0, 1, 2], -2, 2)], unaryShapes,
    { $0[0].cast(to: .int32).cast(to: .float64) },
    twin: { $0[0].map { $0.rounded(.towardZero) } }),
]
