import TestSupport
import Testing

@testable import Tensors

/// Tests the operations on other memory layouts, in single precision, and on one and two threads.
@Suite("Variants of operations")
struct VariantTests {
  @Test(arguments: operationCases, Layout.allCases)
  func layoutChangesNothing(row: OperationCase, layout: Layout) throws {
    for shapes in row.shapes {
      let inputs = row.inputs(shapes)
      let loss = { (x: [Tensor]) in row.loss(x.map(layout.apply)) }
      expectClose(
        row.operation(inputs.map(layout.apply)).cast(to: .float64),
        row.operation(inputs).cast(to: .float64), within: .closedForm, "\(shapes)")
      for (there, here) in zip(
        try analytic(loss, at: inputs), try analytic(row.loss, at: inputs))
      {
        expectClose(there, here, within: .closedForm, "gradient, \(shapes)")
      }
      let u = randomDirections(inputs, seed: 6)
      for (there, here) in zip(
        try analyticSecond(loss, at: inputs, along: u),
        try analyticSecond(row.loss, at: inputs, along: u))
      {
        expectClose(there, here, within: .closedForm, "second derivative, \(shapes)")
      }
    }
  }

  @Test(arguments: operationCases)
  func singlePrecisionAgrees(row: OperationCase) throws {
    for shapes in row.shapes + (row.large.map { [$0] } ?? []) {
      // Rounded first, so that both precisions start from the same numbers.
      let single = row.inputs(shapes).map { $0.cast(to: .float32) }
      let double = single.map { $0.cast(to: .float64) }
      let bound = Tolerance.relative(row.singleBound, because: "rounding of single precision")
      expectClose(
        row.operation(single).cast(to: .float64), row.operation(double).cast(to: .float64),
        within: bound, "\(shapes)")
      let gradientBound = Tolerance.relative(
        8 * row.singleBound, because: "a gradient is a chain of several rounded operations")
      for (s, d) in zip(try analytic(row.loss, at: single), try analytic(row.loss, at: double)) {
        expectClose(s.cast(to: .float64), d, within: gradientBound, "gradient, \(shapes)")
      }
    }
  }

  @Test(arguments: operationCases, [ScalarType.float32, .float64])
  func oneThreadAndTwoAgreeBitForBit(row: OperationCase, type: ScalarType) throws {
    let inputs = row.inputs(row.large ?? row.shapes[0]).map { $0.cast(to: type) }
    func run() throws -> [Tensor] {
      [row.operation(inputs)] + (try analytic(row.loss, at: inputs))
    }
    let alone = try Parallel.withThreads(1, run)
    let together = try Parallel.withThreads(2, run)
    for (a, b) in zip(alone, together) { #expect(a.scalars == b.scalars) }
  }

  /// Gradients flow between the floating-point types.
  @Test func castBetweenPrecisionsIsDifferentiable() throws {
    let x = Tensor([2, 3], [0.5, -1, 2, 3, -0.25, 4]).tracked(as: "x")
    let weights = Tensor([2, 3], [1.0, 2, 3, 4, 5, 6]).cast(to: .float32)
    let y = (x.cast(to: .float32) * weights).sum()
    let first = try gradient(of: y, withRespectTo: x)
    #expect(first.scalarType == .float64)
    #expect(first.scalars == [1, 2, 3, 4, 5, 6])
    let square = x.cast(to: .float32).squared().cast(to: .float64).sum()
    let derivative = try gradient(of: square, withRespectTo: x, createGraph: true)
    let second = try gradient(of: derivative.sum(), withRespectTo: x)
    #expect(second.scalars == [2, 2, 2, 2, 2, 2])
  }
}
