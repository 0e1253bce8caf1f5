import Foundation

/// CRC-32C (Castagnoli): what TensorBoard's records and checkpoints are checked by.
///
/// The remainder of the bytes, as a polynomial over two elements, divided by 0x1EDC6F41; bits are
/// counted from the lowest, start and end are inverted.
enum Checksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
  }

  /// The checksum of some bytes.
  static func crc32c(_ data: Data) -> UInt32 {
    data.withUnsafeBytes { bytes in
      table.withUnsafeBufferPointer { table in
        ~bytes.reduce(~UInt32(0)) { sum, byte in
          sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xFF)]
        }
      }
    }
  }

  /// The form in which records hold it: turned by 15 bits and moved, so that the checksum of data that
  /// holds checksums is not confused by them.
  static func masked(_ data: Data) -> UInt32 {
    let sum = crc32c(data)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// Eight digits.
  static func text(_ data: Data) -> String {
    let digits = String(crc32c(data), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
