import Foundation
import Messages

/// Ends the process with one line on standard error, for faults of the user's machine or
/// environment.
///
/// - Parameters:
///   - line: what is wrong, where, and how to fix it.
///   - status: 1 if the work failed, 2 if the request was wrong.
func endProcess(_ line: String, status: Int32) -> Never {
  StandardError.say("Error: \(line)")
  exit(status)
}

/// The process's environment variables.
enum Environment {
  static subscript(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
