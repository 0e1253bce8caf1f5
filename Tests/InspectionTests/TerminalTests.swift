import Foundation
import Synchronization
import TensorFiles
import TestSupport
import Testing

@testable import Inspection

/// A walkthrough that runs in a pseudo-terminal, controlled by the test.
private final class Terminal: Sendable {
  private let controller: Int32
  private let status = Mutex<Int32?>(nil)
  private let finished = DispatchSemaphore(value: 0)

  init(_ chapters: [Chapter], folder: URL, hasColor: Bool = true) throws {
    controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(controller >= 0)
    // These calls replace unlockpt and ptsname, whose declarations need a feature macro.
    let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
    var (locked, number) = (Int32(0), UInt32(0))
    try #require(ioctl(controller, setLock, &locked) == 0)
    try #require(ioctl(controller, getNumber, &number) == 0)
    let device = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(device >= 0 && isatty(device) == 1)
    let handle = FileHandle(fileDescriptor: device, closeOnDealloc: false)
    let walkthrough = Walkthrough("Tour", introduction: "", chapters: chapters)
    Thread.detachNewThread { [self] in
      let result = walkthrough.run(
        arguments: ["walk", "--output", folder.path], input: handle,
        console: Console(handle, hasColor: hasColor))
      status.withLock { $0 = result }
      close(device)
      finished.signal()
    }
  }

  deinit { close(controller) }

  /// Returns the text up to the next prompt, without carriage returns and movements of the cursor.
  func untilPrompt() throws -> String {
    var bytes: [UInt8] = []
    while !plain(bytes).replacing(/\u{1B}\[[0-9;]*m/, with: "").hasSuffix(" > ") {
      var waiting = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
      try #require(poll(&waiting, 1, 20_000) > 0, "no prompt after 20 s: \(plain(bytes))")
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = read(controller, &chunk, chunk.count)
      try #require(count > 0, "the session ended: \(plain(bytes))")
      bytes += chunk[..<count]
    }
    return plain(bytes)
  }

  private func plain(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.filter { $0 != 0x0D }, as: UTF8.self)
      .replacing(/\u{1B}\[[0-9;]*[A-LK]/, with: "")
  }

  /// Whether the terminal delivers whole lines and echoes them, as it does outside the editor.
  var isUsual: Bool {
    var mode = termios()
    return tcgetattr(controller, &mode) == 0
      && mode.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == tcflag_t(ICANON | ECHO | ISIG)
      && mode.c_iflag & tcflag_t(ICRNL) != 0
  }

  /// Changes the size of the window.
  func resize(columns: UInt16) {
    var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(controller, bytes, bytes.count)
  }

  /// Types a line and returns the text up to the next prompt.
  func callAsFunction(_ line: String) throws -> String {
    type(line + "\n")
    return try untilPrompt()
  }

  /// Waits at most twenty seconds for the exit status and returns it.
  func exitStatus() throws -> Int32 {
    try #require(finished.wait(timeout: .now() + 20) == .success, "the session does not end")
    return try #require(status.withLock { $0 })
  }
}

@Suite("Stepping in a terminal", .serialized)
struct TerminalTests {
  @Test func everyCommandWorks() throws {
    let folder = try TemporaryFolder()
    let terminal = try Terminal([demoChapter()], folder: folder("out"))
    let start = try terminal.untilPrompt()
    #expect(start.contains("A bell <along> z") && start.contains("Second paragraph."))
    #expect(start.contains("How far along z does one pixel spread?"))
    #expect(start.contains("ψ = exp(−α(d\u{302} − z)²)"))
    #expect(start.contains("α = 2 / plane²") && start.contains("✓ holds  ψ is at most 1"))
    #expect(start.contains("1.1 Eq. 7 > ") && start.contains("▀"))

    let shown = try terminal("show part01_psi")
    #expect(shown.contains("\u{1B}[38;2;253;231;37m") && shown.contains("▀"))
    #expect(shown.contains("shape 4 × 1 × 1, min 0.0003355, max 1"))
    #expect(try terminal("show ψ(z)").contains("psi_z, shape"))
    #expect(try terminal("show").contains("part01_psi, psi_z"))
    #expect(try terminal("show nothing").contains("`show` lists them"))

    #expect(try terminal("why").contains("The exponent is never positive."))
    #expect(try terminal("code").contains("func bell(alpha: Double"))
    let changed = try terminal("set alpha 4")
    #expect(changed.contains("set alpha: 2 → 4 / plane²"))
    #expect(changed.contains("  α = 2 → 4 / plane²") && changed.contains("▀"))
    #expect(changed.contains("changed (2 of 2 pictures): part01_psi · psi_z"))
    #expect(
      try terminal("set planes 4").contains("No number, claim or picture of this step changed"))
    #expect(try terminal("set alpha 99").contains("alpha accepts 0.5 … 8, not 99"))
    #expect(try terminal("set alpha nan").contains("alpha: got nan, expected a number"))
    #expect(try terminal("set alpha 0x4").contains("0x4 is not in plain decimal notation"))
    #expect(try terminal("set beta 1").contains("it has: alpha, planes"))
    #expect(try terminal("set").contains("alpha = 4"))

    #expect(try terminal("dump").contains("Wrote 2 pictures"))
    let stored = try NPYFile.read(folder("out/bell/step1/part01_psi.npy")).tensor
    expectClose(stored, bell(alpha: 4, planes: 4), within: .exact)
    #expect(FileManager.default.fileExists(atPath: folder("out/bell/index.json").path))

    let second = try terminal("next")
    #expect(second.contains("Do they hold?") && second.contains("1.2 Claims > "))
    #expect(try terminal("").contains("This was the last step"))
    #expect(try terminal("wibble").contains("`wibble` is not a command;"))
    #expect(try terminal("wi\u{7}b\u{202E}ble").contains("`wibble` is not a command;"))
    #expect(try terminal("help").contains("set NAME VALUE"))
    #expect(try terminal("list").contains("> 1.2  Claims"))
    terminal.type("quit\n")
    #expect(try terminal.exitStatus() == 0)
  }

  /// `back` restores the parameters of a step: later changes are undone, changes at that step are kept.
  @Test func backIsExact() throws {
    let folder = try TemporaryFolder()
    let terminal = try Terminal([demoChapter()], folder: folder("out"))
    _ = try terminal.untilPrompt()
    #expect(try terminal("back").contains("This is the first step"))
    _ = try terminal("set alpha 3")
    let first = try terminal("show part01_psi")
    _ = try terminal("next")
    #expect(try terminal("set alpha 8").contains("set alpha: 3 → 8"))
    let again = try terminal("back")
    #expect(again.contains("α = 3 / plane²") && again.contains("1.1 Eq. 7 > "))
    #expect(try terminal("show part01_psi") == first)
    terminal.type("q\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func chaptersFollowEachOther() throws {
    let folder = try TemporaryFolder()
    let other = Chapter("other", title: "Another one", equations: "Eq. 1", introduction: "") {
      Step("Eq. 1", "And now?") { page in page.holds("fine", true) }
    }
    let terminal = try Terminal([demoChapter(), other], folder: folder("out"))
    _ = try terminal.untilPrompt()
    _ = try terminal("set alpha 3")
    _ = try terminal("next")
    #expect(try terminal("next").contains("Another one"))
    #expect(try terminal("set alpha 2").contains("no parameters"))
    _ = try terminal("back")
    #expect(try terminal("back").contains("α = 3"))
    terminal.type("exit\n")
    #expect(try terminal.exitStatus() == 0)
  }

  /// A change applies to the current chapter only, even if the next has a parameter of the same name.
  @Test func settingAppliesToTheCurrentChapter() throws {
    let folder = try TemporaryFolder()
    let chapters = ["first", "second"].map { name in
      Chapter(
        name, title: name, equations: "", introduction: "",
        parameters: [Parameter("x", 1, in: 0...5, meaning: "a number")]
      ) {
        Step("a", "b") { page in page.number("x", page["x"]) }
      }
    }
    let terminal = try Terminal(chapters, folder: folder("out"))
    _ = try terminal.untilPrompt()
    #expect(try terminal("set x 4").contains("  x = 1 → 4"))
    #expect(try terminal("next").contains("x = 1"))
    #expect(try terminal("back").contains("x = 4"))
    terminal.type("quit\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func aFailedClaimIsAFailedSession() throws {
    let folder = try TemporaryFolder()
    let terminal = try Terminal([demoChapter(failing: true)], folder: folder("out"))
    _ = try terminal.untilPrompt()
    #expect(try terminal("next").contains("✗ FAILS  four is enough"))
    terminal.type("quit\n")
    #expect(try terminal.exitStatus() == 1)
  }

  @Test func endOfInputEndsTheSession() throws {
    let folder = try TemporaryFolder()
    let terminal = try Terminal([demoChapter()], folder: folder("out"), hasColor: false)
    let start = try terminal.untilPrompt()
    #expect(!start.contains("\u{1B}"))
    let shown = try terminal("show part01_psi")
    #expect(!shown.contains("\u{1B}") && !shown.contains("▀"))
    #expect(try terminal("wi\u{7}b\u{202E}ble").contains("`wi\\u{7}b\\u{202E}ble` is not a"))
    terminal.type("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  /// The keys of the editor work through a whole session, and the terminal is as before at its end.
  @Test func linesAreEdited() throws {
    let folder = try TemporaryFolder()
    let terminal = try Terminal([demoChapter()], folder: folder("out"))
    _ = try terminal.untilPrompt()
    #expect(!terminal.isUsual)
    #expect(try terminal("alpha 3\u{1}set \u{5}\u{7F}5").contains("α = 2 → 5"))
    #expect(try terminal("set alpha 6").contains("α = 5 → 6"))
    #expect(try terminal("\u{1B}[A\u{1B}[A").contains("α = 6 → 5"))
    #expect(try terminal("pic\tof\t").contains("`pictures on` draws"))
    #expect(try terminal("sho\tpart\t").contains("part01_psi, shape"))
    #expect(try terminal("nonsense\u{3}set alpha 7").contains("α = 5 → 7"))
    #expect(!(try terminal("set alpha 2").contains("▀")))
    terminal.type("\u{15}quit\r")
    #expect(try terminal.exitStatus() == 0)
    #expect(terminal.isUsual)
  }

  /// No line is wider than the window, also after the window changed.
  @Test(arguments: [50, 80, 120])
  func linesBreakAtSpaces(columns: UInt16) throws {
    let folder = try TemporaryFolder()
    let terminal = try Terminal([demoChapter()], folder: folder("out"), hasColor: false)
    _ = try terminal.untilPrompt()
    terminal.resize(columns: columns)
    for command in ["help", "list", "set alpha 3", "goto 9", "why", "back", "show psi_z"] {
      let lines = try terminal(command).split(separator: "\n").dropFirst()
      #expect(lines.allSatisfy { $0.columns <= Int(columns) }, "\(command): \(lines)")
    }
    terminal.type("quit\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func aJumpCanBeTakenBack() throws {
    let folder = try TemporaryFolder()
    let other = Chapter("far-away", title: "Masks", equations: "Eq. 9–11", introduction: "") {
      Step("Eq. 10–11", "One?") { page in page.holds("fine", true) }
      Step("Eq. 9", "Two?") { page in page.holds("fine", true) }
    }
    let terminal = try Terminal([demoChapter(), other], folder: folder("out"))
    _ = try terminal.untilPrompt()
    _ = try terminal("set alpha 3")
    #expect(try terminal("goto eq9").contains("2.2 Eq. 9 > "))
    #expect(try terminal("goto .1").contains("2.1 Eq. 10–11 > "))
    #expect(try terminal("goto masks").contains("2.1 Eq. 10–11 > "))
    #expect(try terminal("goto maske").contains("Nearest:\n  2.1  Eq. 10–11  One?"))
    #expect(try terminal("goto 17").contains("7 is Eq. 7"))
    for _ in 0..<2 { _ = try terminal("back") }
    #expect(try terminal("back").contains("α = 3"))
    terminal.type("quit\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func anUnwritableFolderDoesNotEndTheSession() throws {
    let folder = try TemporaryFolder()
    try Data("x".utf8).write(to: folder("out"))
    let terminal = try Terminal([demoChapter()], folder: folder("out"))
    _ = try terminal.untilPrompt()
    #expect(try terminal("dump").contains("choose another folder"))
    #expect(try terminal("next").contains("Do they hold?"))
    terminal.type("quit\n")
    #expect(try terminal.exitStatus() == 0)
  }
}
