import Tensors
import Testing

/// A function of several tensors; its result may have any shape.
public typealias TensorFunction = (_ inputs: [Tensor]) -> Tensor

/// Checks the gradient of a function of several tensors, with respect to all of them together.
///
/// Every component is compared with a central difference, within 1e-7 of the largest.
///
/// - Parameters:
///   - inputs: the point; double precision, away from kinks by more than the step.
///   - seed: the seed of the random factors that turn the result into one number.
///   - location: where a miss is reported; the caller's line by default.
///   - function: the function to differentiate.
/// - Throws: `GradientError` when the function does not depend on an input.
public func expectGradient(
  at inputs: [Tensor], seed: UInt64 = 4711, from location: SourceLocation = #_sourceLocation,
  _ function: @escaping TensorFunction
) throws {
  let joint = JointFunction(inputs, seed: seed, function)
  try expectGradient(at: joint.point, from: location, joint.number)
}

/// Checks the second derivative of a function of several tensors, including mixed derivatives.
///
/// The gradient of gradient · v for a random v is compared with central differences, within 1e-6.
///
/// - Parameters:
///   - inputs: the point; double precision, away from kinks by more than the step.
///   - seed: the seed of the random factors that turn the result into one number.
///   - location: where a miss is reported; the caller's line by default.
///   - function: the function to differentiate twice.
/// - Throws: `GradientError` when the function does not depend on an input.
public func expectSecondGradient(
  at inputs: [Tensor], seed: UInt64 = 4711, from location: SourceLocation = #_sourceLocation,
  _ function: @escaping TensorFunction
) throws {
  let joint = JointFunction(inputs, seed: seed, function)
  try expectSecondGradient(at: joint.point, from: location, joint.number)
}

/// Checks that the Taylor remainder of a function of several tensors falls with the square of the
/// step.
///
/// All inputs move together along a random direction.
///
/// - Parameters:
///   - inputs: the point; double precision, away from kinks by more than 0.02.
///   - seed: the seed of the random factors and of the direction.
///   - location: where a miss is reported; the caller's line by default.
///   - function: the function to differentiate.
/// - Throws: `GradientError` when the function does not depend on an input.
public func expectTaylorSlope(
  at inputs: [Tensor], seed: UInt64 = 4711, from location: SourceLocation = #_sourceLocation,
  _ function: @escaping TensorFunction
) throws {
  let joint = JointFunction(inputs, seed: seed, function)
  try expectTaylorSlope(at: joint.point, seed: seed &+ 1, from: location, joint.number)
}

/// Checks gradient, second derivative and Taylor remainder of a function of several tensors.
///
/// - Parameters:
///   - inputs: the point; double precision, away from kinks by more than 0.02.
///   - seed: the seed of the random factors and of the direction.
///   - location: where a miss is reported; the caller's line by default.
///   - function: the function to differentiate.
/// - Throws: `GradientError` when the function does not depend on an input.
public func expectDerivatives(
  at inputs: [Tensor], seed: UInt64 = 4711, from location: SourceLocation = #_sourceLocation,
  _ function: @escaping TensorFunction
) throws {
  try expectGradient(at: inputs, seed: seed, from: location, function)
  try expectSecondGradient(at: inputs, seed: seed, from: location, function)
  try expectTaylorSlope(at: inputs, seed: seed, from: location, function)
}

/// A function of several tensors as a function of one: the inputs, end to end.
///
/// One Hessian then holds all blocks of the inputs. The result y is reduced to one number by Σ c (y
/// + y²/2) with random c. Every element then counts on its own, and a function that is linear in an
/// input has a second derivative too.
private struct JointFunction {
  /// The inputs, end to end.
  let point: Tensor
  private let shapes: [[Int]]
  private let cotangent: Tensor
  private let function: TensorFunction

  init(_ inputs: [Tensor], seed: UInt64, _ function: @escaping TensorFunction) {
    var numbers = TestNumbers(seed: seed)
    point = .concatenated(inputs.map { $0.flattened() })
    shapes = inputs.map(\.shape)
    cotangent = numbers.tensor(function(inputs).shape, in: 0.5...1.5)
    self.function = function
  }

  /// Returns Σ c (y + y²/2) for inputs that lie end to end.
  func number(_ joined: Tensor) -> Tensor {
    let y = function(taken(apart: joined, into: shapes))
    return (cotangent * (y + 0.5 * y.squared())).sum()
  }
}

/// Checks that two ways to compute a function agree in their values and derivatives.
///
/// It compares the value and, with respect to every input, the gradient and the gradient of
/// gradient · v for a random v.
///
/// - Parameters:
///   - inputs: the point; double precision.
///   - names: the names of the inputs in messages.
///   - tolerance: the allowed difference, and the reason for it.
///   - location: where a miss is reported; the caller's line by default.
///   - first: one way to compute the function.
///   - second: the other way.
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
  return zip(joined.split(axis: 0, lengths: lengths), shapes).map { $0.reshaped($1) }
}
