import Tensors
import Testing

/// A function of several tensors; its result may have any shape.
public typealias TensorFunction = (_ inputs: [Tensor]) -> Tensor

/// Proves first and second derivatives of a function of several tensors, how they act together
/// included, and that the Taylor remainder along a random direction falls with the square of the step.
///
/// The inputs are laid end to end, so that one Hessian holds all their blocks. The result y becomes one
/// number by Σ c (y + y²/2) with random c: every element counts on its own, and a function that is
/// linear in an input has a second derivative too.
///
/// - Parameters:
///   - inputs: where; double precision, away from kinks by more than 0.02.
///   - seed: what c and the direction are drawn from.
///   - location: where a miss is reported; the caller's line by default.
///   - function: what is differentiated.
/// - Throws: `GradientError` when the function does not depend on an input.
public func expectDerivatives(
  at inputs: [Tensor], seed: UInt64 = 4711, from location: SourceLocation = #_sourceLocation,
  _ function: TensorFunction
) throws {
  var numbers = TestNumbers(seed: seed)
  let shapes = inputs.map(\.shape)
  let cotangent = numbers.tensor(function(inputs).shape, in: 0.5...1.5)
  func number(_ joined: Tensor) -> Tensor {
    let y = function(taken(apart: joined, into: shapes))
    return (cotangent * (y + 0.5 * y.squared())).sum()
  }
  let joined = Tensor.concatenated(inputs.map { $0.flattened() })
  try expectGradient(at: joined, from: location, number)
  try expectSecondGradient(at: joined, from: location, number)
  let slope = try taylorSlope(at: joined, along: numbers.tensor(joined.shape), number)
  #expect((1.9...2.1).contains(slope), "Taylor slope, seed \(seed)", sourceLocation: location)
}

/// Holds two ways to compute the same function together: value, gradient, and the gradient of
/// gradient · v for a random v, with respect to every input.
///
/// - Parameters:
///   - inputs: where; double precision.
///   - names: what the inputs are called in messages.
///   - tolerance: how far the two may be apart, and why they are at all.
///   - location: where a miss is reported; the caller's line by default.
///   - first: one way.
///   - second: the other.
/// - Throws: `GradientError` when a function does not depend on an input.
public func expectSameDerivatives(
  at inputs: [Tensor], named names: [String], within tolerance: Tolerance,
  from location: SourceLocation = #_sourceLocation, _ first: TensorFunction,
  _ second: TensorFunction
) throws {
  let a = try derivatives(of: first, at: inputs, names)
  let b = try derivatives(of: second, at: inputs, names)
  expectClose(a.value, b.value, within: tolerance, "value", at: location)
  for (index, name) in names.enumerated() {
    expectClose(a.first[index], b.first[index], within: tolerance, "∂ \(name)", at: location)
    expectClose(a.second[index], b.second[index], within: tolerance, "∂² \(name)", at: location)
  }
}

private func derivatives(
  of function: TensorFunction, at inputs: [Tensor], _ names: [String]
) throws -> (value: Tensor, first: [Tensor], second: [Tensor]) {
  var numbers = TestNumbers(seed: 31)
  let leaves = zip(inputs, names).map { $0.tracked(as: $1) }
  let y = function(leaves)
  let cotangent = numbers.tensor(y.shape, in: 0.5...1.5)
  let number = (cotangent * (y + 0.5 * y.squared())).sum()
  let first = try gradients(of: number, withRespectTo: leaves, createGraph: true)
  let along = first.map { ($0 * numbers.tensor($0.shape)).sum() }.reduce(.scalar(0, .float64), +)
  let second = try gradients(of: along, withRespectTo: leaves)
  return (y.detached(), first.map { $0.detached() }, second)
}

private func taken(apart joined: Tensor, into shapes: [[Int]]) -> [Tensor] {
  let lengths = shapes.map { $0.reduce(1, *) }
  return zip(joined.split(0, lengths: lengths), shapes).map { $0.reshaped($1) }
}
