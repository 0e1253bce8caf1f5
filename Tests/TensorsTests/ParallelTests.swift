import Foundation
import Synchronization
import Testing

@testable import Tensors

/// Tests tiles on several threads: each runs exactly once, even if nested or from several callers.
@Suite("Parallel")
struct ParallelTests {
  /// One counter for each tile.
  private final class Counts: Sendable {
    private let counts: Mutex<[Int]>
    init(_ tiles: Int) { counts = Mutex([Int](repeating: 0, count: tiles)) }
    func add(_ tile: Int) { counts.withLock { $0[tile] += 1 } }
    var all: [Int] { counts.withLock { $0 } }
  }

  @Test(arguments: [0, 1, 2, 3, 100, 5000])
  func everyTileIsDoneOnce(tiles: Int) {
    let counts = Counts(tiles)
    Parallel.forEachTile(tiles) { counts.add($0) }
    #expect(counts.all == [Int](repeating: 1, count: tiles))
  }

  @Test func rangesCoverEveryElementOnce() {
    for (count, tile) in [(0, 4), (1, 4), (4, 4), (5, 4), (1001, 7)] {
      let counts = Counts(count)
      Parallel.forEachRange(count, tile: tile) { range in
        for i in range { counts.add(i) }
      }
      #expect(counts.all == [Int](repeating: 1, count: count))
    }
  }

  @Test func tilesInsideTilesAreDone() {
    let counts = Counts(400)
    Parallel.forEachTile(20) { outer in
      Parallel.forEachTile(20) { counts.add(outer * 20 + $0) }
    }
    #expect(counts.all == [Int](repeating: 1, count: 400))
  }

  /// Three callers, a thousand rounds each: all finish, and no tile is lost or done twice.
  @Test func severalCallersAtATimeFinish() {
    let counts = (0..<3).map { _ in Counts(50) }
    let done = DispatchGroup()
    for count in counts {
      DispatchQueue.global().async(group: done) {
        for _ in 0..<1000 { Parallel.forEachTile(50) { count.add($0) } }
      }
    }
    #expect(done.wait(timeout: .now() + 60) == .success)
    for count in counts { #expect(count.all == [Int](repeating: 1000, count: 50)) }
  }

  /// Rounds after long pauses, in which the workers park, and rounds without a pause.
  @Test func parkedWorkersWake() {
    let counts = Counts(8)
    for round in 0..<40 {
      if round % 10 == 0 { Thread.sleep(forTimeInterval: 0.02) }
      Parallel.forEachTile(8) { counts.add($0) }
    }
    #expect(counts.all == [Int](repeating: 40, count: 8))
  }

  @Test func noMoreThreadsWorkThanAskedFor() {
    for limit in 1...3 {
      let threads = Mutex(Set<ObjectIdentifier>())
      Parallel.withThreads(limit) {
        Parallel.forEachTile(200) { _ in
          Thread.sleep(forTimeInterval: 1e-4)
          threads.withLock { _ = $0.insert(ObjectIdentifier(Thread.current)) }
        }
      }
      #expect(threads.withLock { $0.count } <= limit)
    }
  }

  @Test func theClosuresResultAndErrorsComeThrough() {
    struct Stop: Error {}
    #expect(Parallel.withThreads(1) { 7 } == 7)
    #expect(throws: Stop.self) { try Parallel.withThreads(1) { throw Stop() } }
  }
}
