import Foundation
import Tensors

/// The comparison of one tensor with its expected values.
public struct Verdict: Sendable {
  /// The name of the tensor.
  public let name: String
  /// The expected shape.
  public let shape: [Int]
  /// The largest absolute difference; infinite if the shapes differ or the tensor is missing.
  public let error: Double
  /// The largest absolute difference divided by the largest expected magnitude.
  public let relativeError: Double
  /// The largest absolute difference that is allowed.
  public let allowed: Double
  /// A problem other than a difference of values; empty if there is none.
  public let remark: String

  /// Whether the tensor agrees.
  public var agrees: Bool { error <= allowed }

  /// Returns the largest absolute difference that the rule allows.
  ///
  /// In single precision, the bound is 10 times the other implementation's own error plus 1e-5 of the
  /// largest magnitude. In double precision, it is 1e-9 of the largest magnitude against unrounded
  /// values (1e-7 for second derivatives), and 1e-6 against rounded values.
  ///
  /// - Parameters:
  ///   - name: the tensor's name; tensors of R1 and of path length contain second derivatives.
  ///   - largest: the largest expected magnitude.
  ///   - lost: the other implementation's own error in single precision.
  ///   - isUnrounded: whether the expected values are stored in double precision.
  ///   - precision: the precision of the compared values.
  /// - Returns: an absolute bound.
  static func allowed(
    _ name: String, largest: Double, lost: Double, isUnrounded: Bool, precision: ScalarType
  ) -> Double {
    guard precision == .float64 else { return 10 * lost + 1e-5 * largest }
    guard isUnrounded else { return 1e-6 * largest }
    let isSecondOrder = ["r1_", "path_"].contains { name.contains($0) }
    return (isSecondOrder ? 1e-7 : 1e-9) * largest
  }
}

extension ConformanceCase {
  /// Computes all expected tensors and compares them by the rule of `Verdict.allowed`.
  ///
  /// - Parameters:
  ///   - precision: the type in which the case was read.
  ///   - tolerance: a relative bound that replaces the rule.
  /// - Throws: an error if an input is missing or an expected gradient does not exist.
  /// - Returns: a verdict for every expected tensor, in order of names, and the computed values.
  public func verify(
    precision: ScalarType, tolerance: Double? = nil
  ) throws -> (verdicts: [Verdict], values: [String: Tensor]) {
    let values = try ConformanceRun(self).values
    let exact = precision == .float64 ? self.exact : nil
    let verdicts = try expected.names.sorted().map { name -> Verdict in
      let isApart = exact?.names.contains(name) == true
      let golden = try (isApart ? exact ?? expected : expected).tensor(name)
      let largest = rounding[name]?.max ?? golden.cast(to: .float64).absolute().maximum().item
      let allowed =
        tolerance.map { $0 * largest }
        ?? Verdict.allowed(
          name, largest: largest, lost: rounding[name]?.float32Error ?? 0,
          isUnrounded: golden.scalarType == .float64, precision: precision)
      return compare(name, golden, values[name], largest: largest, allowed: allowed)
    }
    return (verdicts, values)
  }

  private func compare(
    _ name: String, _ golden: Tensor, _ value: Tensor?, largest: Double, allowed: Double
  ) -> Verdict {
    func failed(_ remark: String) -> Verdict {
      Verdict(
        name: name, shape: golden.shape, error: .infinity, relativeError: .infinity,
        allowed: allowed, remark: remark)
    }
    guard let value else { return failed("not computed") }
    // A scalar may have shape [] or [1].
    guard value.shape == golden.shape || (value.count == 1 && golden.count == 1) else {
      return failed("shape is \(value.shape)")
    }
    var error = 0.0
    for (a, b) in zip(value.scalars, golden.scalars) where a != b {
      let difference = (a - b).magnitude
      error = difference.isNaN ? .infinity : max(error, difference)
    }
    return Verdict(
      name: name, shape: golden.shape, error: error,
      relativeError: error == 0 ? 0 : error / max(largest, .leastNormalMagnitude),
      allowed: allowed, remark: "")
  }
}
