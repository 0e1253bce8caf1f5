import Foundation
import TensorFiles
import Testing

/// The two bytes of a 16-bit sample, assembled without libpng.
@Suite("PNG files of 16 bits")
struct DeepPNGTests {
  /// PNG stores the high byte first: 12 34 is 0x1234, not 0x3412.
  @Test func theHighByteComesFirst() throws {
    let gray = PNGBytes(width: 2, height: 2, depth: 16, color: 0).file(
      rows: [0, 0x12, 0x34, 0x00, 0xFF, 0, 0xFF, 0x00, 0xAB, 0xCD])
    #expect(
      try PNGFile.read(gray, alpha: .keep).samples == [0x1234, 0x00FF, 0xFF00, 0xABCD])
    let color = PNGBytes(width: 1, height: 1, depth: 16, color: 2).file(
      rows: [0, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06])
    #expect(try PNGFile.read(color, alpha: .drop).samples == [0x0102, 0x0304, 0x0506])
  }

  /// The reader above is checked against bytes by hand, so it shows what the writer has written.
  @Test func writtenSamplesKeepTheirBytes() throws {
    let samples: [UInt16] = [0x1234, 0x00FF, 0xFF00, 0xABCD, 1, 256]
    let image = Image(width: 3, height: 2, channels: 1, bitsPerSample: 16, samples: samples)
    #expect(try PNGFile.read(PNGFile.encode(image), alpha: .keep).samples == samples)
  }
}
