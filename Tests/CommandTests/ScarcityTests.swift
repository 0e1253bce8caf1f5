import Foundation
import TestSupport
import Testing

/// A command that lacks disk, descriptors or memory, or may not write, ends with one line and status 1.
///
/// Each file is then absent or whole, and a run without scarcity writes what it always writes. `make
/// soak` tries many amounts, `make test` one of each. The scarcity is made by the shell.
@Suite("Scarce resources", .serialized)
struct ScarcityTests {
  /// A resource and how the shell makes it scarce for the command `"$@"` in the folder `place`.
  struct Scarcity: Sendable, CustomTestStringConvertible {
    let name: String
    /// The script; `$amount` is one of the amounts.
    let script: String
    let amounts: [Int]
    /// The amount in `make test`.
    let usual: Int
    /// A command that fails if this machine cannot make the resource scarce.
    var condition = "true"

    var testDescription: String { name }
  }

  /// A file system in memory exists only inside the shell, so that its files are copied out of it.
  private static func mounted(_ options: String) -> String {
    """
    mkdir -p ../mount && mount -t tmpfs -o \(options) tmpfs ../mount && cd ../mount || exit 99
    "$@"; status=$?; cp -a . "$place"; exit $status
    """
  }
  private static let canMount = "unshare -rm sh -c 'mount -t tmpfs tmpfs /mnt'"

  static let all = [
    Scarcity(
      name: "full disk", script: mounted("size=${amount}k"),
      amounts: [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096], usual: 64, condition: canMount),
    Scarcity(
      name: "read-only folder", script: mounted("ro"), amounts: [1], usual: 1, condition: canMount),
    Scarcity(
      name: "short files", script: #"ulimit -f "$amount"; exec "$@""#,
      // In blocks of 512 bytes; messages go to a file as well, which must have room for them.
      amounts: [8, 16, 32, 64, 128, 512, 2048], usual: 8),
    Scarcity(
      name: "few descriptors", script: #"ulimit -n "$amount"; exec "$@""#,
      amounts: [4, 5, 6, 7, 8, 9, 10, 12, 16], usual: 8),
    Scarcity(
      name: "little memory", script: #"ulimit -v "$amount"; exec "$@""#,
      amounts: [
        150_000, 175_000, 200_000, 225_000, 250_000, 300_000, 350_000, 400_000, 450_000, 500_000,
        600_000, 800_000,
      ], usual: 450_000),
  ]

  @Test(arguments: all, SoakedCommand.all)
  func theCommandEndsInOneLine(scarcity: Scarcity, command: SoakedCommand) throws {
    guard try Self.shell(scarcity.condition, in: nil).wait() == 0 else {
      print("\(scarcity.name), \(command.name): skipped, this machine has no mount namespaces")
      return
    }
    let folder = try TemporaryFolder()
    let whole = folder("whole")
    try FileManager.default.createDirectory(at: whole, withIntermediateDirectories: true)
    let undisturbed = try command.run(in: whole)
    #expect(undisturbed.status == 0, "\(undisturbed.errors)")
    let files = try SoakedCommand.files(in: whole)

    var refused = 0
    for amount in Soak.isThorough ? scarcity.amounts : [scarcity.usual] {
      let when = "\(scarcity.name), \(amount)"
      let place = folder("round\(amount)/place")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let status = try Self.run(command, scarcity, amount, in: place)
      if status != 0 { refused += 1 }
      try command.expectNothingHalfWritten(place, like: files, when)
      try command.expectCompletion(place, like: files, when)
    }
    if Soak.isThorough { print("\(scarcity.name), \(command.name): \(refused) runs refused") }
  }

  /// Runs a command with scarce resources; returns its status.
  private static func run(
    _ command: SoakedCommand, _ scarcity: Scarcity, _ amount: Int, in place: URL
  ) throws -> Int32 {
    let process = try shell(
      scarcity.script, in: place, isolated: scarcity.condition != "true",
      ["amount": "\(amount)", "place": place.path],
      [try TrainProcess.program().path] + command.arguments)
    let limit = ContinuousClock.now + .seconds(120)
    while process.isRunning {
      if ContinuousClock.now > limit {
        Issue.record("\(command.name), \(scarcity.name) \(amount): still runs after two minutes")
        process.killGroup()
        break
      }
      usleep(2000)
    }
    let status = process.wait()
    let lines = process.errors.split(separator: "\n")
    let when = "\(command.name), \(scarcity.name) \(amount): status \(status), \(process.errors)"
    #expect([0, 1].contains(status), "\(when)")
    #expect(status == 0 || lines.count { $0.hasPrefix("Error: ") } == 1, "\(when)")
    #expect(status == 0 || lines.last?.hasPrefix("Error: ") == true, "\(when)")
    return status
  }

  private static func shell(
    _ script: String, in place: URL?, isolated: Bool = false, _ variables: [String: String] = [:],
    _ arguments: [String] = []
  ) throws -> TrainProcess {
    let words = ["sh", "-c", script, "sh"] + arguments
    return try TrainProcess(
      (isolated ? ["unshare", "-rm"] : []) + words, environment: variables,
      program: URL(fileURLWithPath: "/usr/bin/env"), in: place)
  }
}
