/// A scanner of the strict subset of JSON that a safetensors header consists of, token by token.
struct HeaderScanner {
  private let text: [UInt8]
  private var position = 0

  init(text: [UInt8]) { self.text = text }

  /// Reads an object; the closure reads each value.
  mutating func object(
    _ value: (_ key: String, _ scanner: inout HeaderScanner) throws -> Void
  ) throws {
    try expect("{")
    guard !take("}") else { return }
    repeat {
      let key = try string()
      try expect(":")
      try value(key, &self)
    } while take(",")
    try expect("}")
  }

  /// Reads a list of nonnegative integers.
  mutating func numbers(atMost limit: Int) throws -> [Int] {
    try expect("[")
    guard !take("]") else { return [] }
    var numbers: [Int] = []
    repeat {
      guard numbers.count < limit else { throw fault("at most \(limit) numbers") }
      numbers.append(try number())
    } while take(",")
    try expect("]")
    return numbers
  }

  /// Reads a string and resolves JSON's escapes; its bytes must be valid UTF-8.
  mutating func string() throws -> String {
    try expect("\"")
    var bytes: [UInt8] = []
    while position < text.count {
      let byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw fault("valid UTF-8 before this")
        }
        return string
      case UInt8(ascii: "\\"): bytes.append(contentsOf: try escape())
      case 0..<0x20: throw fault("no control character in a string")
      default: bytes.append(byte)
      }
    }
    throw fault("the end of a string")
  }

  /// Checks that nothing but padding follows.
  mutating func end() throws {
    while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
    guard position == text.count else { throw fault("only spaces after the header's object") }
  }

  private func fault(_ expected: String) -> SafetensorsFault {
    SafetensorsFault("header byte \(position): expected \(expected)")
  }

  private mutating func take(_ token: Unicode.Scalar) -> Bool {
    // The header's first byte is its brace: the format allows no white space before it.
    while position > 0, position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) {
      position += 1
    }
    guard position < text.count, text[position] == UInt8(ascii: token) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ token: Unicode.Scalar) throws {
    guard take(token) else { throw fault("\(token)") }
  }

  private mutating func number() throws -> Int {
    // This token never occurs, so the call only skips the white space before the number.
    _ = take("\0")
    let start = position
    while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
    let digits = text[start..<position]
    guard digits.first != 0x30 || digits.count == 1,
      let value = Int(String(decoding: digits, as: UTF8.self))
    else {
      position = start
      throw fault("a whole number from 0 to \(Int.max)")
    }
    return value
  }

  /// Reads what follows a backslash, as UTF-8.
  private mutating func escape() throws -> [UInt8] {
    guard position < text.count else { throw fault("an escape") }
    let letter = text[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try Array(String(unicodeEscape()).utf8)
    default: throw fault("an escape that JSON knows")
    }
  }

  /// Reads the scalar of `\u` and four hexadecimal digits, or of two of these that form a surrogate
  /// pair.
  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, position + 1 < text.count, text[position] == UInt8(ascii: "\\"),
      text[position + 1] == UInt8(ascii: "u")
    else { throw fault("the second half of a surrogate pair") }
    position += 2
    let second = try fourHexDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw fault("the second half of a surrogate pair") }
    return scalar
  }

  private mutating func fourHexDigits() throws -> UInt32 {
    guard position + 4 <= text.count else { throw fault("four hexadecimal digits") }
    var value: UInt32 = 0
    for byte in text[position..<position + 4] {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
      default: throw fault("four hexadecimal digits")
      }
    }
    position += 4
    return value
  }
}
