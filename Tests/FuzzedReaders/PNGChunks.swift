import Foundation
import TensorFiles

/// PNG files chunk by chunk: a length, a name of four letters, the bytes and their checksum.
enum PNGChunks {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]

  /// Replaces the checksum of every chunk by the right one.
  @Sendable static func repairChecksums(_ bytes: inout [UInt8]) {
    var place = signature.count
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - place - 12 else { return }
      let end = place + 8 + length
      bytes.replaceSubrange(end..<end + 4, with: checksum(bytes[(place + 4)..<end]))
      place = end + 4
    }
  }

  /// Gray values of two bits, of which one is transparent.
  static let twoBitGray = file(
    width: 5, height: 1, depth: 2, interlaced: false, rows: [0, 0b00_01_10_11, 0b10_00_00_00],
    [("gAMA", [0, 0, 0x27, 0x10]), ("tRNS", [0, 2])])

  /// Gray values of eight bits, stored in seven passes.
  static let interlacedGray = file(
    width: 3, height: 3, depth: 8, interlaced: true,
    rows: [0, 10, 0, 12, 0, 30, 32, 0, 11, 0, 31, 0, 20, 21, 22])

  /// Returns a gray picture with one more chunk.
  static func gray(with chunk: (name: String, bytes: [UInt8])) -> Data {
    file(width: 2, height: 1, depth: 8, interlaced: false, rows: [0, 1, 2], [chunk])
  }

  private static func file(
    width: UInt8, height: UInt8, depth: UInt8, interlaced: Bool, rows: [UInt8],
    _ before: [(name: String, bytes: [UInt8])] = []
  ) -> Data {
    let header = [0, 0, 0, width, 0, 0, 0, height, depth, 0, 0, 0, interlaced ? 1 : 0]
    let chunks = [("IHDR", header)] + before + [("IDAT", stored(rows)), ("IEND", [])]
    return Data(signature + chunks.flatMap { chunk($0.0, $0.1) })
  }

  private static func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + bytes
    return bigEndian(UInt32(bytes.count)) + named + checksum(named[...])
  }

  /// Returns a zlib stream with one block that is not compressed, and the checksum of Adler.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let count = UInt8(bytes.count)
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return [0x78, 1, 1, count, 0, ~count, 255] + bytes + bigEndian(b << 16 | a)
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    bigEndian(CRC32.of(Data(bytes)))
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
