import Foundation
import TensorFiles

/// The checksum of records that TensorBoard reads.
enum Checksum {
  /// Returns the masked CRC-32C that records store: rotated by 15 bits, plus a constant.
  ///
  /// The mask makes the checksum reliable for data that itself contains checksums.
  static func masked(_ data: Data) -> UInt32 {
    let sum = CRC32.of(data, .castagnoli)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}
