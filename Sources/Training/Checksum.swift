import Foundation
import TensorFiles

/// The checksum of TensorBoard's records and of a checkpoint's files, CRC-32C, in the forms they have.
enum Checksum {
  /// The form in which records hold it: turned by 15 bits and moved, so that the checksum of data that
  /// holds checksums is not confused by them.
  static func masked(_ data: Data) -> UInt32 {
    let sum = CRC32.of(data, .castagnoli)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// Eight digits.
  static func text(_ data: Data) -> String {
    let digits = String(CRC32.of(data, .castagnoli), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
