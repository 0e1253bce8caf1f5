/// The checksum of zip archives: the remainder of the bytes by the polynomial 0xEDB88320, bits reversed.
public struct CRC32: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF

  /// The checksum of no bytes.
  public init() {}

  /// The checksum of everything added so far.
  public var value: UInt32 { ~state }

  /// The remainders of single bytes, and of bytes that 1 … 7 zero bytes follow.
  ///
  /// With them eight bytes take eight independent look-ups instead of a chain of eight.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      tables[byte] = (0..<8).reduce(UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1
      }
    }
    for index in 256..<tables.count {
      let rest = tables[index - 256]
      tables[index] = rest >> 8 ^ tables[Int(rest & 255)]
    }
    return tables
  }()

  /// Adds bytes.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    Self.tables.withUnsafeBufferPointer { tables in
      var rest = state
      var index = 0
      while index + 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ UInt64(rest)
        rest = 0
        for place in 0..<8 {
          rest ^= tables[(7 - place) * 256 + Int(word >> (8 * UInt64(place)) & 255)]
        }
        index += 8
      }
      for byte in bytes[index...] { rest = rest >> 8 ^ tables[Int((rest ^ UInt32(byte)) & 255)] }
      state = rest
    }
  }
}
