import Synchronization
import Tensors

/// Keeps the recordings of a probe in memory, for comparisons and tests.
public final class Recorder: Sendable {
  private let seen = Mutex<[Recording]>([])

  /// Creates an empty recorder.
  public init() {}

  /// A probe that stores every recording in this recorder.
  public var probe: Probe {
    Probe { recording in self.seen.withLock { $0.append(recording) } }
  }

  /// The recordings in the order they were received.
  public var recordings: [Recording] { seen.withLock { $0 } }

  /// The recorded tensors by name; the last recording of a name counts.
  public var tensors: [String: Tensor] {
    Dictionary(recordings.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
  }
}
