import Synchronization

/// A check that finds the first operation whose result is not finite.
public enum FiniteCheck {
  private static let enabled = Atomic<Bool>(false)
  private static let first = Mutex<String?>(nil)

  /// Whether the result of every operation is examined, at the cost of one more pass over it.
  public static var isOn: Bool { enabled.load(ordering: .relaxed) }

  /// A description of the first result that was not finite: operation, first such element, shape.
  public static var finding: String? { first.withLock { $0 } }

  /// Switches the check on or off and clears the finding.
  public static func set(_ on: Bool) {
    first.withLock { $0 = nil }
    enabled.store(on, ordering: .relaxed)
  }

  static func examine(_ tensor: Tensor, _ operation: String) {
    guard tensor.scalarType.isFloatingPoint, finding == nil else { return }
    let values = tensor.scalars
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    var place: [Int] = []
    var rest = index
    for length in tensor.shape.reversed() {
      place.insert(rest % length, at: 0)
      rest /= length
    }
    let line = "\(operation): \(values[index]) at \(place) of a result of shape \(tensor.shape)"
    first.withLock { if $0 == nil { $0 = line } }
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
