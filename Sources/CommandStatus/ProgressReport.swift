import Foundation
import Messages
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The progress of long work, printed on standard error.
///
/// On a terminal, the report is a bar with the rate and the remaining time; elsewhere, it is plain
/// lines.
public final class ProgressReport: Sendable {
  private let unit: String
  private let total: Int
  private let isTerminal: Bool
  private let start: ContinuousClock.Instant
  private let state: Mutex<(done: Int, lastLine: ContinuousClock.Instant)>

  /// The minimum time between two plain lines.
  private static let pause = Duration.seconds(10)
  private static let width = 30

  /// Starts a report for `total` steps; `unit` is their name in the plural.
  public init(_ unit: String, of total: Int) {
    self.unit = unit
    self.total = total
    isTerminal = isatty(STDERR_FILENO) == 1
    start = .now
    state = Mutex((0, start))
  }

  /// Reports that one or more further steps are done.
  public func advance(by steps: Int = 1) {
    let now = ContinuousClock.now
    state.withLock { state in
      state.done += steps
      let line = Self.line(state.done, of: total, unit, after: (now - start) / .seconds(1))
      if isTerminal {
        let end = state.done >= total ? "\n" : ""
        Self.write("\r\(Self.bar(state.done, of: total)) \(line)\u{1B}[K\(end)")
      } else if state.done == total || now - state.lastLine > Self.pause {
        state.lastLine = now
        Self.write("\(line)\n")
      }
    }
  }

  private static func bar(_ done: Int, of total: Int) -> String {
    let filled = min(width, width * done / max(1, total))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
  }

  /// Returns one line, for example `3 of 12 portraits, 1.5 a second, 6 s left`.
  static func line(_ done: Int, of total: Int, _ unit: String, after seconds: Double) -> String {
    let rate = Double(done) / max(seconds, 1e-6)
    let speed =
      rate >= 1
      ? String(format: "%.1f a second", rate) : String(format: "%.1f s each", 1 / rate)
    let left =
      done < total
      ? "\(duration(Double(total - done) / rate)) left"
      : String(format: "%.1f s", seconds)
    return "\(done) of \(total) \(unit), \(speed), \(left)"
  }

  /// Returns a duration such as `42 s`; above ten minutes, `15 min` or `2 h 05 min`.
  private static func duration(_ seconds: Double) -> String {
    guard seconds > 600 else { return String(format: "%.0f s", seconds) }
    let minutes = Int((seconds / 60).rounded())
    return minutes < 60
      ? "\(minutes) min" : String(format: "%d h %02d min", minutes / 60, minutes % 60)
  }

  /// Prints a line for the user on standard error, apart from the results on standard output.
  public static func say(_ line: String) { StandardError.say(line) }

  private static func write(_ text: String) { StandardError.write(text) }
}
