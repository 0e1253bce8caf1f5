import Foundation

/// Ends the process with one line on standard error, where the user's machine or environment is at fault.
///
/// - Parameters:
///   - line: what, where, how to mend it.
///   - status: 1 when work failed, 2 when it was asked for wrongly.
func endProcess(_ line: String, status: Int32) -> Never {
  FileHandle.standardError.write(Data("Error: \(line)\n".utf8))
  exit(status)
}

/// The process's environment variables.
enum Environment {
  static subscript(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
