import Foundation
import Tensors
import Testing

/// A function of one tensor that gives one number, made of differentiable operations.
public typealias ScalarFunction = (_ x: Tensor) -> Tensor

/// Checks a gradient: every component against a central difference, within 1e-7 of the largest.
///
/// - Parameters:
///   - x: the point; double precision, away from kinks by more than the step.
///   - step: the half-width of the difference.
///   - tolerance: the bound and its reason.
///   - location: where a miss is reported; the caller's line by default.
///   - function: the function to differentiate.
/// - Throws: `GradientError` when the function does not depend on x.
public func expectGradient(
  at x: Tensor, step: Double = 1e-5, within tolerance: Tolerance = .firstDerivative,
  from location: SourceLocation = #_sourceLocation, _ function: ScalarFunction
) throws {
  let leaf = x.tracked(as: "x")
  let found = try gradient(of: function(leaf), withRespectTo: leaf)
  let differences = centralDifferences(at: x, step: step) { function($0).item }
  expectNotAllZero(found, location)
  expectClose(found, Tensor(x.shape, differences), within: tolerance, "gradient", at: location)
}

/// Checks a second derivative, the gradient of gradient · v for a random v.
///
/// Every component is compared with a central difference of the analytic gradient, within 1e-6 of
/// the largest.
///
/// - Parameters:
///   - x: the point; double precision, away from kinks by more than the step.
///   - step: the half-width of the difference.
///   - location: where a miss is reported; the caller's line by default.
///   - function: the function to differentiate twice.
/// - Throws: `GradientError` when the function does not depend on x.
public func expectSecondGradient(
  at x: Tensor, step: Double = 1e-5, from location: SourceLocation = #_sourceLocation,
  _ function: ScalarFunction
) throws {
  var numbers = TestNumbers(seed: 1807)
  let direction = numbers.tensor(x.shape, in: 0.25...1.25)
  func directional(_ x: Tensor, createGraph: Bool) throws -> (leaf: Tensor, value: Tensor) {
    let leaf = x.tracked(as: "x")
    let first = try gradient(of: function(leaf), withRespectTo: leaf, createGraph: createGraph)
    return (leaf, (first * direction).sum())
  }
  let (leaf, alongDirection) = try directional(x, createGraph: true)
  let found = try gradient(of: alongDirection, withRespectTo: leaf)
  let differences = try centralDifferences(at: x, step: step) {
    try directional($0, createGraph: false).value.item
  }
  expectNotAllZero(found, location)
  expectClose(
    found, Tensor(x.shape, differences), within: .secondDerivative, "second gradient", at: location)
}

/// Returns how fast the Taylor remainder f(x + hv) − f(x) − h ∇f·v shrinks with h.
///
/// The power of h is 2 for a correct gradient of a curved function and 1 for a wrong gradient.
///
/// - Parameters:
///   - x: the point; double precision.
///   - direction: v, of the shape of x.
///   - function: the function to differentiate.
/// - Returns: the slope of log remainder over log h, for h from 1e-2 to 1.25e-3.
/// - Throws: `GradientError` when the function does not depend on x.
public func taylorSlope(
  at x: Tensor, along direction: Tensor, _ function: ScalarFunction
) throws -> Double {
  let leaf = x.tracked(as: "x")
  let value = function(leaf)
  let derivative = (try gradient(of: value, withRespectTo: leaf) * direction).sum().item
  func remainder(_ h: Double) -> Double {
    (function(x + direction * h).item - value.item - h * derivative).magnitude
  }
  // Three halvings; each multiplies the remainder by 2⁻ˢˡᵒᵖᵉ.
  return log2(remainder(1e-2) / remainder(1e-2 / 8)) / 3
}

/// Checks that the Taylor remainder along a random direction falls with the square of the step.
///
/// The slope of its logarithm must be from 1.9 to 2.1.
///
/// - Parameters:
///   - x: the point; double precision, away from kinks by more than 0.02.
///   - seed: the seed of the direction.
///   - location: where a miss is reported; the caller's line by default.
///   - function: the function to differentiate.
/// - Throws: `GradientError` when the function does not depend on x.
public func expectTaylorSlope(
  at x: Tensor, seed: UInt64, from location: SourceLocation = #_sourceLocation,
  _ function: ScalarFunction
) throws {
  var numbers = TestNumbers(seed: seed)
  let slope = try taylorSlope(at: x, along: numbers.tensor(x.shape), function)
  #expect(
    (1.9...2.1).contains(slope), "Taylor slope \(slope), seed \(seed)", sourceLocation: location)
}

/// Returns (f(x + h eᵢ) − f(x − h eᵢ)) / 2h for every element i.
private func centralDifferences(
  at x: Tensor, step: Double, _ function: (Tensor) throws -> Double
) rethrows -> [Double] {
  let values = x.scalars
  return try values.indices.map { index in
    func moved(by h: Double) -> Tensor {
      var moved = values
      moved[index] += h
      return Tensor(x.shape, moved)
    }
    return (try function(moved(by: step)) - function(moved(by: -step))) / (2 * step)
  }
}

/// Fails if a derivative is 0 everywhere: a comparison with rounding errors would prove nothing.
private func expectNotAllZero(_ derivative: Tensor, _ location: SourceLocation) {
  let isAllZero = derivative.scalars.allSatisfy { $0 == 0 }
  #expect(!isAllZero, "the derivative is 0 everywhere", sourceLocation: location)
}
