import Dispatch
import Synchronization
import Tensors

/// Shuffled batches for training, each made while the one before is used.
///
/// Every round goes through all pairs once in an order of its own; a batch at the end of a round is
/// filled up from the next. What comes when is a function of the seed alone: the same with and
/// without making ahead, and the same when a run goes on from a stored position. One batch is made
/// ahead and no more.
public final class BatchLoader: Sendable {
  /// Where a loader stands; a checkpoint holds it.
  public struct Position: Sendable, Equatable, Codable {
    /// How many pairs were handed out.
    public let samples: Int
    /// The seed of the order.
    public let seed: UInt64
    /// Which pairs they were taken from.
    public let fingerprint: String
  }

  /// The pairs.
  public var set: any TrainingSet { maker.set }
  /// Pairs in a batch, B.
  public var batch: Int { maker.batch }

  private let maker: BatchMaker
  private let seed: UInt64
  private let queue: DispatchQueue?
  private let state: Mutex<State>

  private struct State {
    var samples: Int
    var waited = Duration.zero
    var pending: PendingBatch?
  }

  /// A loader at the beginning, or at a stored position.
  ///
  /// - Parameters:
  ///   - set: the pairs; at least one.
  ///   - batch: pairs in a batch, B; at least 1.
  ///   - seed: of order and changes.
  ///   - augment: whether pairs are changed by ``Augmentation``.
  ///   - position: where another loader of the same set and seed stood; nil begins.
  ///   - prefetches: whether the next batch is made ahead, on a thread in the background.
  /// - Throws: `DatasetError` when the set is empty, or the position is one of other pairs or of
  ///   another seed.
  public init(
    _ set: any TrainingSet, batch: Int, seed: UInt64, augment: Bool = false,
    position: Position? = nil, prefetches: Bool = true
  ) throws(DatasetError) {
    require(batch > 0, "BatchLoader: batch is \(batch), expected at least 1")
    guard set.count > 0 else {
      throw DatasetError("the data", "hold no pair to train on", "name data with two pairs or more")
    }
    if let position {
      guard position.fingerprint == set.fingerprint else {
        throw DatasetError(
          "the data", "are not those that the run was begun with",
          "give the same data, or begin a new run")
      }
      guard position.seed == seed, position.samples >= 0 else {
        throw DatasetError(
          "the data's order", "was begun with seed \(position.seed), not \(seed)",
          "give the same seed, or begin a new run")
      }
    }
    maker = BatchMaker(set, batch: batch, seed: seed, augmentation: augment ? Augmentation() : nil)
    self.seed = seed
    queue = prefetches ? DispatchQueue(label: "ssgan3d.batches") : nil
    state = Mutex(State(samples: position?.samples ?? 0))
  }

  /// Where the loader stands: after the batches that were handed out, whatever was made ahead.
  public var position: Position {
    Position(
      samples: state.withLock { $0.samples }, seed: seed, fingerprint: maker.set.fingerprint)
  }

  /// How long callers of ``next()`` have waited for their batches altogether.
  public var waited: Duration { state.withLock { $0.waited } }

  /// The next batch.
  ///
  /// - Returns: pictures `[B, 3, S, S]` in −1 … 1 and masks `[B, 13, S, S]` of −1 or +1, float32.
  /// - Throws: an error of one line when a pair cannot be read; the position then stays, and the
  ///   next call tries again.
  public func next() throws -> (image: Tensor, mask: Tensor) {
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

/// A batch that another thread is making.
private final class PendingBatch: Sendable {
  private let result = Mutex<Result<BatchMaker.Batch, any Error>?>(nil)
  private let isMade = DispatchSemaphore(value: 0)

  func fill(_ make: () throws -> BatchMaker.Batch) {
    let made = Result(catching: make)
    result.withLock { $0 = made }
    isMade.signal()
  }

  /// Waits for the batch; called once.
  func wait() throws -> BatchMaker.Batch? {
    isMade.wait()
    return try result.withLock { $0 }?.get()
  }
}
