/// A key, or a combination of keys, of a terminal.
enum Key: Equatable {
  /// A character to insert.
  case text(Unicode.Scalar)
  /// A letter with the control key: `a` for Ctrl-A.
  case control(Character)
  case left, right, up, down, home, end
  case wordLeft, wordRight
  case backspace, delete, deleteWordBackward, deleteWordForward
}

/// A reader of keys that turns the bytes of a terminal into keys.
///
/// Bytes come one by one, because a terminal may deliver a character or an escape sequence in pieces.
struct KeyDecoder {
  private enum State {
    case ground
    case escape
    case function
    case sequence(parameters: [UInt8])
    case character(bytes: [UInt8], count: Int)
  }

  private var state = State.ground

  /// Takes one byte.
  ///
  /// - Parameter byte: the next byte of the terminal.
  /// - Returns: the key that the byte completes; nil if more bytes must follow, or if it has no meaning.
  mutating func receive(_ byte: UInt8) -> Key? {
    // An escape always begins anew, also inside a sequence that was cut off.
    if byte == 0x1B {
      state = .escape
      return nil
    }
    switch state {
    case .ground: return first(byte)
    case .escape: return afterEscape(byte)
    case .function:
      state = .ground
      return Self.functionKey(byte)
    case .sequence(let parameters):
      guard (0x20...0x3F).contains(byte), parameters.count < 16 else {
        state = .ground
        return Self.sequenceKey(parameters, byte)
      }
      state = .sequence(parameters: parameters + [byte])
      return nil
    case .character(let bytes, let count):
      return continued(bytes, count, byte)
    }
  }

  private mutating func first(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x00: return nil
    case 0x08, 0x7F: return .backspace
    case 0x01..<0x20: return .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x20..<0x7F: return .text(Unicode.Scalar(byte))
    case 0xC2...0xDF: state = .character(bytes: [byte], count: 2)
    case 0xE0...0xEF: state = .character(bytes: [byte], count: 3)
    case 0xF0...0xF4: state = .character(bytes: [byte], count: 4)
    default: return .text("\u{FFFD}")
    }
    return nil
  }

  private mutating func continued(_ bytes: [UInt8], _ count: Int, _ byte: UInt8) -> Key? {
    guard (0x80...0xBF).contains(byte) else {
      // The character was cut off; the new byte stands for itself.
      state = .ground
      return first(byte)
    }
    let bytes = bytes + [byte]
    guard bytes.count == count else {
      state = .character(bytes: bytes, count: count)
      return nil
    }
    state = .ground
    let text = String(decoding: bytes, as: UTF8.self)
    return text.unicodeScalars.first.map(Key.text)
  }

  private mutating func afterEscape(_ byte: UInt8) -> Key? {
    state = .ground
    switch byte {
    case UInt8(ascii: "["): state = .sequence(parameters: [])
    case UInt8(ascii: "O"): state = .function
    case UInt8(ascii: "b"), UInt8(ascii: "B"): return .wordLeft
    case UInt8(ascii: "f"), UInt8(ascii: "F"): return .wordRight
    case UInt8(ascii: "d"), UInt8(ascii: "D"): return .deleteWordForward
    case 0x08, 0x7F: return .deleteWordBackward
    default: break
    }
    return nil
  }

  /// Keys that follow `ESC O`.
  private static func functionKey(_ byte: UInt8) -> Key? {
    switch byte {
    case UInt8(ascii: "c"): .wordRight
    case UInt8(ascii: "d"): .wordLeft
    default: arrow(byte)
    }
  }

  private static func arrow(_ byte: UInt8) -> Key? {
    switch byte {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    default: nil
    }
  }

  /// Keys that follow `ESC [`: `3~` is delete, `1;5C` is the right arrow with the control key.
  private static func sequenceKey(_ parameters: [UInt8], _ last: UInt8) -> Key? {
    let numbers = String(decoding: parameters, as: UTF8.self).split(separator: ";").map { Int($0) }
    // Alt is 3, Ctrl is 5, both together 7.
    let isWord = numbers.count == 2 && [3, 5, 7].contains(numbers[1])
    if last == UInt8(ascii: "~") {
      switch numbers.first ?? nil {
      case 1, 7: return .home
      case 4, 8: return .end
      case 3: return isWord ? .deleteWordForward : .delete
      default: return nil
      }
    }
    switch arrow(last) {
    case .left where isWord: return .wordLeft
    case .right where isWord: return .wordRight
    case let key: return key
    }
  }
}
