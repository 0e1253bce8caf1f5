import Foundation
import TestSupport

/// The program `ssgan3d` as a process that can be stopped while it works.
final class TrainProcess {
  private let process = Process()
  private let folder: TemporaryFolder
  private let working: TemporaryFolder

  /// Starts the program in a folder, by default an empty one, so that no test can write into the
  /// repository.
  init(
    _ arguments: [String], environment: [String: String] = [:], program: URL? = nil,
    in place: URL? = nil
  ) throws {
    (folder, working) = (try TemporaryFolder(), try TemporaryFolder())
    process.currentDirectoryURL = place ?? working.url
    process.executableURL = try program ?? Self.program()
    process.arguments = arguments
    // Packs are kept beside the program, not in the user's home folder.
    let cache = try Self.program().deletingLastPathComponent()
      .appendingPathComponent("packs-of-tests")
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SSGAN3D_CACHE": cache.path]) { $1 }.merging(environment) { $1 }
    process.standardOutput = try Self.file(folder("output.txt"))
    process.standardError = try Self.file(folder("errors.txt"))
    try process.run()
  }

  /// Runs the subcommand `train` and waits for its end.
  static func train(_ arguments: [String]) throws -> Command.Outcome {
    let process = try TrainProcess(["train"] + arguments)
    let status = process.wait()
    return Command.Outcome(status: status, output: process.output, errors: process.errors)
  }

  /// Returns the program, which is built into the same folder as the tests.
  static func program() throws -> URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("ssgan3d")
  }

  private static func file(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  var isRunning: Bool { process.isRunning }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Kills the process and, if Foundation gave it a group of its own, the processes that it started.
  func killGroup() {
    kill(-process.processIdentifier, SIGKILL)
    send(SIGKILL)
  }

  /// Waits for the end; returns the exit status, or minus the signal that ended the program.
  func wait() -> Int32 {
    process.waitUntilExit()
    let status = process.terminationStatus
    return process.terminationReason == .uncaughtSignal ? -status : status
  }

  var output: String { text("output.txt") }
  var errors: String { text("errors.txt") }

  private func text(_ name: String) -> String {
    (try? String(contentsOf: folder(name), encoding: .utf8)) ?? ""
  }
}
