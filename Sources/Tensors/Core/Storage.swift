import Foundation
import Messages
import Synchronization

/// A block of memory that is written while its tensor is created, and only read once other tensors
/// share it.
///
/// This rule makes blocks safe to share between threads without a lock. The only later writes are
/// sums of gradients: a sum may overwrite its first summand if no other tensor uses that memory.
final class Storage: @unchecked Sendable {
  let bytes: UnsafeMutableRawPointer
  /// The size of the block in bytes, at least the requested size.
  private let capacity: Int

  init(byteCount: Int) {
    (bytes, capacity) = StoragePool.shared.take(byteCount)
  }

  deinit { StoragePool.shared.giveBack(bytes, capacity) }
}

/// A pool that recycles large blocks of memory.
///
/// Fresh memory takes ten times as long to write, because the operating system clears each page on
/// first touch (measured for 64 MiB: fresh 33 ms, recycled 3 ms).
///
/// Blocks smaller than `smallest` come directly from malloc, which is fast at these sizes. Whenever
/// the pool allocates fresh memory, it frees idle blocks until used plus idle bytes are at
/// most the highest use so far plus `slack`.
final class StoragePool: Sendable {
  static let shared = StoragePool()
  /// The smallest pooled size, 64 KiB; below it malloc is as fast as the pool.
  static let smallest = 1 << 16
  /// The number of bytes that may be kept beyond the highest use so far, 64 MiB.
  static let slack = 64 << 20

  /// An idle block; the caller that takes it out of the pool is its only owner.
  private struct Block: @unchecked Sendable {
    let bytes: UnsafeMutableRawPointer
  }

  private struct State {
    var idle: [Int: [Block]] = [:]
    var idleBytes = 0
    var usedBytes = 0
    var peakBytes = 0

    mutating func use(_ size: Int) {
      usedBytes += size
      peakBytes = max(peakBytes, usedBytes)
    }
  }
  private let state = Mutex(State())

  /// The bytes that live tensors hold through the pool, the peak of that number, and the idle
  /// bytes.
  var usage: (used: Int, peak: Int, idle: Int) {
    state.withLock { ($0.usedBytes, $0.peakBytes, $0.idleBytes) }
  }

  /// Resets the peak to the bytes in use now.
  func resetPeak() {
    state.withLock { $0.peakBytes = $0.usedBytes }
  }

  /// Rounds a size up to its size class, a multiple of an eighth of a power of two; at most 12.5 %
  /// is wasted.
  private static func sizeClass(_ byteCount: Int) -> Int {
    let step = max(4096, (1 << (Int.bitWidth - 1 - byteCount.leadingZeroBitCount)) >> 3)
    return (byteCount + step - 1) / step * step
  }

  /// Returns a block of at least the given number of bytes, and its actual size.
  func take(_ byteCount: Int) -> (UnsafeMutableRawPointer, capacity: Int) {
    guard byteCount >= Self.smallest else { return (Self.fresh(max(byteCount, 1)), byteCount) }
    let size = Self.sizeClass(byteCount)
    let found: (block: Block, size: Int)? = state.withLock { state in
      // A somewhat larger block is accepted: any recycled block is faster than fresh pages.
      var fit = size
      while fit <= size + size / 4 {
        if let block = state.idle[fit]?.popLast() {
          state.idleBytes -= fit
          state.use(fit)
          return (block, fit)
        }
        fit = Self.sizeClass(fit + 1)
      }
      state.use(size)
      let bound = state.peakBytes + Self.slack
      if state.usedBytes + state.idleBytes > bound { Self.shrink(&state, to: bound) }
      return nil
    }
    return found.map { ($0.block.bytes, $0.size) } ?? (Self.fresh(size), size)
  }

  func giveBack(_ bytes: UnsafeMutableRawPointer, _ size: Int) {
    guard size >= Self.smallest else { return free(bytes) }
    let block = Block(bytes: bytes)
    state.withLock { state in
      state.usedBytes -= size
      state.idleBytes += size
      state.idle[size, default: []].append(block)
    }
  }

  /// Returns every idle block to the operating system.
  func empty() {
    state.withLock { Self.shrink(&$0, to: 0) }
  }

  /// Frees idle blocks, largest first, until used and idle bytes together are within the bound.
  private static func shrink(_ state: inout State, to bound: Int) {
    for size in state.idle.keys.sorted(by: >) {
      while state.usedBytes + state.idleBytes > bound, let block = state.idle[size]?.popLast() {
        free(block.bytes)
        state.idleBytes -= size
      }
    }
  }

  /// Allocates a block aligned to a cache line, so that no two tiles share a line at their ends.
  private static func fresh(_ byteCount: Int) -> UnsafeMutableRawPointer {
    var block: UnsafeMutableRawPointer?
    guard byteCount < smallest || ProcessLimits.hasRoom(for: byteCount),
      posix_memalign(&block, 64, byteCount) == 0, let block
    else {
      endProcess(
        "out of memory: \(byteCount) bytes could not be allocated; use a smaller batch or model",
        status: 1)
    }
    return block
  }
}

/// The state of the engine's memory pool, in bytes.
public struct MemoryUsage: Sendable {
  /// Bytes held by live tensors of 64 KiB or more.
  public let used: Int
  /// The highest value of `used` since the last `resetPeak()`.
  public let peak: Int
  /// Bytes kept for reuse by later tensors.
  public let idle: Int

  /// The current state of the pool.
  public static var now: MemoryUsage {
    let (used, peak, idle) = StoragePool.shared.usage
    return MemoryUsage(used: used, peak: peak, idle: idle)
  }

  /// Resets the peak to the bytes in use now.
  public static func resetPeak() { StoragePool.shared.resetPeak() }

  /// Returns idle memory to the operating system.
  public static func releaseIdle() { StoragePool.shared.empty() }
}
