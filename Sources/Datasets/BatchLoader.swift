import Dispatch
import Synchronization
import Tensors

/// A loader of shuffled training batches, which prepares the next batch while one is in use.
///
/// Every epoch visits all pairs once, in an order of its own. A batch at the end of an epoch is filled
/// from the next epoch. The sequence is a function of the seed alone: it is the same with and without
/// prefetching, and the same when a run resumes from a stored position. At most one batch is
/// prefetched.
public final class BatchLoader: Sendable {
  /// The position of a loader, which checkpoints store.
  public struct Position: Sendable, Equatable, Codable {
    /// The number of pairs that were returned.
    public let samples: Int
    /// The seed of the order.
    public let seed: UInt64
    /// The fingerprint of the training set.
    public let fingerprint: String

    /// The largest number of pairs of a run; sums and products with it do not overflow.
    static let mostSamples = 1 << 53
  }

  /// The training set.
  public var set: any TrainingSet { maker.set }
  /// The number of pairs in a batch, B.
  public var batch: Int { maker.batch }

  /// The camera poses of the pairs, from which those of generated portraits are drawn; nil if they are
  /// not known.
  public let poses: PosePool?

  private let maker: BatchMaker
  private let fingerprint: String
  private let seed: UInt64
  private let queue: DispatchQueue?
  private let state: Mutex<State>

  private struct State {
    var samples: Int
    var waited = Duration.zero
    var pending: PendingBatch?
  }

  /// Creates a loader at the beginning, or at a stored position.
  ///
  /// - Parameters:
  ///   - set: the training set, with at least one pair.
  ///   - batch: the number of pairs in a batch, B; at least 1.
  ///   - seed: the random seed of the order and of the augmentation.
  ///   - augment: whether pairs are changed by ``Augmentation``.
  ///   - position: the position of another loader of the same set and seed; nil starts at the beginning.
  ///   - prefetches: whether the next batch is prepared in advance on a background thread.
  /// - Throws: `DatasetError` if the set is empty, or if the position belongs to other pairs or to
  ///   another seed.
  public init(
    _ set: any TrainingSet, batch: Int, seed: UInt64, augment: Bool = false,
    position: Position? = nil, prefetches: Bool = true
  ) throws(DatasetError) {
    require(batch > 0, "BatchLoader: batch is \(batch), expected at least 1")
    guard set.count > 0 else {
      throw DatasetError(
        "the data", "contain no pairs to train on", "use data with at least two pairs")
    }
    poses = PosePool(of: set, mirrors: augment)
    fingerprint = set.fingerprint + (poses.map { "-poses-\($0.fingerprint)" } ?? "")
    if let position {
      guard position.fingerprint == fingerprint else {
        throw DatasetError(
          "the data", "differ from the data that the run began with",
          "use the same data, or start a new run")
      }
      guard position.seed == seed else {
        throw DatasetError(
          "the order of the data", "began with seed \(position.seed), not \(seed)",
          "use the same seed, or start a new run")
      }
      guard (0...Position.mostSamples).contains(position.samples) else {
        throw DatasetError(
          "the position in the data",
          "is \(position.samples) pairs, expected 0 … \(Position.mostSamples)",
          "continue from another checkpoint")
      }
    }
    maker = BatchMaker(set, batch: batch, seed: seed, augmentation: augment ? Augmentation() : nil)
    self.seed = seed
    queue = prefetches ? DispatchQueue(label: "ssgan3d.batches") : nil
    state = Mutex(State(samples: position?.samples ?? 0))
  }

  /// The current position, after the batches that were returned; a prefetched batch does not count.
  public var position: Position {
    Position(
      samples: state.withLock { $0.samples }, seed: seed, fingerprint: fingerprint)
  }

  /// The total time that callers of ``next()`` have waited for their batches.
  public var waited: Duration { state.withLock { $0.waited } }

  /// Returns the next batch.
  ///
  /// - Throws: a one-line error if a pair cannot be read. The position then stays the same, and the
  ///   next call tries again.
  public func next() throws -> PortraitBatch {
    let start = ContinuousClock.now
    return try state.withLock { state in
      defer { state.waited += .now - start }
      let pending = state.pending
      state.pending = nil
      let made = try pending?.wait() ?? maker.make(from: state.samples)
      state.samples += maker.batch
      if let queue {
        let ahead = PendingBatch()
        let (maker, first) = (maker, state.samples)
        queue.async { ahead.fill { try maker.make(from: first) } }
        state.pending = ahead
      }
      return made
    }
  }
}

/// A batch that another thread is preparing.
private final class PendingBatch: Sendable {
  private let result = Mutex<Result<PortraitBatch, any Error>?>(nil)
  private let isMade = DispatchSemaphore(value: 0)

  func fill(_ make: () throws -> PortraitBatch) {
    let made = Result(catching: make)
    result.withLock { $0 = made }
    isMade.signal()
  }

  /// Waits for the batch; may be called only once.
  func wait() throws -> PortraitBatch? {
    isMade.wait()
    return try result.withLock { $0 }?.get()
  }
}
