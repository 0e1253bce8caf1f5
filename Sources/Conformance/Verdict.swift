import Foundation
import Tensors

/// How one tensor compares with what was expected.
public struct Verdict: Sendable {
  /// The tensor's name.
  public let name: String
  /// Its expected shape.
  public let shape: [Int]
  /// The largest absolute difference; infinite where shapes differ or a value is missing.
  public let error: Double
  /// The difference relative to the largest magnitude expected.
  public let relativeError: Double
  /// The largest absolute difference that is allowed.
  public let allowed: Double
  /// What is wrong beside the numbers, if anything.
  public let remark: String

  /// Whether the tensor agrees.
  public var agrees: Bool { error <= allowed }

  /// The largest absolute difference that the rule allows.
  ///
  /// In single precision: 10 · what the other implementation loses + 1e-5 · the largest magnitude. In
  /// double precision: 1e-9 of the largest magnitude against unrounded values (1e-7 for second
  /// order), 1e-6 against rounded ones.
  ///
  /// - Parameters:
  ///   - name: the tensor's; it says whether R1 or path length is behind it, which is second order.
  ///   - largest: the largest magnitude expected.
  ///   - lost: the other implementation's own error in single precision.
  ///   - isUnrounded: whether what is expected is stored in double precision.
  ///   - precision: that of the values compared.
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
  /// Computes everything the case asks for and compares it by the rule of `Verdict.allowed`.
  ///
  /// - Parameters:
  ///   - precision: the type that the case was read in.
  ///   - tolerance: one relative bound in place of the rule.
  /// - Throws: when an input is missing, or a gradient that the case asks for does not exist.
  /// - Returns: a verdict for every expected tensor, in order of names, and our own values.
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
    // A number may travel as [] or as [1].
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
