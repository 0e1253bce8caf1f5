import Foundation
import Testing

/// The programs `walk --live` and `ssgan3d studio` as a user starts and ends them.
@Suite("Live pages of the program", .serialized, .timeLimit(.minutes(20)))
struct LiveWalkTests {
  private static var walk: URL {
    Command.program.deletingLastPathComponent().appendingPathComponent("walk")
  }

  /// A program that serves pages, with the arguments before `--port`.
  enum Server: CaseIterable {
    case walk, studio

    var program: URL { self == .walk ? LiveWalkTests.walk : Command.program }
    var arguments: [String] { self == .walk ? ["--live"] : ["studio"] }
  }

  /// Starts a program on a free port and returns it with its port when it answers.
  private func start(_ server: Server) throws -> (process: Process, port: Int) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = server.program
    process.arguments = server.arguments + ["--port", "0"]
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
  @Test(arguments: Server.allCases)
  func controlCEndsTheProgram(server: Server) throws {
    let (process, _) = try start(server)
    let begin = Date()
    process.interrupt()
    while process.isRunning && Date().timeIntervalSince(begin) < 300 { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == SIGINT)
    #expect(Date().timeIntervalSince(begin) < 60)
  }

  @Test(arguments: Server.allCases)
  func aTakenPortIsOneLine(server: Server) throws {
    let (process, port) = try start(server)
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    let second = try Command.run(
      server.arguments + ["--port", "\(port)"], program: server.program)
    #expect(second.status == 1)
    #expect(
      second.errorLines.last
        == "Error: port \(port) is taken; choose another with --port, or any free one with --port 0"
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
