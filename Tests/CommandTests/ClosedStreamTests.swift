import Foundation
import TestSupport
import Testing

/// Runs in which standard error or standard output is closed or cannot be written.
@Suite("Closed streams") struct ClosedStreamTests {
  /// Runs the program from a shell, with a redirection such as `2>&-`.
  private func run(_ arguments: [String], _ redirection: String) throws -> Command.Outcome {
    try Command.run(
      ["-c", "exec \"$0\" \"$@\" \(redirection)", Command.program.path] + arguments,
      program: URL(fileURLWithPath: "/bin/sh"))
  }

  @Test(arguments: ["2>/dev/full", "2>&-"])
  func wrongUseStillEndsWithTwo(redirection: String) throws {
    #expect(try run(["train", "--batch", "none"], redirection).status == 2)
    #expect(try run(["verify", "x", "--precision", "int32"], redirection).status == 2)
  }

  @Test func aLostStandardErrorDoesNotEndTraining() throws {
    let folder = try TemporaryFolder()
    let arguments = ["train"] + TrainTests.small + ["--iterations", "2", "--out"]
    #expect(try run(arguments + [folder("run").path], "2>/dev/full").status == 0)
    let checkpoint = folder("run/checkpoints/iteration-00000002").path
    #expect(FileManager.default.fileExists(atPath: checkpoint))
  }

  /// A closed descriptor belongs to the next file that is opened; messages must not land in it.
  @Test func messagesAreNotWrittenIntoFiles() throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "exec \"$0\" \"$@\" <&- >&- 2>&-", Command.program.path, "dataset", "prepare",
      "procedural:5000", "--size", "16", "--out", folder("pack").path,
    ]
    try process.run()
    defer {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let pairs = folder("pack/pairs.bin").path
    while process.isRunning, !FileManager.default.fileExists(atPath: pairs) { usleep(10_000) }
    for descriptor in 0...2 {
      let link = "/proc/\(process.processIdentifier)/fd/\(descriptor)"
      let file = try FileManager.default.destinationOfSymbolicLink(atPath: link)
      #expect(file == "/dev/null")
    }
  }

  @Test func aClosedStandardOutputIsAnError() throws {
    let outcome = try run(["config", "--preset", "tiny"], ">&-")
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("Error: ") && outcome.errorLines.count == 1)
  }
}
