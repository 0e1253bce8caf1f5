import Foundation

/// A CRC-32 checksum: the bytes are read as a polynomial over GF(2), and the checksum is its remainder
/// modulo a fixed polynomial of degree 32.
///
/// The lowest bit comes first, and the initial and the final value are inverted.
public struct CRC32: Sendable {
  /// The polynomial to divide by.
  public enum Polynomial: UInt32, Sendable {
    /// The polynomial of zip archives, 0x04C11DB7.
    case zip = 0xEDB8_8320
    /// Castagnoli's polynomial, 0x1EDC6F41, which TensorBoard's records use.
    case castagnoli = 0x82F6_3B78
  }

  private let table: [UInt32]
  private var state: UInt32 = 0xFFFF_FFFF

  /// Creates the checksum of no bytes.
  public init(_ polynomial: Polynomial = .zip) {
    table = polynomial == .zip ? Self.zipTable : Self.castagnoliTable
  }

  /// The checksum of everything added so far.
  public var value: UInt32 { ~state }

  /// Returns the checksum of some bytes.
  public static func of(_ data: Data, _ polynomial: Polynomial = .zip) -> UInt32 {
    var sum = CRC32(polynomial)
    data.withUnsafeBytes { sum.add($0) }
    return sum.value
  }

  /// Returns the checksum of some bytes as eight hexadecimal digits, the form in lists of checksums.
  public static func text(_ data: Data, _ polynomial: Polynomial = .castagnoli) -> String {
    digits(of(data, polynomial))
  }

  /// Returns Castagnoli's checksum of a file's bytes as `text(_:_:)` does; the file is read in pieces.
  ///
  /// - Parameter file: an open file.
  /// - Throws: `TensorFileError` when it cannot be read to its end.
  /// - Returns: eight hexadecimal digits.
  public static func text(of file: OpenFile) throws -> String {
    var sum = CRC32(.castagnoli)
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, min(file.count, 1 << 20)), alignment: 16)
    defer { piece.deallocate() }
    for start in stride(from: 0, to: file.count, by: piece.count) {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: piece[..<min(piece.count, file.count - start)])
      guard let base = part.baseAddress else { break }
      try file.read(at: start, into: base, part.count)
      sum.add(UnsafeRawBufferPointer(part))
    }
    return digits(sum.value)
  }

  private static func digits(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static let zipTable = remainders(.zip)
  private static let castagnoliTable = remainders(.castagnoli)

  /// Returns the remainders of single bytes, alone and followed by 1 … 7 zero bytes.
  ///
  /// With these, eight bytes take eight independent look-ups instead of a chain of eight.
  private static func remainders(_ polynomial: Polynomial) -> [UInt32] {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      table[byte] = (0..<8).reduce(UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ polynomial.rawValue : rest >> 1
      }
    }
    for index in 256..<table.count {
      let rest = table[index - 256]
      table[index] = rest >> 8 ^ table[Int(rest & 255)]
    }
    return table
  }

  /// Adds bytes to the checksum.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    table.withUnsafeBufferPointer { table in
      var rest = state
      var index = 0
      while index + 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ UInt64(rest)
        rest = 0
        for place in 0..<8 {
          rest ^= table[(7 - place) * 256 + Int(word >> (8 * UInt64(place)) & 255)]
        }
        index += 8
      }
      for byte in bytes[index...] { rest = rest >> 8 ^ table[Int((rest ^ UInt32(byte)) & 255)] }
      state = rest
    }
  }
}
