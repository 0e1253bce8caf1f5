import Synchronization
import Tensors

/// Keeps what a probe sees in memory, by name: for comparisons and tests.
public final class Recorder: Sendable {
  private let seen = Mutex<[Recording]>([])

  /// A recorder that has seen nothing.
  public init() {}

  /// A probe that keeps every recording here.
  public var probe: Probe {
    Probe { recording in self.seen.withLock { $0.append(recording) } }
  }

  /// What was seen, in order.
  public var recordings: [Recording] { seen.withLock { $0 } }

  /// What was seen, by name; the last of a name counts.
  public var tensors: [String: Tensor] {
    Dictionary(recordings.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
  }
}
