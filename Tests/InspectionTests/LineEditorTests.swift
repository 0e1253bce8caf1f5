import Testing

@testable import Inspection

@Suite("Editing a line")
struct LineEditorTests {
  /// Types text and keys and returns the line with a bar at the cursor.
  private func typed(_ keys: String, in editor: inout LineEditor) -> String {
    for byte in keys.utf8 { _ = editor.receive(byte) }
    return editor.before + "|" + editor.after
  }

  private func typed(_ keys: String) -> String {
    var editor = LineEditor()
    return typed(keys, in: &editor)
  }

  @Test(arguments: [
    ("abc", "abc|"), ("abc\u{1B}[D\u{1B}[D", "a|bc"), ("abc\u{1}", "|abc"),
    ("ab\u{1}\u{5}c", "abc|"),
    ("abc\u{1B}[H\u{1B}[C", "a|bc"), ("abc\u{1B}OH\u{1B}OFd", "abcd|"),
    ("ab\u{1B}[1~x\u{1B}[4~y", "xaby|"),
    ("abc\u{7F}\u{8}", "a|"), ("abc\u{1}\u{1B}[3~", "|bc"), ("abc\u{1}\u{4}", "|bc"),
    ("set alpha 2\u{1B}b\u{1B}b", "set |alpha 2"),
    ("set alpha 2\u{1B}[1;5D\u{1B}[1;3D", "set |alpha 2"),
    ("set alpha\u{1}\u{1B}f", "set| alpha"), ("set alpha\u{1}\u{1B}[1;5C\u{1B}[1;5C", "set alpha|"),
    ("set a.b\u{17}", "set |"), ("set a.b\u{1B}\u{7F}", "set a.|"),
    ("set alpha\u{1}\u{1B}d", "| alpha"),
    ("set alpha\u{1B}b\u{B}", "set |"), ("set alpha\u{1B}b\u{15}", "|alpha"),
    ("one two\u{17}\u{1}\u{19}", "two|one "), ("ab\u{2}\u{6}\u{2}c", "ac|b"),
  ])
  func keysMoveAndDelete(keys: String, line: String) {
    #expect(typed(keys) == line)
  }

  @Test(arguments: [
    ("\u{1B}[D\u{1B}[C\u{7F}\u{1B}[3~\u{15}\u{B}\u{17}", "|"), ("a\u{1B}[99;99Zb", "ab|"),
    ("a\u{1B}\u{1B}[Db", "b|a"), ("a\u{1B}[1;5", "a|"), ("a\u{0}\u{1C}b", "ab|"),
    ("a\u{202E}\u{200B}b", "ab|"),
  ])
  func oddKeysDoNoHarm(keys: String, line: String) {
    #expect(typed(keys) == line)
  }

  /// Accents, wide characters and emoji count as one character each.
  @Test func charactersStayWhole() {
    #expect(typed("d\u{302}日é\u{1B}[D\u{7F}x") == "d\u{302}x|é")
    #expect(typed("d\u{302}\u{7F}") == "|")
    var editor = LineEditor()
    for byte: UInt8 in [0xCF, 0x61, 0xFF, 0xE6, 0x97, 0xA5] { _ = editor.receive(byte) }
    #expect(editor.line == "a\u{FFFD}日")
  }

  @Test func eventsEndTheLine() {
    var editor = LineEditor()
    func last(_ keys: String) -> LineEditor.Event? {
      keys.utf8.map { editor.receive($0) }.last ?? nil
    }
    #expect(last("next\r") == .line("next") && editor.line.isEmpty)
    #expect(last("d̂\n") == .line("d̂"))
    #expect(last("set\u{1}\r") == .line("set"))
    #expect(last("\u{4}") == .endOfInput)
    #expect(last("x\u{3}") == .interrupt(wasEmpty: false) && editor.line.isEmpty)
    #expect(last("\u{3}") == .interrupt(wasEmpty: true))
    #expect(last("\u{1A}") == .suspend && last("\u{C}") == .clearScreen)
  }

  @Test func earlierLinesReturn() {
    var editor = LineEditor()
    #expect(typed("one\rtwo\rtwo\r   \r", in: &editor) == "|")
    #expect(typed("new\u{1B}[A", in: &editor) == "two|")
    #expect(typed("\u{10}", in: &editor) == "one|")
    #expect(typed("\u{1B}OA", in: &editor) == "one|")
    #expect(typed("\u{1B}[B\u{E}", in: &editor) == "new|")
    #expect(typed("\u{1B}[B", in: &editor) == "new|")
  }

  @Test func tabCompletes() {
    var editor = LineEditor()
    editor.completions = { text in
      SessionCommand.completions(
        of: text, arguments: [.set: ["alpha", "alphabet", "beta"], .show: ["psi"]])
    }
    #expect(typed("hel\t", in: &editor) == "help |")
    #expect(typed("\u{15}set b\t", in: &editor) == "set beta |")
    #expect(typed("\u{15}set a\t", in: &editor) == "set alpha|")
    #expect(editor.receive(0x09) == .choices(["alpha", "alphabet"]))
    #expect(typed("\u{15}s p\t", in: &editor) == "s psi |")
    #expect(typed("\u{15}set wibble\t", in: &editor) == "set wibble|")
    #expect(typed("\u{15}set alpha b\t", in: &editor) == "set alpha b|")
    #expect(typed("\u{15}so\u{1B}[D\u{7F}\t", in: &editor) == "|o")
  }

  @Test func aLongLineIsShifted() {
    var editor = LineEditor()
    _ = typed("0123456789", in: &editor)
    #expect(editor.window(width: 20) == ("0123456789", 10))
    #expect(editor.window(width: 6) == ("56789", 5))
    _ = typed("\u{1}", in: &editor)
    #expect(editor.window(width: 6) == ("01234", 0))
    var wide = LineEditor()
    _ = typed("日本日本", in: &wide)
    #expect(wide.window(width: 6) == ("日本", 4))
    _ = typed("d\u{302}", in: &wide)
    #expect(wide.window(width: 20) == ("日本日本d\u{302}", 9))
  }
}

private func == (a: (text: String, cursor: Int), b: (String, Int)) -> Bool {
  a.text == b.0 && a.cursor == b.1
}
