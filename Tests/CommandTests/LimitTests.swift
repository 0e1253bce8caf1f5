import Foundation
import TestSupport
import Testing
import TrainingRuns

/// Limits that a shell sets with `ulimit`: a command works, or it ends with status 1 and one line.
@Suite("Limits of the system")
struct LimitTests {
  private static let train =
    ["train"] + TrainTests.small + ["--iterations", "1", "--log-every", "1"]

  /// Runs the program under limits; ends it after two minutes, with status −9.
  private func run(_ limits: String, _ arguments: [String]) throws -> Command.Outcome {
    let process = try TrainProcess(
      ["-c", "\(limits); exec \"$0\" \"$@\"", try TrainProcess.program().path] + arguments,
      program: URL(fileURLWithPath: "/bin/bash"))
    let start = ContinuousClock.now
    while process.isRunning {
      if .now - start > .seconds(120) { process.send(SIGKILL) }
      usleep(10_000)
    }
    let status = process.wait()
    return Command.Outcome(status: status, output: process.output, errors: process.errors)
  }

  /// OpenBLAS repeats a refused request for address space for ever, and its threads do so at the start.
  @Test(arguments: [250_000, 450_000, 600_000, 2_000_000])
  func littleAddressSpaceEndsInOneLine(kilobytes: Int) throws {
    let folder = try TemporaryFolder()
    let limits = "ulimit -v \(kilobytes); export SSGAN3D_THREADS=2"
    let commands = [
      ["config", "--preset", "tiny"], ["--help"],
      ["generate", "--preset", "tiny", "--seed", "1", "--out", folder("faces").path],
      Self.train + ["--out", folder("run").path],
    ]
    for command in commands {
      let outcome = try run(limits, command)
      guard outcome.status != 0 else { continue }
      #expect(outcome.status == 1, "\(command): \(outcome.errors)")
      let errors = outcome.errorLines.filter { $0.hasPrefix("Error: ") }
      #expect(errors.count == 1 && errors[0].contains("out of memory"), "\(outcome.errors)")
    }
    let training = try run(limits, Self.train + ["--out", folder("b").path])
    if kilobytes < 500_000 { #expect(training.status == 1, "\(training.errors)") }
    if kilobytes > 1_000_000 { #expect(training.status == 0, "\(training.errors)") }
  }

  /// More threads need more buffers; the line says so before anything hangs.
  @Test func moreThreadsNeedMoreAddressSpace() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(
      "ulimit -v 2000000; export SSGAN3D_THREADS=16", Self.train + ["--out", folder("a").path])
    #expect(outcome.status == 1 && outcome.errors.contains("for each of 16 threads"))
    #expect(outcome.errors.contains("SSGAN3D_THREADS=1"), "\(outcome.errors)")
  }

  @Test func aSmallStackIsEnough() throws {
    let folder = try TemporaryFolder()
    let small = try run("ulimit -s 64", Self.train + ["--out", folder("a").path])
    #expect(small.status == 0, "\(small.errors)")
    let pack = try run(
      "ulimit -s 64",
      ["dataset", "prepare", "procedural:3", "--size", "32"]
        + ["--out", folder("pack").path])
    #expect(pack.status == 0, "\(pack.errors)")
    let usual = try run("true", Self.train + ["--out", folder("b").path])
    #expect(usual.status == 0, "\(usual.errors)")
    try expectSameWeights(folder("a"), folder("b"), iteration: 1)
  }

  /// Dispatch crashes if it finds no descriptors, so its share is made sure of before files take them.
  ///
  /// Of the limit, the standard streams take three and `held` further descriptors of the shell some.
  @Test(arguments: [
    (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (12, 0), (8, 2), (9, 2), (12, 2),
  ])
  func fewDescriptorsEndInOneLine(limit: Int, held: Int) throws {
    let folder = try TemporaryFolder()
    let open = (0..<held).map { "exec \($0 + 3)</dev/null; " }.joined()
    let commands = [
      ["dataset", "prepare", "procedural:6", "--size", "32", "--out", folder("pack").path],
      Self.train + ["--out", folder("run").path],
    ]
    for command in commands {
      let outcome = try run("\(open)ulimit -n \(limit)", command)
      let isTooLittle = limit - 3 - held < 4
      #expect(outcome.status == 1 || !isTooLittle && outcome.status == 0, "\(outcome.errors)")
      guard outcome.status != 0 else { continue }
      let errors = outcome.errorLines.filter { $0.hasPrefix("Error: ") }
      #expect(errors.count == 1, "\(outcome.errors)")
      if isTooLittle {
        #expect(errors.first?.contains("ulimit -n") == true && outcome.errorLines.count == 1)
        #expect(try folder.files("").isEmpty)
      }
    }
  }

  /// A file that would become too large is an error like a full disk: nothing is left half written.
  @Test func aLimitOnFileSizesLeavesNoTemporaryFile() throws {
    let folder = try TemporaryFolder()
    // The pack is prepared without the limit.
    #expect(try run("true", Self.train + ["--out", folder("b").path]).status == 0)
    let outcome = try run("ulimit -f 16", Self.train + ["--out", folder("a").path])
    #expect(outcome.status == 1, "\(outcome.errors)")
    let errors = outcome.errorLines.filter { $0.hasPrefix("Error: ") }
    #expect(errors.count == 1 && errors[0].contains("file too large"), "\(outcome.errors)")
    #expect(errors.first?.contains("ulimit -f") == true)
    #expect(try folder.files("a").allSatisfy { !$0.hasSuffix(".tmp") })
  }
}
