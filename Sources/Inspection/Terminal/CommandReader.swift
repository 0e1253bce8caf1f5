import Foundation

/// The source of a session's commands: a terminal with editing keys, or lines from anywhere else.
struct CommandReader {
  /// Whether a person types the commands: then the session writes prompts.
  let isTerminal: Bool
  /// Whether lines can be edited; a terminal without a cursor only delivers whole lines.
  let canEdit: Bool

  private var lines: LineReader
  private let descriptor: Int32
  private let console: Console
  private var editor = LineEditor()
  /// Bytes that were typed ahead.
  private var pending: [UInt8] = []

  /// Creates a reader of an open file.
  init(_ input: FileHandle, console: Console) {
    descriptor = input.fileDescriptor
    lines = LineReader(input)
    isTerminal = isatty(descriptor) == 1
    canEdit = isTerminal && console.movesCursor
    self.console = console
  }

  /// Returns the next command; nil at the end of the input.
  ///
  /// - Parameters:
  ///   - prompt: the text before the line, which only a terminal shows.
  ///   - completions: returns the words that may stand at the end of a text.
  /// - Returns: the line without its line break.
  mutating func next(
    prompt: String, completions: @escaping @Sendable (String) -> [String]
  ) -> String? {
    guard canEdit, let mode = TerminalMode(descriptor) else {
      if isTerminal { console.write(console.styled(prompt, .bold)) }
      let line = lines.next()
      if isTerminal && line == nil { console.line() }
      return line
    }
    editor.completions = completions
    return edited(prompt, mode)
  }

  private mutating func edited(_ prompt: String, _ mode: TerminalMode) -> String? {
    var signals = TerminalSignals()
    signals.listen()
    mode.enterKeys()
    defer {
      mode.restore()
      signals.stop()
    }
    var isDrawn = false
    while true {
      if pending.isEmpty {
        if !isDrawn { draw(prompt) }
        isDrawn = true
        guard wait(prompt, mode, &signals) else {
          console.line()
          return nil
        }
      }
      let byte = pending.removeFirst()
      let event = editor.receive(byte)
      guard let event else {
        isDrawn = false
        continue
      }
      switch event {
      case .line(let line):
        // The line as it was accepted, with the whole of it on the screen.
        if !isDrawn { draw(prompt, line) }
        console.line()
        return line
      case .endOfInput:
        console.line()
        return nil
      case .interrupt(let wasEmpty):
        console.line("^C")
        if wasEmpty { console.line("`quit` or Ctrl-D ends the program.") }
      case .suspend:
        console.line("^Z")
        suspend(mode, &signals) { kill(0, SIGTSTP) }
      case .clearScreen: console.write("\u{1B}[H\u{1B}[2J")
      case .choices(let words):
        draw(prompt)
        console.line()
        console.paragraph(words.joined(separator: "  "))
      }
      isDrawn = false
    }
  }

  /// Draws prompt and line on the current row and puts the cursor where it belongs.
  private func draw(_ prompt: String, _ accepted: String? = nil) {
    let columns = console.columns
    // The prompt may take half of a narrow terminal.
    var prompt = prompt
    if prompt.columns > columns / 2 {
      var short = prompt[...]
      while short.columns > max(0, columns / 2 - 4) { short = short.dropLast() }
      prompt = short + "… > "
    }
    var shown = editor.window(width: columns - prompt.columns)
    if let accepted {
      shown.text = accepted
      shown.cursor = accepted.columns
    }
    let cursor = prompt.columns + shown.cursor
    console.write("\r" + console.styled(prompt, .bold) + shown.text + "\u{1B}[K")
    if shown.cursor < shown.text.columns { console.write("\r\u{1B}[\(max(1, cursor))C") }
  }

  /// Waits for keys; returns false at the end of the input.
  private mutating func wait(
    _ prompt: String, _ mode: TerminalMode, _ signals: inout TerminalSignals
  ) -> Bool {
    while true {
      var waiting = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: TerminalSignals.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&waiting, 2, -1)
      if count < 0 && errno != EINTR { return false }
      while let number = TerminalSignals.next() {
        obey(number, mode, &signals)
        draw(prompt)
      }
      guard count > 0, waiting[0].revents != 0 else { continue }
      var chunk = [UInt8](repeating: 0, count: 1024)
      let read = Foundation.read(descriptor, &chunk, chunk.count)
      if read < 0 && errno == EINTR { continue }
      // A terminal whose other end is closed reports an error, which also means the end.
      guard read > 0 else { return false }
      pending += chunk[..<read]
      return true
    }
  }

  /// Lets a signal have its usual effect, with the terminal in its usual mode.
  private func obey(_ number: Int32, _ mode: TerminalMode, _ signals: inout TerminalSignals) {
    if number == SIGWINCH || number == SIGCONT {
      // Whoever continues the program may have changed the mode.
      mode.enterKeys()
      return
    }
    if number != SIGTSTP { console.line() }
    suspend(mode, &signals) { kill(getpid(), number) }
  }

  /// Restores the terminal, does something that may stop or end the program, and edits again.
  private func suspend(
    _ mode: TerminalMode, _ signals: inout TerminalSignals, _ body: () -> Int32
  ) {
    mode.restore()
    signals.stop()
    _ = body()
    signals.listen()
    mode.enterKeys()
  }
}
