import Foundation
import TestSupport
import Testing

@testable import Inspection

@Suite("Piped commands")
struct PipedCommandTests {
  private func run(
    _ commands: String, failing: Bool = false, folder: TemporaryFolder
  ) throws -> (status: Int32, text: String) {
    let log = folder("log.txt")
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(commands.utf8))
    try pipe.fileHandleForWriting.close()
    let status = Walkthrough("Tour", introduction: "", chapters: [demoChapter(failing: failing)])
      .run(
        arguments: ["walk", "--output", folder("out").path], input: pipe.fileHandleForReading,
        console: Console(handle, hasColor: false))
    try handle.close()
    return (status, try folder.text("log.txt"))
  }

  @Test func commandsAreObeyed() throws {
    let folder = try TemporaryFolder()
    let (status, text) = try run(
      "# a remark\n\ngoto eq7\nset alpha 4\ndump\nquit\nset alpha 5\n", folder: folder)
    #expect(status == 0)
    #expect(text.contains("  α = 2 → 4 / plane²\n") && !text.contains("4 → 5"))
    #expect(!text.contains(" > ") && !text.contains("\u{1B}") && !text.contains("▀"))
    #expect(FileManager.default.fileExists(atPath: folder("out/bell/step1/part01_psi.npy").path))
    #expect(!FileManager.default.fileExists(atPath: folder("out/index.html").path))
  }

  @Test func theEndOfTheInputEndsTheSession() throws {
    let folder = try TemporaryFolder()
    let (status, text) = try run("", folder: folder)
    #expect(status == 0 && text.contains("1.1  Eq. 7") && !text.contains("1.2"))
    #expect(!FileManager.default.fileExists(atPath: folder("out").path))
  }

  @Test func aShownClaimThatFailsIsStatusOne() throws {
    let folder = try TemporaryFolder()
    #expect(try run("set alpha 3", failing: true, folder: folder).status == 0)
    #expect(try run("next\nwibble\n", failing: true, folder: folder).status == 1)
  }

  @Test(arguments: [
    "wibble", "goto 17", "goto", "set beta 1", "set alpha 99", "set alpha", "show nothing",
    "pictures perhaps",
  ])
  func aWrongCommandIsStatusTwo(command: String) throws {
    let folder = try TemporaryFolder()
    let (status, text) = try run(command + "\nnext\n", folder: folder)
    #expect(status == 2 && text.contains("Do they hold?"))
  }

  /// A closed descriptor and the null device give no commands; a file, a pipe and a terminal can.
  @Test func nothingWaitsForTheNullDevice() throws {
    let null = open("/dev/null", O_RDONLY)
    let zero = open("/dev/zero", O_RDONLY)
    defer { for descriptor in [null, zero] { close(descriptor) } }
    #expect(!Walkthrough.canGiveCommands(null) && !Walkthrough.canGiveCommands(-1))
    #expect(Walkthrough.canGiveCommands(zero))
    let pipe = Pipe()
    #expect(Walkthrough.canGiveCommands(pipe.fileHandleForReading.fileDescriptor))
  }
}
