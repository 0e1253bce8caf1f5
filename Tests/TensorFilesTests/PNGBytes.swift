import Foundation

/// PNG files assembled without libpng, with rows in stored (uncompressed) deflate blocks.
struct PNGBytes {
  var width: Int
  var height: Int
  var depth: UInt8
  var color: UInt8
  var interlaced = false
  /// Chunks between the header and the picture.
  var before: [(String, [UInt8])] = []

  init(width: Int, height: Int, depth: UInt8, color: UInt8) {
    (self.width, self.height, self.depth, self.color) = (width, height, depth, color)
  }

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Returns the file; every row begins with its filter byte.
  func file(rows: [UInt8]) -> Data {
    let header =
      Self.bigEndian(width) + Self.bigEndian(height) + [depth, color, 0, 0, interlaced ? 1 : 0]
    var bytes = Self.signature + Self.chunk("IHDR", header)
    for (name, body) in before { bytes += Self.chunk(name, body) }
    bytes += Self.chunk("IDAT", Self.stored(rows)) + Self.chunk("IEND", [])
    return Data(bytes)
  }

  static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + body
    return bigEndian(body.count) + named + bigEndian(Int(crc(named)))
  }

  /// Returns one stored block of at most 65535 bytes in zlib's frame.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let count = bytes.count
    var (a, b) = (1, 0)
    for byte in bytes {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    let length = [UInt8(count & 255), UInt8(count >> 8)]
    return [0x78, 0x01, 1] + length + length.map { ~$0 } + bytes + bigEndian(b << 16 | a)
  }

  private static let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
  }

  static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { crcTable[Int(($0 ^ UInt32($1)) & 255)] ^ $0 >> 8 }
  }

  /// Returns the chunks of a file: where each begins, its name and its body.
  static func chunks(_ file: [UInt8]) -> [(start: Int, name: String, body: ArraySlice<UInt8>)] {
    var found: [(start: Int, name: String, body: ArraySlice<UInt8>)] = []
    var start = 8
    while start + 12 <= file.count {
      let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard start + 12 + length <= file.count else { break }
      let name = String(decoding: file[start + 4..<start + 8], as: UTF8.self)
      found.append((start, name, file[start + 8..<start + 8 + length]))
      start += 12 + length
    }
    return found
  }
}
