import Foundation
import Glibc
import Synchronization

/// How far long work is, on standard error: a bar with rate and time left on a terminal, plain lines
/// elsewhere.
public final class ProgressReport: Sendable {
  private let unit: String
  private let total: Int
  private let isTerminal: Bool
  private let start: ContinuousClock.Instant
  private let state: Mutex<(done: Int, lastLine: ContinuousClock.Instant)>

  /// The least time between two plain lines.
  private static let pause = Duration.seconds(10)
  private static let width = 30

  /// Work of `total` steps, called by their plural.
  public init(_ unit: String, of total: Int) {
    self.unit = unit
    self.total = total
    isTerminal = isatty(STDERR_FILENO) == 1
    start = .now
    state = Mutex((0, start))
  }

  /// One more step is done, or several.
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

  /// `3 of 12 portraits, 1.5 a second, 6 s left`.
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

  /// `42 s`, and for more than ten minutes `2 h 05 min`.
  private static func duration(_ seconds: Double) -> String {
    guard seconds > 600 else { return String(format: "%.0f s", seconds) }
    let minutes = Int((seconds / 60).rounded())
    return minutes < 60
      ? "\(minutes) min" : String(format: "%d h %02d min", minutes / 60, minutes % 60)
  }

  /// A line for people, beside the results.
  public static func say(_ line: String) { write(line + "\n") }

  private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
