/// The dictionary at the head of an NPY file.
///
/// The dictionary has exactly this grammar, with each key once, in any order, and spaces between
/// the tokens:
///
///     header  =  "{" entry { "," entry } [ "," ] "}" { " " } newline
///     entry   =  "'descr'" ":" string  |  "'fortran_order'" ":" ( "True" | "False" )
///             |  "'shape'" ":" tuple
///     tuple   =  "(" ")"  |  "(" number "," ")"  |  "(" number "," number { "," number } [ "," ] ")"
///     number  =  "0"  |  digit 1 … 9 { digit }
///     string  =  quoted with ' or ", without escapes
struct NPYHeader {
  let element: ArrayElement
  let bigEndian: Bool
  let fortranOrder: Bool
  let shape: [Int]

  init(_ text: [UInt8]) throws {
    var parser = Parser(text: text)
    var element: (type: ArrayElement, bigEndian: Bool)?
    var fortranOrder: Bool?
    var shape: [Int]?
    try parser.expect("{")
    repeat {
      let key = try parser.string()
      try parser.expect(":")
      switch key {
      case "descr" where element == nil: element = try parser.element()
      case "fortran_order" where fortranOrder == nil: fortranOrder = try parser.truth()
      case "shape" where shape == nil: shape = try parser.tuple()
      case "descr", "fortran_order", "shape":
        throw NPYFault("header has the key '\(key)' twice", .dictionary)
      default: throw NPYFault("header has the unknown key '\(key)'", .dictionary)
      }
    } while try parser.separator(before: "}")
    try parser.end()
    guard let element, let fortranOrder, let shape else {
      throw NPYFault("header lacks one of descr, fortran_order and shape", .dictionary)
    }
    (self.element, bigEndian) = element
    (self.fortranOrder, self.shape) = (fortranOrder, shape)
  }

  private struct Parser {
    let text: [UInt8]
    var position = 0

    init(text: [UInt8]) { self.text = text }

    var next: UInt8? { position < text.count ? text[position] : nil }

    func fault(_ expected: String) -> NPYFault {
      NPYFault("header byte \(position): expected \(expected)", .dictionary)
    }

    mutating func skipSpaces() {
      while next == UInt8(ascii: " ") { position += 1 }
    }

    mutating func take(_ token: StaticString) -> Bool {
      skipSpaces()
      let end = position + token.utf8CodeUnitCount
      guard end <= text.count else { return false }
      for offset in 0..<token.utf8CodeUnitCount
      where text[position + offset] != token.utf8Start[offset] { return false }
      position = end
      return true
    }

    mutating func expect(_ token: StaticString) throws {
      guard take(token) else { throw fault("\(token)") }
    }

    /// Reads a separator and returns whether another item follows; a comma may also precede the
    /// bracket.
    mutating func separator(before closing: StaticString) throws -> Bool {
      if take(closing) { return false }
      try expect(",")
      return !take(closing)
    }

    mutating func string() throws -> String {
      skipSpaces()
      guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
        throw fault("a string")
      }
      let start = position + 1
      guard
        let end = text[start...].firstIndex(where: {
          $0 == quote || $0 == UInt8(ascii: "\\") || $0 < 0x20 || $0 > 0x7E
        }), text[end] == quote
      else { throw fault("a plain string") }
      position = end + 1
      return String(decoding: text[start..<end], as: UTF8.self)
    }

    mutating func element() throws -> (type: ArrayElement, bigEndian: Bool) {
      skipSpaces()
      // A list here describes records, which are not arrays of numbers.
      guard next != UInt8(ascii: "[") else { throw NPYFault("holds records", .type) }
      let description = try string()
      guard let element = ArrayElement.described(byNPY: description) else {
        throw NPYFault("holds elements of type '\(description)', which is not supported", .type)
      }
      return element
    }

    mutating func truth() throws -> Bool {
      if take("True") { return true }
      guard take("False") else { throw fault("True or False") }
      return false
    }

    mutating func number() throws -> Int {
      skipSpaces()
      let start = position
      while let digit = next, (0x30...0x39).contains(digit) { position += 1 }
      let digits = text[start..<position]
      guard digits.first != 0x30 || digits.count == 1,
        let value = Int(String(decoding: digits, as: UTF8.self))
      else {
        position = start
        throw fault("a length from 0 to \(Int.max)")
      }
      return value
    }

    mutating func tuple() throws -> [Int] {
      try expect("(")
      guard !take(")") else { return [] }
      var lengths = [try number()]
      // "(3)" is a number in parentheses, not a tuple.
      try expect(",")
      guard !take(")") else { return lengths }
      repeat {
        guard lengths.count < ArrayElement.mostAxes else {
          throw NPYFault("has more than \(ArrayElement.mostAxes) axes", .dictionary)
        }
        lengths.append(try number())
      } while try separator(before: ")")
      return lengths
    }

    mutating func end() throws {
      skipSpaces()
      guard next == UInt8(ascii: "\n"), position == text.count - 1 else {
        throw fault("spaces and a newline at the end")
      }
    }
  }
}

extension ArrayElement {
  /// NumPy's name for this type in little-endian order; nil for bfloat16, which NumPy does not have.
  var npyDescription: String? {
    switch self {
    case .float32: "<f4"
    case .float64: "<f8"
    case .float16: "<f2"
    case .bfloat16: nil
    case .int32: "<i4"
    case .int64: "<i8"
    case .int16: "<i2"
    case .int8: "|i1"
    case .uint64: "<u8"
    case .uint32: "<u4"
    case .uint16: "<u2"
    case .uint8: "|u1"
    case .bool: "|b1"
    }
  }

  /// Returns the type and the byte order of NumPy's name for them; nil for types that are not read.
  ///
  /// - Parameter text: an order, `<`, `>` or, for single bytes, `|`; a letter; bytes per element.
  /// - Returns: the type, and whether the most significant byte comes first.
  static func described(byNPY text: String) -> (type: ArrayElement, bigEndian: Bool)? {
    let kind = text.dropFirst()
    guard let order = text.first,
      let type = allCases.first(where: { $0.npyDescription?.dropFirst() == kind }),
      order == "<" || order == ">" || (order == "|" && type.byteCount == 1)
    else { return nil }
    return (type, order == ">" && type.byteCount > 1)
  }
}
