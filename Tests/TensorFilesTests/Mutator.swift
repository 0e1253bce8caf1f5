import Foundation
import TestSupport

/// A source of corrupted files as disks, networks and adversaries make them; a seed fixes the
/// changes.
struct Mutator {
  private(set) var numbers: TestNumbers

  init(seed: UInt64) { numbers = TestNumbers(seed: seed) }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(bound, 1), using: &numbers) }

  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// Applies one of the changes below, or up to four of them.
  mutating func spoil(_ bytes: inout [UInt8]) {
    for _ in 0...(chance(50) ? 0 : below(4)) { spoilOnce(&bytes) }
  }

  private mutating func spoilOnce(_ bytes: inout [UInt8]) {
    let place = below(bytes.count)
    let length = min(below(16) + 1, bytes.count - place)
    switch below(9) {
    case 0: flipBit(&bytes, at: place)
    case 1 where length > 0: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][below(5)]
    case 2: bytes.removeLast(bytes.count - place)
    case 3: bytes.removeSubrange(place..<place + length)
    case 4:
      bytes.insert(
        contentsOf: (0..<length).map { _ in UInt8.random(in: 0...255, using: &numbers) }, at: place)
    case 5:
      let copy = Array(bytes[place..<place + length])
      bytes.insert(contentsOf: copy, at: below(bytes.count))
    case 6 where bytes.count > 2 * length:
      let other = below(bytes.count - length)
      for offset in 0..<length { bytes.swapAt(place + offset, other + offset) }
    case 7: overwriteNumber(&bytes, at: place)
    default: overwriteDigits(&bytes)
    }
  }

  mutating func flipBit(_ bytes: inout [UInt8], at place: Int) {
    guard place < bytes.count else { return }
    bytes[place] ^= 1 << UInt8(below(8))
  }

  /// Replaces 1, 2, 4 or 8 bytes by a number that programs often mishandle, in either byte order.
  mutating func overwriteNumber(_ bytes: inout [UInt8], at place: Int) {
    let width = [1, 2, 4, 8][below(4)]
    guard place + width <= bytes.count else { return }
    let number = [0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, Int.max, -1, 1 << 40][
      below(10)]
    var parts = (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    if chance(50) { parts.reverse() }
    bytes.replaceSubrange(place..<place + width, with: parts)
  }

  /// Replaces a number that is written in digits, as in the headers of arrays, by another one.
  mutating func overwriteDigits(_ bytes: inout [UInt8]) {
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    let starts = bytes.indices.filter { isDigit(bytes[$0]) && ($0 == 0 || !isDigit(bytes[$0 - 1])) }
    guard !starts.isEmpty else { return }
    let start = starts[below(starts.count)]
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    let number = [
      "0", "1", "2", "7", "00", "-1", "1e3", "65536", "4294967296", "1099511627776",
      "9223372036854775807", "9223372036854775808", "\(below(64))", "",
    ]
    bytes.replaceSubrange(start..<end, with: number[below(number.count)].utf8)
  }
}
