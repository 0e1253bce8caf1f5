import Foundation
import TestSupport
import Testing

@Suite("A walkthrough on a terminal")
struct TerminatedWalkTests {
  /// SIGTERM comes while a line is edited: the terminal is as before, and the program ends by the signal.
  @Test func aTerminatedProgramRestoresTheTerminal() throws {
    let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(controller >= 0)
    defer { close(controller) }
    // These calls replace unlockpt and ptsname, whose declarations need a feature macro.
    let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
    var (locked, number) = (Int32(0), UInt32(0))
    try #require(ioctl(controller, setLock, &locked) == 0)
    try #require(ioctl(controller, getNumber, &number) == 0)
    let device = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(device >= 0)
    defer { close(device) }
    #expect(deliversLines(controller))

    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL =
      Command.program.deletingLastPathComponent().appendingPathComponent("walk-volume-weights")
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["TERM": "xterm-256color"]) { $1 }
    let terminal = FileHandle(fileDescriptor: device, closeOnDealloc: false)
    (process.standardInput, process.standardOutput, process.standardError) =
      (terminal, terminal, terminal)
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    let end = Date().addingTimeInterval(60)
    while deliversLines(controller) && Date() < end { drain(controller) }
    #expect(!deliversLines(controller), "the editor does not begin")
    process.terminate()
    let last = Date().addingTimeInterval(60)
    while process.isRunning && Date() < last { drain(controller) }
    try #require(!process.isRunning, "the signal does not end the program")
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == SIGTERM)
    #expect(deliversLines(controller))
  }

  /// Returns whether the terminal collects lines and echoes them.
  private func deliversLines(_ descriptor: Int32) -> Bool {
    var mode = termios()
    let wanted = tcflag_t(ICANON | ECHO | ISIG)
    return tcgetattr(descriptor, &mode) == 0 && mode.c_lflag & wanted == wanted
  }

  /// Reads what the program writes, for a tenth of a second, so that it never waits for a reader.
  private func drain(_ descriptor: Int32) {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, 100) > 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    if read(descriptor, &chunk, chunk.count) <= 0 { usleep(50_000) }
  }
}
