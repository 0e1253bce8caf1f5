import Synchronization

/// Finds the first operation whose result is not finite.
public enum FiniteCheck {
  private static let enabled = Atomic<Bool>(false)
  private static let first = Mutex<String?>(nil)

  /// Whether every operation's result is examined; costs one more pass over each of them.
  public static var isOn: Bool { enabled.load(ordering: .relaxed) }

  /// Name, shape and first bad element of the earliest result that was not finite, if any was.
  public static var finding: String? { first.withLock { $0 } }

  /// Switches the check on or off and forgets what was found.
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
