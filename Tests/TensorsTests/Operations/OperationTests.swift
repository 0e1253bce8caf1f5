import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Every row of the table on every one of its shapes, in double precision.
@Suite("Operations")
struct OperationTests {
  @Test(arguments: operationCases)
  func valueIsThatOfThePlainTwin(row: OperationCase) {
    for shapes in row.shapes {
      let inputs = row.inputs(shapes)
      let expected = row.twin(inputs.map(Plain.init)).tensor
      expectClose(
        row.operation(inputs).cast(to: .float64), expected, within: .closedForm, "\(shapes)")
    }
  }

  @Test(arguments: operationCases)
  func gradientIsThatOfCentralDifferences(row: OperationCase) throws {
    for shapes in row.shapes {
      let inputs = row.inputs(shapes)
      let found = try analytic(row.loss, at: inputs)
      #expect(found.map(\.shape) == shapes)
      let value = { (x: [Tensor]) in [row.loss(x).item] }
      for seed in 1...3 as ClosedRange<UInt64> {
        let u = randomDirections(inputs, seed: seed)
        let slope = difference(of: value, at: inputs, along: u)[0]
        let (sum, magnitude) = inner(found, u)
        #expect(
          (slope - sum).magnitude <= 1e-7 * magnitude,
          "\(shapes), direction \(seed): \(sum), differences say \(slope)")
      }
      try expectFullGradient(found, of: value, at: inputs, "\(shapes)")
    }
  }

  /// Element by element, where there are few.
  private func expectFullGradient(
    _ found: [Tensor], of value: ([Tensor]) -> [Double], at inputs: [Tensor], _ comment: String
  ) throws {
    guard inputs.reduce(0, { $0 + $1.count }) <= 64 else { return }
    for (position, input) in inputs.enumerated() {
      let slopes = (0..<input.count).map { element in
        let directions = inputs.enumerated().map { other, x in
          Tensor(x.shape, (0..<x.count).map { other == position && $0 == element ? 1.0 : 0 })
        }
        return difference(of: value, at: inputs, along: directions)[0]
      }
      expectClose(
        found[position], Tensor(input.shape, slopes), within: .firstDerivative,
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
  /// Of eight directions the one with the largest remainder is taken, so that no square term is lost
  /// by accident.
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

  /// Piecewise constant operations: reached, zero, and zero again.
  @Test(arguments: operationCases.filter { $0.kind == .piecewiseConstant })
  func stepsHaveGradientZero(row: OperationCase) throws {
    let inputs = row.inputs(row.shapes[0]).map { $0.tracked() }
    let found = try gradients(of: row.loss(inputs), withRespectTo: inputs, createGraph: true)
    let again = try gradients(of: found[0].sum(), withRespectTo: inputs)
    for gradient in found + again { #expect(gradient.scalars.allSatisfy { $0 == 0 }) }
  }
}
