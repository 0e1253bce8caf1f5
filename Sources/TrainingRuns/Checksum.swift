import Foundation
import TensorFiles

/// The checksum of TensorBoard's records.
enum Checksum {
  /// CRC-32C in the form in which records hold it: turned by 15 bits and moved, so that the checksum of
  /// data that holds checksums is not confused by them.
  static func masked(_ data: Data) -> UInt32 {
    let sum = CRC32.of(data, .castagnoli)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}
