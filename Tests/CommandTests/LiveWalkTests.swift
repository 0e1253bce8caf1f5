import Foundation
import Testing

/// The program `walk --live` as a user starts and ends it.
@Suite("Live pages of the program", .serialized, .timeLimit(.minutes(20)))
struct LiveWalkTests {
  private static var walk: URL {
    Command.program.deletingLastPathComponent().appendingPathComponent("walk")
  }

  /// Starts the program on a free port and returns it with its port when it answers.
  private func start() throws -> (process: Process, port: Int) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = Self.walk
    process.arguments = ["--live", "--port", "0"]
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    // A shell lets background jobs ignore Ctrl-C, and programs inherit that from the tests.
    let former = signal(SIGINT, SIG_DFL)
    defer { signal(SIGINT, former) }
    try process.run()
    var text = ""
    while !text.contains("\n") {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
    }
    let line = try #require(
      text.wholeMatch(of: /Open http:\/\/127\.0\.0\.1:(\d+) in a browser; Ctrl-C ends\.\n/),
      "\(text)")
    return (process, try #require(Int(line.1)))
  }

  /// Ctrl-C ends the program at once by the signal, which a shell reports as status 130.
  @Test func controlCEndsTheProgram() throws {
    let (process, _) = try start()
    let begin = Date()
    process.interrupt()
    while process.isRunning && Date().timeIntervalSince(begin) < 300 { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == SIGINT)
    #expect(Date().timeIntervalSince(begin) < 60)
  }

  @Test func aTakenPortIsOneLine() throws {
    let (process, port) = try start()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    let second = try Command.run(["--live", "--port", "\(port)"], program: Self.walk)
    #expect(second.status == 1)
    #expect(
      second.errors
        == "Error: port \(port) is taken; choose another with --port, or any free one with --port 0\n"
    )
    #expect(second.output.isEmpty)
  }

  @Test(arguments: [
    (["--live", "--all"], "--live and --all exclude each other"),
    (["--live", "--port", "70000"], "70000"), (["--live", "--port", "-1"], "--port"),
    (["--live", "--port", "0", "--set", "alpha=99"], "accepts 0.05 … 8"),
    (["--live", "--port", "0", "--set", "nothing=1"], "no such parameter"),
  ])
  func wrongOptionsAreOneLine(arguments: [String], message: String) throws {
    let outcome = try Command.run(arguments, program: Self.walk)
    #expect(outcome.status == 2)
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains(message), "\(outcome.errors)")
  }
}
