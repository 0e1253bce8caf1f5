import Synchronization

/// A record of the paper's equations that have run, for tests and error messages.
///
/// Every function that computes an equation calls `mark`. Without a surrounding `counting` a mark costs
/// one look-up of a task-local value.
///
///     let (portraits, calls) = EquationTrace.counting { generator(z: z, poses: poses) }
///     calls["GaussianLifting.weights(at:planeAxis:)"]   // 1
public enum EquationTrace {
  /// The marks made so far inside one call of `counting`.
  private final class Log: Sendable {
    struct Marks {
      var counts: [String: Int] = [:]
      var latest: (equation: String, function: String)?
    }
    let marks = Mutex(Marks())
  }

  @TaskLocal private static var log: Log?

  /// Records that a function which computes an equation has started.
  ///
  /// - Parameters:
  ///   - equation: the equation as the paper numbers it, for example `Eq. 7`.
  ///   - type: the type of the function.
  ///   - function: the name of the function.
  public static func mark(
    _ equation: StaticString, _ type: Any.Type, function: StaticString = #function
  ) {
    guard let log else { return }
    let name = "\(type).\(function)"
    log.marks.withLock { marks in
      marks.counts[name, default: 0] += 1
      marks.latest = ("\(equation)", name)
    }
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
    return (result, own.marks.withLock { $0.counts })
  }

  /// The equation that started last inside the surrounding `counting`; nil before the first.
  static var latest: (equation: String, function: String)? {
    log?.marks.withLock { $0.latest }
  }
}
