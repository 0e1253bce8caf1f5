import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Tests every row of the table on all of its shapes, in double precision.
@Suite("Operations")
struct OperationTests {
  @Test(arguments: operationCases)
  func valueMatchesThePlainTwin(row: OperationCase) {
    for shapes in row.shapes {
      let inputs = row.inputs(shapes)
      let expected = row.twin(inputs.map(Plain.init)).tensor
      expectClose(
        row.operation(inputs).cast(to: .float64), expected, within: .closedForm, "\(shapes)")
    }
  }

  @Test(arguments: operationCases)
  func gradientMatchesCentralDifferences(row: OperationCase) throws {
    for shapes in row.shapes {
      let inputs = row.inputs(shapes)
      let found = try analytic(row.loss, at: inputs)
      #expect(found.map(\.shape) == shapes)
      let value = { (x: [Tensor]) in [row.loss(x).item] }
      for seed in 1...3 as ClosedRange<UInt64> {
        let u = randomDirections(inputs, seed: seed)
        let derivative = difference(of: value, at: inputs, along: u)[0]
        let (sum, magnitude) = inner(found, u)
        #expect(
          (derivative - sum).magnitude <= 1e-7 * magnitude,
          "\(shapes), direction \(seed): \(sum), differences give \(derivative)")
      }
      try expectFullGradient(found, of: value, at: inputs, "\(shapes)")
    }
  }

  /// Compares the gradient element by element, if there are few elements.
  private func expectFullGradient(
    _ found: [Tensor], of value: ([Tensor]) -> [Double], at inputs: [Tensor], _ comment: String
  ) throws {
    guard inputs.reduce(0, { $0 + $1.count }) <= 64 else { return }
    for (position, input) in inputs.enumerated() {
      let derivatives = (0..<input.count).map { element in
        let directions = inputs.enumerated().map { other, x in
          Tensor(x.shape, (0..<x.count).map { other == position && $0 == element ? 1.0 : 0 })
        }
        return difference(of: value, at: inputs, along: directions)[0]
      }
      expectClose(
        found[position], Tensor(input.shape, derivatives), within: .firstDerivative,
        "\(comment), input \(position)")
    }
  }

  @Test(arguments: operationCases)
  func secondDerivativeIsTheDifferenceOfGradients(row: OperationCase) throws {
    for shapes in row.shapes {
      let inputs = row.inputs(shapes)
      let u = randomDirections(inputs, seed: 4)
      let found = try analyticSecond(row.loss, at: inputs, along: u)
      let changes = try differenceOfGradients(row, at: inputs, along: u)
      for (position, (second, change)) in zip(found, changes).enumerated() {
        expectClose(second, change, within: .secondDerivative, "\(shapes), input \(position)")
      }
    }
  }

  private func differenceOfGradients(
    _ row: OperationCase, at inputs: [Tensor], along u: [Tensor]
  ) throws -> [Tensor] {
    var failure: (any Error)?
    let flat = difference(
      of: { x in
        do {
          return try analytic(row.loss, at: x).flatMap(\.scalars)
        } catch {
          failure = error
          return []
        }
      }, at: inputs, along: u)
    if let failure { throw failure }
    var start = 0
    return inputs.map { input in
      defer { start += input.count }
      return Tensor(input.shape, Array(flat[start..<start + input.count]))
    }
  }

  /// f(x + hu) − f(x) − h ⟨∇f, u⟩ shrinks with h²: halving h from 8e-3 to 1e-3 gives slopes of 2.
  ///
  /// The direction with the largest remainder of eight is used, so that the quadratic term does not
  /// vanish by accident.
  @Test(arguments: operationCases.filter { $0.kind == .smooth })
  func taylorRemainderIsQuadratic(row: OperationCase) throws {
    let inputs = row.inputs(row.shapes[0])
    guard row.operation(inputs).count > 0 else { return }
    let found = try analytic(row.loss, at: inputs)
    let value = row.loss(inputs).item
    func remainder(_ h: Double, _ u: [Tensor]) -> Double {
      (row.loss(moved(inputs, h, u)).item - value - h * inner(found, u).sum).magnitude
    }
    let directions = (11...18 as ClosedRange<UInt64>).map { randomDirections(inputs, seed: $0) }
    let best = directions.max { remainder(8e-3, $0) < remainder(8e-3, $1) } ?? []
    let remainders = [8e-3, 4e-3, 2e-3, 1e-3].map { remainder($0, best) }
    for (wide, narrow) in zip(remainders, remainders.dropFirst()) {
      let slope = log2(wide / narrow)
      #expect(slope > 1.9 && slope < 2.1, "remainders \(remainders)")
    }
  }

  /// The checks above reject a rule that is 1 % off, in the first and in the second derivative.
  @Test(arguments: [1.01, 1])
  func aWrongRuleIsRejected(factor: Double) throws {
    var numbers = TestNumbers(seed: 8)
    let x = numbers.tensor([2, 3, 5], in: 0.5...2)
    let u = randomDirections([x], seed: 3)
    func loss(_ x: [Tensor]) -> Tensor {
      // x³ with a rule of 3x², times the factor.
      let cube = (x[0].detached().squared() * x[0].detached())
        .recorded("cube", from: [x[0]], { $0 * x[0].squared() * (3 * factor) })
      return (cube * cube).sum()
    }
    let sum = inner(try analytic(loss, at: [x]), u)
    let derivative = difference(of: { [loss($0).item] }, at: [x], along: u)[0]
    #expect(((derivative - sum.sum).magnitude <= 1e-7 * sum.magnitude) == (factor == 1))
    let value = loss([x]).item
    let remainders = [8e-3, 1e-3].map { h in
      (loss(moved([x], h, u)).item - value - h * sum.sum).magnitude
    }
    let order = log2(remainders[0] / remainders[1]) / 3
    #expect((order > 1.9 && order < 2.1) == (factor == 1), "order \(order)")
    let second = try analyticSecond(loss, at: [x], along: u)[0]
    // Differences of a gradient that is 1 % off would be 1 % off as well. The correct gradient is
    // 6x⁵.
    let right = difference(
      of: { x in x[0].scalars.map { 6 * pow($0, 5) } }, at: [x], along: u)
    #expect(isClose(second, Tensor(x.shape, right), within: .secondDerivative) == (factor == 1))
  }

  /// The inputs of piecewise constant operations take part; their first and second derivatives are
  /// zero.
  @Test(arguments: operationCases.filter { $0.kind == .piecewiseConstant })
  func stepsHaveGradientZero(row: OperationCase) throws {
    let inputs = row.inputs(row.shapes[0]).map { $0.tracked() }
    let found = try gradients(of: row.loss(inputs), withRespectTo: inputs, createGraph: true)
    let again = try gradients(of: found[0].sum(), withRespectTo: inputs)
    for gradient in found + again { #expect(gradient.scalars.allSatisfy { $0 == 0 }) }
  }
}
