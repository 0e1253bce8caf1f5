import Foundation
import Synchronization

/// Runs one computation at a time, and of the waiting requests of one reader only the newest.
///
/// A slider that moves quickly asks for more than can be computed. Each request replaces the waiting one
/// of the same name; the replaced one is answered at once with nil. A computation that has begun is never
/// interrupted.
///
///     guard let picture = await turns.take("\(reader)/camera", { render(pose) }) else {
///       return .line("overtaken by a newer request", status: 409)
///     }
public final class Turns: Sendable {
  private struct Waiting: Sendable {
    let name: String
    let work: @Sendable () -> Void
    let drop: @Sendable () -> Void
  }
  private struct State {
    var queue: [Waiting] = []
    var isRunning = false
  }
  private let state = Mutex(State())
  private let stackSize: Int

  /// Creates a queue of computations.
  ///
  /// - Parameter stackSize: the stack of the computing thread in bytes.
  public init(stackSize: Int = 8 << 20) { self.stackSize = stackSize }

  /// The number of computations that wait for their turn.
  var waiting: Int { state.withLock { $0.queue.count } }

  /// Computes a value when its turn comes.
  ///
  /// - Parameters:
  ///   - name: what the newest request replaces: the same name means the same part of the same page.
  ///   - work: the computation; it runs on a thread of its own.
  /// - Returns: the value, or nil if a newer request of the same name came before its turn.
  public func take<Value: Sendable>(
    _ name: String, _ work: @escaping @Sendable () -> Value
  ) async -> Value? {
    await withCheckedContinuation { continuation in
      let mine = Waiting(
        name: name, work: { continuation.resume(returning: work()) },
        drop: { continuation.resume(returning: nil) })
      let (dropped, isFirst) = state.withLock { state -> ([Waiting], Bool) in
        let dropped = state.queue.filter { $0.name == name }
        state.queue.removeAll { $0.name == name }
        state.queue.append(mine)
        defer { state.isRunning = true }
        return (dropped, !state.isRunning)
      }
      dropped.forEach { $0.drop() }
      if isFirst { start() }
    }
  }

  private func start() {
    let thread = Thread { [self] in
      while let next = next() { next.work() }
    }
    thread.stackSize = stackSize
    thread.start()
  }

  private func next() -> Waiting? {
    state.withLock { state in
      guard !state.queue.isEmpty else {
        state.isRunning = false
        return nil
      }
      return state.queue.removeFirst()
    }
  }
}
