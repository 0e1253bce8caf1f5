import Synchronization

/// The results that were used last, so that they need not be computed again.
final class Recent<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let kept = Mutex<[(key: Key, value: Value)]>([])
  private let count: Int

  /// Creates an empty store.
  ///
  /// - Parameter count: the most values that are kept; the one that was not used for longest goes first.
  init(_ count: Int) { self.count = count }

  /// Returns the value of a key, computed if it is not there.
  ///
  /// Nothing is locked while the closure runs; errors are not kept.
  func value(_ key: Key, _ make: () throws -> Value) rethrows -> Value {
    let known = kept.withLock { kept -> Value? in
      guard let index = kept.firstIndex(where: { $0.key == key }) else { return nil }
      let entry = kept.remove(at: index)
      kept.append(entry)
      return entry.value
    }
    if let known { return known }
    let value = try make()
    kept.withLock { kept in
      kept.removeAll { $0.key == key }
      kept.append((key, value))
      if kept.count > count { kept.removeFirst() }
    }
    return value
  }

  /// Forgets everything.
  func clear() { kept.withLock { $0 = [] } }
}
