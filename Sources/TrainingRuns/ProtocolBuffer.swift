import Foundation

/// A message in Google's protocol-buffer encoding, written field by field.
///
///     field     = key, value        key = varint of (number << 3 | kind)
///     varint    = 7 bits per byte, lowest first, top bit set on all bytes except the last  kind 0
///     fixed64   = 8 bytes, little endian                                                   kind 1
///     delimited = varint of the length, then that many bytes                               kind 2
///     fixed32   = 4 bytes, little endian                                                   kind 5
struct ProtocolBuffer {
  private(set) var data = Data()

  private mutating func key(_ number: Int, _ kind: UInt64) { varint(UInt64(number) << 3 | kind) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      data.append(UInt8(rest & 0x7F | 0x80))
      rest >>= 7
    }
    data.append(UInt8(rest))
  }

  private mutating func bytes<T: FixedWidthInteger>(of value: T) {
    withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
  }

  /// Writes a field of type int32, int64 or an enumeration.
  mutating func whole(_ number: Int, _ value: Int) {
    key(number, 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// Writes a field of type double.
  mutating func double(_ number: Int, _ value: Double) {
    key(number, 1)
    bytes(of: value.bitPattern)
  }

  /// Writes a field of type float.
  mutating func float(_ number: Int, _ value: Float) {
    key(number, 5)
    bytes(of: value.bitPattern)
  }

  /// Writes a field of type bytes, string or message.
  mutating func delimited(_ number: Int, _ value: Data) {
    key(number, 2)
    varint(UInt64(value.count))
    data.append(value)
  }

  /// Writes a field of type string.
  mutating func text(_ number: Int, _ value: String) { delimited(number, Data(value.utf8)) }

  /// Writes a message inside this one.
  mutating func message(_ number: Int, _ write: (inout ProtocolBuffer) -> Void) {
    var inner = ProtocolBuffer()
    write(&inner)
    delimited(number, inner.data)
  }
}
