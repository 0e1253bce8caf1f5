import Dispatch
import Synchronization
import Tensors

/// Independent tasks on all threads, with results in the order of their numbers.
enum Concurrent {
  /// Calls a closure once for every number of a range.
  ///
  /// - Parameters:
  ///   - range: the numbers.
  ///   - body: called from several threads at once.
  /// - Returns: the result or the error of each call.
  static func results<Value: Sendable>(
    _ range: Range<Int>, _ body: @Sendable (Int) throws -> Value
  ) -> [Result<Value, any Error>] {
    let next = Atomic(range.lowerBound)
    let found = Mutex<[Int: Result<Value, any Error>]>([:])
    withoutActuallyEscaping(body) { body in
      DispatchQueue.concurrentPerform(iterations: min(range.count, Parallel.threads)) { _ in
        while true {
          let number = next.add(1, ordering: .relaxed).oldValue
          guard number < range.upperBound else { return }
          let result = Result { try body(number) }
          found.withLock { $0[number] = result }
        }
      }
    }
    let all = found.withLock { $0 }
    return range.compactMap { all[$0] }
  }
}
