import Messages

/// A line that a reader edits: the bytes of a terminal go in, the line and the text of the screen come out.
///
/// The editor reads and writes nothing. Its keys are those of Emacs and of common shells.
struct LineEditor {
  /// What a key asks for beyond a change of the line.
  enum Event: Equatable {
    /// Enter: the line is complete.
    case line(String)
    /// Ctrl-D on an empty line.
    case endOfInput
    /// Ctrl-C: the line is given up; whether it was empty.
    case interrupt(wasEmpty: Bool)
    /// Ctrl-Z.
    case suspend
    /// Ctrl-L.
    case clearScreen
    /// Tab: several words are possible.
    case choices([String])
  }

  /// The text before the cursor.
  private(set) var before = ""
  /// The text after the cursor.
  private(set) var after = ""
  /// The complete line.
  var line: String { before + after }

  /// Returns the words that may stand at the end of a text, each as a whole.
  var completions: @Sendable (_ before: String) -> [String] = { _ in [] }

  private var keys = KeyDecoder()
  /// Earlier lines, the oldest first.
  private var history: [String] = []
  /// The line of the history that is shown; `history.count` for the new line.
  private var position = 0
  /// The new line while an earlier one is shown.
  private var draft = ""
  /// What was deleted last by Ctrl-K, Ctrl-U or Ctrl-W, which Ctrl-Y inserts.
  private var killed = ""

  /// Takes one byte of the terminal.
  ///
  /// - Parameter byte: the next byte.
  /// - Returns: what the key asks for; nil if it only changes the line, or if more bytes must follow.
  mutating func receive(_ byte: UInt8) -> Event? { keys.receive(byte).flatMap { press($0) } }

  private mutating func press(_ key: Key) -> Event? {
    switch key {
    case .text(let scalar): insert(scalar)
    case .control(let letter): return control(letter)
    case .left: move(back: 1)
    case .right: move(ahead: 1)
    case .home: move(back: before.count)
    case .end: move(ahead: after.count)
    case .wordLeft: move(back: wordBefore)
    case .wordRight: move(ahead: wordAfter)
    case .up: recall(position - 1)
    case .down: recall(position + 1)
    case .backspace: before = String(before.dropLast())
    case .delete: after = String(after.dropFirst())
    case .deleteWordBackward: kill(back: wordBefore)
    case .deleteWordForward: kill(ahead: wordAfter)
    }
    return nil
  }

  private mutating func control(_ letter: Character) -> Event? {
    switch letter {
    case "a": move(back: before.count)
    case "b": move(back: 1)
    case "c":
      let wasEmpty = line.isEmpty
      clear()
      return .interrupt(wasEmpty: wasEmpty)
    case "d":
      if line.isEmpty { return .endOfInput }
      after = String(after.dropFirst())
    case "e": move(ahead: after.count)
    case "f": move(ahead: 1)
    case "i": return complete()
    case "j", "m": return accept()
    case "k": kill(ahead: after.count)
    case "l": return .clearScreen
    case "n": recall(position + 1)
    case "p": recall(position - 1)
    case "u": kill(back: before.count)
    case "w": kill(back: spacedWordBefore)
    case "y": before += killed
    case "z": return .suspend
    default: break
    }
    return nil
  }

  private mutating func insert(_ scalar: Unicode.Scalar) {
    // What has no appearance, or turns the direction of text, cannot be edited.
    guard String(scalar).visible == String(scalar) else { return }
    // A scalar may join the character before it: U+0302 puts a hat on it.
    before.unicodeScalars.append(scalar)
  }

  private mutating func accept() -> Event {
    let line = line
    let isNew = !line.allSatisfy(\.isWhitespace) && line != history.last
    if isNew { history.append(line) }
    clear()
    return .line(line)
  }

  private mutating func clear() {
    (before, after, draft) = ("", "", "")
    position = history.count
  }
}

// Moving and deleting.
extension LineEditor {
  private mutating func move(back count: Int) {
    after = before.suffix(count) + after
    before = String(before.dropLast(count))
  }

  private mutating func move(ahead count: Int) {
    before += after.prefix(count)
    after = String(after.dropFirst(count))
  }

  private mutating func kill(back count: Int) {
    guard count > 0 else { return }
    killed = String(before.suffix(count))
    before = String(before.dropLast(count))
  }

  private mutating func kill(ahead count: Int) {
    guard count > 0 else { return }
    killed = String(after.prefix(count))
    after = String(after.dropFirst(count))
  }

  /// The number of characters back to the start of a word of letters and digits.
  private var wordBefore: Int {
    let gap = before.reversed().prefix { !$0.isLetter && !$0.isNumber }.count
    return gap + before.dropLast(gap).reversed().prefix { $0.isLetter || $0.isNumber }.count
  }

  /// The number of characters to the end of a word of letters and digits.
  private var wordAfter: Int {
    let gap = after.prefix { !$0.isLetter && !$0.isNumber }.count
    return gap + after.dropFirst(gap).prefix { $0.isLetter || $0.isNumber }.count
  }

  /// The number of characters back to the last space before a word.
  private var spacedWordBefore: Int {
    let gap = before.reversed().prefix { $0 == " " }.count
    return gap + before.dropLast(gap).reversed().prefix { $0 != " " }.count
  }

  private mutating func recall(_ index: Int) {
    guard (0...history.count).contains(index), index != position else { return }
    if position == history.count { draft = line }
    position = index
    (before, after) = (index == history.count ? draft : history[index], "")
  }
}

// Completion.
extension LineEditor {
  /// Completes the word before the cursor as far as it is certain.
  private mutating func complete() -> Event? {
    let word = before.suffix(wordLength)
    let choices = completions(before)
    guard let first = choices.first else { return nil }
    let common = choices.dropFirst().reduce(first) { String($0.commonPrefix(with: $1)) }
    if choices.count == 1 {
      before = before.dropLast(word.count) + first + (after.first == " " ? "" : " ")
    } else if common.count > word.count {
      before = before.dropLast(word.count) + common
    } else {
      return .choices(choices)
    }
    return nil
  }

  /// The number of characters of the word that ends at the cursor.
  private var wordLength: Int { before.reversed().prefix { $0 != " " }.count }
}

// The screen.
extension LineEditor {
  /// Returns the part of the line that fits after a prompt, and the column of the cursor in it.
  ///
  /// A line that is too wide is shifted so that the cursor stays visible.
  ///
  /// - Parameter width: the number of columns, at least 2.
  /// - Returns: the visible text, and the number of its columns before the cursor.
  func window(width: Int) -> (text: String, cursor: Int) {
    let width = max(2, width)
    var left = before[...]
    // One column remains free for the cursor at the end of the line.
    while left.columns > width - 1 { left = left.dropFirst() }
    var (text, used) = (String(left), left.columns)
    for character in after {
      guard used + character.columns <= width - 1 else { break }
      text.append(character)
      used += character.columns
    }
    return (text, left.columns)
  }
}
