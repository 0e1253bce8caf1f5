import Foundation
import TensorFiles
import Testing

/// Compares checksums with published ones.
@Suite("CRC-32")
struct CRC32Tests {
  /// RFC 3720, B.4, for Castagnoli's polynomial; for both, the usual check value, that of the
  /// digits 1 to 9.
  @Test func publishedChecksums() {
    let digits = Data("123456789".utf8)
    #expect(CRC32.of(digits) == 0xCBF4_3926)
    #expect(CRC32.of(digits, .castagnoli) == 0xE306_9283)
    #expect(CRC32.of(Data(repeating: 0, count: 32), .castagnoli) == 0x8A91_36AA)
    #expect(CRC32.of(Data(repeating: 0xFF, count: 32), .castagnoli) == 0x62A8_AB43)
    #expect(CRC32.of(Data(0..<32), .castagnoli) == 0x46DD_794E)
    #expect(CRC32.of(Data((0..<32).reversed()), .castagnoli) == 0x113F_DB5C)
    #expect(CRC32.of(Data()) == 0)
  }

  /// A file of several pieces has the checksum of its bytes; an empty one that of none.
  @Test func filesHaveTheChecksumOfTheirBytes() throws {
    try withFolder { url in
      let file = url.appendingPathComponent("a")
      for count in [0, 5, 1 << 20, 3 << 20 | 77] {
        let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 % 251) })
        try data.write(to: file)
        #expect(try CRC32.text(of: OpenFile(reading: file)) == CRC32.text(data), "\(count)")
      }
      #expect(CRC32.text(Data()) == "00000000")
    }
  }

  /// The result is the same for bytes taken eight at a time or one by one, at once or in pieces.
  @Test(arguments: [CRC32.Polynomial.zip, .castagnoli])
  func piecesAddUp(polynomial: CRC32.Polynomial) {
    let bytes = (0..<61).map { UInt8($0 * 37 % 251) }
    let whole = CRC32.of(Data(bytes), polynomial)
    for cut in 0...bytes.count {
      var sum = CRC32(polynomial)
      Array(bytes[..<cut]).withUnsafeBytes { sum.add($0) }
      for byte in bytes[cut...] { withUnsafeBytes(of: byte) { sum.add($0) } }
      #expect(sum.value == whole)
    }
  }
}
