import Synchronization

/// A check that finds the first operation whose result is not finite.
///
/// The check sees the operations of the task that asks for it, so other computations of the same process
/// neither disturb it nor are slowed down by it.
public enum FiniteCheck {
  /// Holds the finding of one check.
  private final class Finding: Sendable {
    let line = Mutex<String?>(nil)
  }

  @TaskLocal private static var finding: Finding?
  /// The number of checks that run now; most operations read nothing else.
  private static let checks = Atomic<Int>(0)

  /// Whether the results of this task's operations are examined, at the cost of one more pass over each.
  static var isOn: Bool { checks.load(ordering: .relaxed) > 0 && finding != nil }

  /// Returns the first result of a computation that was not finite: operation, first such element, shape.
  ///
  /// - Parameter body: the computation.
  /// - Returns: one line; nil if all results were finite.
  /// - Throws: what `body` throws.
  public static func finding(in body: () throws -> Void) rethrows -> String? {
    let found = Finding()
    checks.add(1, ordering: .relaxed)
    defer { checks.subtract(1, ordering: .relaxed) }
    try $finding.withValue(found, operation: body)
    return found.line.withLock { $0 }
  }

  static func examine(_ tensor: Tensor, _ operation: String) {
    guard let finding, finding.line.withLock({ $0 == nil }) else { return }
    guard tensor.scalarType.isFloatingPoint else { return }
    let values = tensor.scalars
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    var place: [Int] = []
    var rest = index
    for length in tensor.shape.reversed() {
      place.insert(rest % length, at: 0)
      rest /= length
    }
    let line = "\(operation): \(values[index]) at \(place) of a result of shape \(tensor.shape)"
    finding.line.withLock { if $0 == nil { $0 = line } }
  }
}

extension Tensor {
  /// Whether no element is infinite or NaN.
  public var isFinite: Bool {
    switch scalarType {
    case .float32: withElements(of: Float.self) { $0.allSatisfy(\.isFinite) }
    case .float64: withElements(of: Double.self) { $0.allSatisfy(\.isFinite) }
    case .int32: true
    }
  }
}
