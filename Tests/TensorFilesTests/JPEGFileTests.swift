import CTurboJPEG
import Foundation
import TensorFiles
import Testing

@Suite("JPEG files")
struct JPEGFileTests {
  @Test func goldenSquare() throws {
    let image = try JPEGFile.read(Data(JPEGBytes.oneSquare))
    #expect(
      image
        == Image(
          width: 8, height: 8, channels: 1, samples: [UInt16](repeating: 178, count: 64)))
  }

  /// Smooth ramps at quality 98 come back within a few steps, each channel in its place.
  @Test(arguments: [TJSAMP_444, TJSAMP_420, TJSAMP_GRAY], [0, TJFLAG_PROGRESSIVE])
  func rampsComeBack(subsampling: TJSAMP, flags: Int32) throws {
    let channels = subsampling == TJSAMP_GRAY ? 1 : 3
    let bytes = try JPEGBytes.encode(
      width: 21, height: 13, channels: channels, subsampling: subsampling, flags: flags)
    let image = try JPEGFile.read(Data(bytes))
    #expect((image.width, image.height, image.channels) == (21, 13, channels))
    var worst = 0
    for row in 0..<13 {
      for column in 0..<21 {
        for (channel, sample) in image[row, column].enumerated() {
          worst = max(worst, abs(Int(sample) - Int(JPEGBytes.sample(row, column, channel))))
        }
      }
    }
    #expect(worst <= (subsampling == TJSAMP_420 ? 12 : 4))
  }

  @Test func filesOnDiskAreRead() throws {
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.jpg")
      try AtomicFile.write(Data(JPEGBytes.oneSquare), to: url)
      #expect(try JPEGFile.read(url).samples.allSatisfy { $0 == 178 })
    }
  }

  /// Files are refused even if only the last few pixels are missing, which most readers fill with
  /// gray.
  @Test(arguments: [0, TJFLAG_PROGRESSIVE])
  func truncatedFilesAreRefused(flags: Int32) throws {
    let bytes = try JPEGBytes.encode(
      width: 32, height: 32, channels: 3, subsampling: TJSAMP_420, flags: flags)
    #expect(throws: Never.self) { try JPEGFile.read(Data(bytes)) }
    for count in 0..<bytes.count - 2 {
      #expect(throws: TensorFileError.self, "first \(count) bytes") {
        try JPEGFile.read(Data(bytes.prefix(count)))
      }
    }
  }

  @Test func faultyFilesAreRefused() throws {
    let cmyk = try JPEGBytes.encode(width: 8, height: 8, channels: 4, subsampling: TJSAMP_444)
    expectFault(.jpeg, "CMYK") { _ = try JPEGFile.read(Data(cmyk)) }
    expectFault(.jpeg, "Not a JPEG") { _ = try JPEGFile.read(Data("text".utf8)) }
    var bytes = JPEGBytes.oneSquare
    let size = bytes.count - 2 - 2 - 10 - 22 - 22 - 13 + 5
    bytes.replaceSubrange(size..<size + 4, with: [0x20, 0x00, 0x20, 0x00])
    expectFault(.jpeg, "bytes cannot hold 8192 × 8192") { _ = try JPEGFile.read(Data(bytes)) }
    bytes.replaceSubrange(size..<size + 4, with: [0xFF, 0xDC, 0xFF, 0xDC])
    expectFault(.jpeg, "exceed 67108864") { _ = try JPEGFile.read(Data(bytes)) }
    bytes.replaceSubrange(size..<size + 4, with: [0, 0, 0, 8])
    expectFault(.jpeg, "cannot be read") { _ = try JPEGFile.read(Data(bytes)) }
  }
}
