import Testing

@testable import Tensors

/// Tests that memory is released.
///
/// A process has one pool, and other tests use it at the same time, so each of these tests runs in
/// its own process.
@Suite("Memory")
struct MemoryTests {
  /// 1 MiB of single precision.
  private static let megabyte = [512, 512]

  @Test func memoryOfReleasedTensorsIsReturned() async {
    await #expect(processExitsWith: .success) {
      let start = MemoryUsage.now.used
      do {
        let x = Tensor.ones(MemoryTests.megabyte).tracked(as: "x")
        require(MemoryUsage.now.used == start + 1 << 20, "\(MemoryUsage.now)")
        let view = x.transposed().sliced(axis: 0, from: 3, length: 100)
        require(MemoryUsage.now.used == start + 1 << 20, "a view copied")
        let loss = (x.squared() * 3).sum() + view.sum()
        let gradient = try gradient(of: loss, withRespectTo: x)
        require(gradient.shape == x.shape, "\(gradient.shape)")
      }
      require(MemoryUsage.now.used == start, "\(MemoryUsage.now)")
      MemoryUsage.releaseIdle()
      require(MemoryUsage.now.idle == 0, "\(MemoryUsage.now)")
    }
  }

  /// A view keeps the memory that it reads; nothing else does.
  @Test func aViewOutlivesItsTensor() async {
    await #expect(processExitsWith: .success) {
      let start = MemoryUsage.now.used
      var view = Tensor.ones(MemoryTests.megabyte).reversed(axis: 0)[7]
      require(MemoryUsage.now.used == start + 1 << 20, "\(MemoryUsage.now)")
      require(view.scalars.allSatisfy { $0 == 1 }, "wrong values")
      view = view.contiguous().exponential()
      require(MemoryUsage.now.used == start, "\(MemoryUsage.now)")
    }
  }

  /// Ten thousand operations on 64 KiB each need three blocks at a time, and no more.
  @Test func aLongLoopDoesNotGrow() async {
    await #expect(processExitsWith: .success) {
      MemoryUsage.resetPeak()
      let start = MemoryUsage.now.used
      var x = Tensor.ones([64, 257])
      withoutGradients {
        for i in 0..<10_000 { x = i % 2 == 0 ? x * 0.5 : x + x }
      }
      require(x.scalars.allSatisfy { $0 == 1 }, "wrong values")
      let usage = MemoryUsage.now
      require(usage.peak - start <= 3 * (72 << 10), "\(usage)")
      require(usage.used + usage.idle <= usage.peak + StoragePool.slack, "\(usage)")
      require(usage.idle <= 3 * (72 << 10), "recycled blocks pile up: \(usage)")
    }
  }

  /// Used and idle memory together never exceed the peak by more than the slack.
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

  /// With a graph, memory grows with what the gradient needs; without one, a chain keeps one
  /// result.
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
