import Tensors
import Testing

/// The allowed distance of a result from its golden value, with its reason.
public enum Tolerance: Sendable {
  /// Double precision against a closed form: 1e-12 relative.
  case closedForm
  /// Bit for bit.
  case exact
  /// Double-precision gradients against central differences: 1e-7 relative.
  case firstDerivative
  /// Differences of an analytic gradient against the second derivative: 1e-6 relative.
  case secondDerivative
  /// Another bound relative to the largest magnitude expected, with the reason for it.
  case relative(Double, because: String)

  var bound: Double {
    switch self {
    case .closedForm: 1e-12
    case .exact: 0
    case .firstDerivative: 1e-7
    case .secondDerivative: 1e-6
    case .relative(let bound, _): bound
    }
  }
}

/// Checks that two tensors are close: the shape first, then every element.
///
/// The bound is relative to the largest magnitude of the expected tensor. A failure reports how
/// many elements miss and the worst of them.
///
/// - Parameters:
///   - actual: the tensor under test.
///   - expected: the golden tensor.
///   - tolerance: the bound and its reason.
///   - comment: what is compared, for the message.
///   - location: where a miss is reported; the caller's line by default.
public func expectClose(
  _ actual: Tensor, _ expected: Tensor, within tolerance: Tolerance, _ comment: String = "",
  at location: SourceLocation = #_sourceLocation
) {
  guard let miss = difference(actual, expected, within: tolerance) else { return }
  Issue.record("\(comment.isEmpty ? "" : comment + ": ")\(miss)", sourceLocation: location)
}

/// Returns whether two tensors are close; for tests in which a broken twin must not be.
public func isClose(_ actual: Tensor, _ expected: Tensor, within tolerance: Tolerance) -> Bool {
  difference(actual, expected, within: tolerance) == nil
}

/// Returns a line that describes how two tensors differ, or nil if they are close.
private func difference(
  _ actual: Tensor, _ expected: Tensor, within tolerance: Tolerance
) -> String? {
  guard actual.shape == expected.shape else {
    return "shape is \(actual.shape), expected \(expected.shape)"
  }
  let (a, e) = (actual.scalars, expected.scalars)
  let scale = e.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
  let bound = tolerance.bound * scale
  var misses = 0
  var worst = (index: 0, error: -1.0)
  for index in a.indices {
    if a[index] == e[index] || (a[index].isNaN && e[index].isNaN) { continue }
    let error = (a[index] - e[index]).magnitude
    guard !(error <= bound) else { continue }
    misses += 1
    if !(error <= worst.error) { worst = (index, error) }
  }
  guard misses > 0 else { return nil }
  var place: [Int] = []
  var rest = worst.index
  for length in expected.shape.reversed() {
    place.insert(rest % length, at: 0)
    rest /= length
  }
  return "\(misses) of \(a.count) elements miss; worst at \(place): \(a[worst.index]), expected "
    + "\(e[worst.index]), off by \(worst.error), allowed \(bound)"
}
