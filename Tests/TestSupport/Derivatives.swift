import Foundation
import Tensors
import Testing

/// A function of one tensor that gives one number, made of differentiable operations.
public typealias ScalarFunction = (_ x: Tensor) -> Tensor

/// Proves a gradient: every component against a central difference, relative 1e-7 of the largest.
///
/// - Parameters:
///   - x: where; double precision, away from kinks by more than the step.
///   - step: the half-width of the difference.
///   - tolerance: the bound and its reason.
///   - location: where a miss is reported; the caller's line by default.
///   - function: what is differentiated.
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

/// Proves a second derivative: the gradient of gradient · v for a random v, every component against a
/// central difference of the analytic gradient, relative 1e-6 of the largest.
///
/// - Parameters:
///   - x: where; double precision, away from kinks by more than the step.
///   - step: the half-width of the difference.
///   - location: where a miss is reported; the caller's line by default.
///   - function: what is differentiated twice.
/// - Throws: `GradientError` when the function does not depend on x.
public func expectSecondGradient(
  at x: Tensor, step: Double = 1e-5, from location: SourceLocation = #_sourceLocation,
  _ function: ScalarFunction
) throws {
  var numbers = TestNumbers(seed: 1807)
  let direction = numbers.tensor(x.shape, in: 0.25...1.25)
  func slope(_ x: Tensor, createGraph: Bool) throws -> (leaf: Tensor, slope: Tensor) {
    let leaf = x.tracked(as: "x")
    let first = try gradient(of: function(leaf), withRespectTo: leaf, createGraph: createGraph)
    return (leaf, (first * direction).sum())
  }
  let (leaf, alongDirection) = try slope(x, createGraph: true)
  let found = try gradient(of: alongDirection, withRespectTo: leaf)
  let differences = try centralDifferences(at: x, step: step) {
    try slope($0, createGraph: false).slope.item
  }
  expectNotAllZero(found, location)
  expectClose(
    found, Tensor(x.shape, differences), within: .secondDerivative, "second gradient", at: location)
}

/// How fast the remainder f(x + hv) − f(x) − h ∇f·v shrinks with h: 2 for a right gradient of a curved
/// function, 1 for a wrong one.
///
/// - Parameters:
///   - x: where; double precision.
///   - direction: v, of the shape of x.
///   - function: what is differentiated.
/// - Returns: the slope of log remainder over log h, h halved from 1e-2 to 1.25e-3.
/// - Throws: `GradientError` when the function does not depend on x.
public func taylorSlope(
  at x: Tensor, along direction: Tensor, _ function: ScalarFunction
) throws -> Double {
  let leaf = x.tracked(as: "x")
  let value = function(leaf)
  let slope = (try gradient(of: value, withRespectTo: leaf) * direction).sum().item
  func remainder(_ h: Double) -> Double {
    (function(x + direction * h).item - value.item - h * slope).magnitude
  }
  // Three halvings; each multiplies the remainder by 2⁻ˢˡᵒᵖᵉ.
  return log2(remainder(1e-2) / remainder(1e-2 / 8)) / 3
}

/// (f(x + h eᵢ) − f(x − h eᵢ)) / 2h for every element i.
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

/// A derivative that is 0 everywhere would be compared with rounding, which proves nothing.
private func expectNotAllZero(_ derivative: Tensor, _ location: SourceLocation) {
  let isAllZero = derivative.scalars.allSatisfy { $0 == 0 }
  #expect(!isAllZero, "the derivative is 0 everywhere", sourceLocation: location)
}
