import CPlatform
import Foundation
import Synchronization

/// The threads that share tiles of work.
///
/// How work is split into tiles depends on shapes alone, and each tile writes its own part of the
/// result. Results are therefore the same, bit for bit, for any number of threads.
public enum Parallel {
  /// The number of threads, including the caller.
  ///
  /// Set by the environment variable `SSGAN3D_THREADS`; by default the number of processors, at
  /// most 64.
  public static let threads: Int = {
    guard let text = Environment["SSGAN3D_THREADS"] else {
      return max(1, min(ProcessInfo.processInfo.activeProcessorCount, most))
    }
    guard let count = Int(text), (1...most).contains(count) else {
      endProcess(
        "SSGAN3D_THREADS is \(text), expected a whole number from 1 to \(most)", status: 2)
    }
    return count
  }()

  private static let most = 64

  /// The level of the inner loops that this processor runs, for reports.
  public static var vectorKernels: String { KernelLevel.chosen.rawValue }

  /// An upper bound for the threads used inside a closure; for tests and measurements.
  @TaskLocal static var limit = Int.max

  /// Runs a closure in which at most `count` threads work.
  public static func withThreads<Result>(
    _ count: Int, _ body: () throws -> Result
  ) rethrows -> Result {
    try $limit.withValue(count, operation: body)
  }

  /// Calls `body` once for every tile 0 ..< count, in any order, and returns when all are done.
  static func forEachTile(_ count: Int, _ body: (Int) -> Void) {
    let helpers = min(threads, limit) - 1
    guard count > 1, helpers > 0 else { return (0..<count).forEach(body) }
    WorkerTeam.shared.run(count, helpers: helpers, body)
  }

  /// Splits `count` elements into tiles of at most `size` and calls `body` with each range.
  static func forEachRange(_ count: Int, tile size: Int, _ body: (Range<Int>) -> Void) {
    let tiles = (count + size - 1) / size
    forEachTile(tiles) { tile in body(tile * size..<min(count, (tile + 1) * size)) }
  }
}

/// The threads that work besides the caller.
///
/// After their last tile they spin for a moment and then park, because waking a parked thread costs
/// as much as 100 000 multiplications (6 to 34 µs).
///
/// The conformance to `Sendable` is unchecked because of the plain variables. The caller that owns
/// the team writes `body`, `tiles`, `helpers` and `floatMode` while no round is open. Workers read
/// them only while they take part in an open round, and the owner waits for these workers before it
/// writes again. `parked` is protected by `condition`.
private final class WorkerTeam: @unchecked Sendable {
  static let shared = WorkerTeam()

  /// The number of spins before a thread parks, about a millisecond.
  private static let spins = 20_000

  /// The work to do for a tile.
  ///
  /// The work is passed as a pointer, because a worker that held the closure itself could release
  /// it after the caller has returned.
  private var body: UnsafePointer<(Int) -> Void>?
  private var tiles = 0
  /// The caller's floating-point mode, which its workers take over.
  private var floatMode: UInt64 = 0
  /// The number of workers that may take tiles of the current round: those with smaller numbers.
  private var helpers = 0
  private let next = Atomic<Int>(0)
  /// A counter that is even while there is no work and odd while workers may take tiles.
  private let round = Atomic<Int>(0)
  private let busyWorkers = Atomic<Int>(0)
  private let owned = Atomic<Bool>(false)
  private let condition = NSCondition()
  private var parked = 0

  private init() {
    for number in 0..<Parallel.threads - 1 {
      let thread = Thread { self.work(number) }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  func run(_ count: Int, helpers: Int, _ body: (Int) -> Void) {
    // One caller at a time owns the team. A second caller, or a tile that has tiles of its own,
    // does its work alone.
    guard owned.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { return (0..<count).forEach(body) }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        self.body = body
        tiles = count
        self.helpers = helpers
        floatMode = platform_float_mode()
        next.store(0, ordering: .relaxed)
        round.add(1, ordering: .sequentiallyConsistent)
        wakeParked()
        takeTiles(body, count)
        // Close the round. Workers that entered it are counted in `busyWorkers`; wait for them.
        round.add(1, ordering: .sequentiallyConsistent)
        while busyWorkers.load(ordering: .sequentiallyConsistent) > 0 { platform_spin_pause() }
        self.body = nil
      }
    }
    owned.store(false, ordering: .releasing)
  }

  private func takeTiles(_ body: UnsafePointer<(Int) -> Void>, _ count: Int) {
    while true {
      let tile = next.add(1, ordering: .relaxed).oldValue
      guard tile < count else { return }
      body.pointee(tile)
    }
  }

  private func wakeParked() {
    condition.lock()
    if parked > 0 { condition.broadcast() }
    condition.unlock()
  }

  private func work(_ number: Int) {
    var seen = 0
    while true {
      seen = waitForRound(after: seen)
      busyWorkers.add(1, ordering: .sequentiallyConsistent)
      // The round may have closed in the meantime; then its body is gone and there is nothing to
      // do.
      if round.load(ordering: .sequentiallyConsistent) == seen, number < helpers, let body {
        platform_set_float_mode(floatMode)
        takeTiles(body, tiles)
      }
      busyWorkers.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  /// Spins, then parks, until a round other than `seen` is open, and returns it.
  private func waitForRound(after seen: Int) -> Int {
    func open() -> Int? {
      let current = round.load(ordering: .sequentiallyConsistent)
      return current % 2 == 1 && current != seen ? current : nil
    }
    for _ in 0..<Self.spins {
      if let current = open() { return current }
      platform_spin_pause()
    }
    condition.lock()
    defer { condition.unlock() }
    parked += 1
    defer { parked -= 1 }
    while true {
      if let current = open() { return current }
      condition.wait()
    }
  }
}
