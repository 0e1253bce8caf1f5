import Foundation

/// Returns the four bytes of a number in PNG's byte order.
func bigEndian(_ value: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

/// A PNG file as a sequence of chunks, each with length, name, body and checksum.
struct PNGChunks {
  private(set) var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  private var sequenceNumber = 0

  init() {}

  /// Creates the chunks of a file.
  init(of file: Data) { data = file }

  /// Returns the bodies of all chunks with one name, up to the first chunk that exceeds the file.
  func bodies(_ name: String) -> [Data] {
    var found: [Data] = []
    var start = data.startIndex + 8
    while data.endIndex - start >= 12 {
      let length = data[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let body = start + 8
      guard length <= data.endIndex - body - 4 else { break }
      if data[start + 4..<body].elementsEqual(name.utf8) {
        found.append(data[body..<body + length])
      }
      start = body + length + 4
    }
    return found
  }

  mutating func append(_ name: String, _ body: some Sequence<UInt8>) {
    data.append(contentsOf: Self.chunk(name, body))
  }

  /// Inserts a chunk after `IHDR`, which is always the first.
  mutating func insertAfterHeader(_ name: String, _ body: some Sequence<UInt8>) {
    let headerEnd = data.startIndex + 8 + 12 + 13
    data.insert(contentsOf: Self.chunk(name, body), at: headerEnd)
  }

  private static func chunk(_ name: String, _ body: some Sequence<UInt8>) -> [UInt8] {
    let named = Array(name.utf8) + body
    return bigEndian(named.count - 4) + named + bigEndian(Int(checksum(named)))
  }

  /// Appends a chunk with a sequence number.
  ///
  /// `fcTL` and `fdAT` share one sequence, so that readers notice a missing chunk.
  mutating func appendSequenced(_ name: String, _ body: some Sequence<UInt8>) {
    append(name, bigEndian(sequenceNumber) + body)
    sequenceNumber += 1
  }

  /// The CRC-32 remainder of every byte.
  private static let remainders: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { remainders[Int(($0 ^ UInt32($1)) & 255)] ^ $0 >> 8 }
  }
}
