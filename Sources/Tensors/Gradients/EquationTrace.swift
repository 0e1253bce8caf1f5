import Synchronization

/// A count of the paper's equations that have run, for tests.
///
/// Every function in README's table of equations calls `mark`. Without a surrounding `counting` a mark costs
/// one look-up of a task-local value.
///
///     let (portraits, calls) = EquationTrace.counting { generator(z: z, poses: poses) }
///     calls["GaussianLifting.weights(at:planeAxis:)"]   // 1
public enum EquationTrace {
  /// The number of marks inside one call of `counting`, by function.
  private final class Log: Sendable {
    let counts = Mutex<[String: Int]>([:])
  }

  @TaskLocal private static var log: Log?

  /// Records that a function which computes an equation has started.
  ///
  /// - Parameters:
  ///   - type: the type of the function.
  ///   - function: the name of the function.
  public static func mark(_ type: Any.Type, function: StaticString = #function) {
    log?.counts.withLock { $0["\(type).\(function)", default: 0] += 1 }
  }

  /// Runs a closure and counts the equations that it computes.
  ///
  /// - Parameter body: the work to observe.
  /// - Returns: the result of the closure, and the number of calls of each function by its name,
  ///   `Type.function(label:)`.
  public static func counting<Result>(_ body: () throws -> Result) rethrows -> (
    result: Result, calls: [String: Int]
  ) {
    let own = Log()
    let result = try $log.withValue(own) { try body() }
    return (result, own.counts.withLock { $0 })
  }
}
