import Foundation
import Synchronization
import Testing

@testable import Tensors

/// Tiles on several threads: each exactly once, nested or from two callers at a time.
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

  /// Two callers, a thousand rounds each: both finish, and nothing is lost or done twice.
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

  /// Long pauses between rounds, in which the workers park, and none at all.
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

/// Memory goes back. The pool is the whole process's and other tests use it at the same time, so
/// these run in processes of their own.
@Suite("Memory")
struct MemoryTests {
  /// 1 MiB of single precision.
  private static let megabyte = [512, 512]

  @Test func whatIsGoneIsGivenBack() async {
    await #expect(processExitsWith: .success) {
      let start = MemoryUsage.now.used
      do {
        let x = Tensor.ones(MemoryTests.megabyte).tracked(as: "x")
        require(MemoryUsage.now.used == start + 1 << 20, "\(MemoryUsage.now)")
        let view = x.transposed().sliced(0, from: 3, length: 100)
        require(MemoryUsage.now.used == start + 1 << 20, "a view copied")
        let loss = (x.squared() * 3).sum() + view.sum()
        let slope = try gradient(of: loss, withRespectTo: x)
        require(slope.shape == x.shape, "\(slope.shape)")
      }
      require(MemoryUsage.now.used == start, "\(MemoryUsage.now)")
      MemoryUsage.releaseIdle()
      require(MemoryUsage.now.idle == 0, "\(MemoryUsage.now)")
    }
  }

  /// A view keeps the numbers it reads, and nothing else does.
  @Test func aViewOutlivesItsTensor() async {
    await #expect(processExitsWith: .success) {
      let start = MemoryUsage.now.used
      var view = Tensor.ones(MemoryTests.megabyte).reversed(0).at(0, 7)
      require(MemoryUsage.now.used == start + 1 << 20, "\(MemoryUsage.now)")
      require(view.scalars.allSatisfy { $0 == 1 }, "other numbers")
      view = view.contiguous().exponential()
      require(MemoryUsage.now.used == start, "\(MemoryUsage.now)")
    }
  }

  /// Ten thousand operations on a megabyte each need three megabytes at a time, and no more.
  @Test func aLongLoopDoesNotGrow() async {
    await #expect(processExitsWith: .success) {
      MemoryUsage.resetPeak()
      let start = MemoryUsage.now.used
      var x = Tensor.ones([64, 257])
      withoutGradients {
        for i in 0..<10_000 { x = i % 2 == 0 ? x * 0.5 : x + x }
      }
      require(x.scalars.allSatisfy { $0 == 1 }, "other numbers")
      let usage = MemoryUsage.now
      require(usage.peak - start <= 3 * (72 << 10), "\(usage)")
      require(usage.used + usage.idle <= usage.peak + StoragePool.slack, "\(usage)")
      require(usage.idle <= 3 * (72 << 10), "recycled blocks pile up: \(usage)")
    }
  }

  /// Used and idle memory together never pass the highest demand by more than the slack.
  @Test func idleMemoryIsBounded() async {
    await #expect(processExitsWith: .success) {
      MemoryUsage.resetPeak()
      for megabytes in [100, 60, 90, 30, 101, 75, 50, 99] {
        _ = Tensor.zeros([megabytes, 1 << 18])
        let usage = MemoryUsage.now
        require(usage.used + usage.idle <= usage.peak + StoragePool.slack, "\(usage)")
      }
    }
  }

  /// With a graph, memory grows with what the gradient needs; without, a chain keeps one result.
  @Test func withoutGradientsNothingIsKept() async {
    await #expect(processExitsWith: .success) {
      let x = Tensor.ones(MemoryTests.megabyte).tracked(as: "x")
      let start = MemoryUsage.now.used
      var y = x
      for _ in 0..<8 { y = y.exponential() * 0.25 }
      require(MemoryUsage.now.used - start >= 9 << 20, "the graph keeps no results")
      withoutGradients {
        y = x
        for _ in 0..<8 { y = y.exponential() * 0.25 }
      }
      require(MemoryUsage.now.used - start == 1 << 20, "\(MemoryUsage.now)")
    }
  }
}
