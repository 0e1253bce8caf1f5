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

  /// Returns a file whose EXIF data have a width and an orientation, after another segment and a
  /// fill byte.
  private func square(orientation: UInt8, isLittleEndian: Bool, cut: Int = 0) -> Data {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      let digits = (0..<count).map { UInt8(value >> (8 * $0) & 255) }
      return isLittleEndian ? digits : digits.reversed()
    }
    // An entry: tag, type, how many, value.
    let width = [number(0x0100, 2), number(4, 2), number(1, 4), number(8, 4)]
    let turn = [
      number(0x0112, 2), number(3, 2), number(1, 4), number(Int(orientation), 2), [0, 0],
    ]
    let head = [
      Array((isLittleEndian ? "II" : "MM").utf8), number(42, 2), number(8, 4), number(2, 2),
    ]
    let tiff = (head + width + turn + [number(0, 4)]).flatMap(\.self)
    let exif = [UInt8]("Exif\0\0".utf8) + tiff.dropLast(min(cut, tiff.count))
    let other: [UInt8] = [0xFF, 0xE1, 0, 6, 1, 2, 3, 4, 0xFF]
    let segment: [UInt8] = [0xFF, 0xE1, 0, UInt8(exif.count + 2)]
    return Data([0xFF, 0xD8] + other) + Data(segment + exif)
      + Data(JPEGBytes.oneSquare.dropFirst(2))
  }

  /// A picture stored on its side is not taken for an upright one.
  @Test(arguments: 0...9 as ClosedRange<UInt8>, [true, false])
  func rotatedPicturesAreRefused(orientation: UInt8, isLittleEndian: Bool) throws {
    let data = square(orientation: orientation, isLittleEndian: isLittleEndian)
    guard (2...8).contains(orientation) else {
      #expect(try JPEGFile.read(data).samples.allSatisfy { $0 == 178 })
      return
    }
    let error = #expect(throws: TensorFileError.self) { try JPEGFile.read(data) }
    #expect(error?.description.contains("EXIF orientation \(orientation)") == true)
  }

  /// Truncated EXIF data state nothing, unless the orientation is complete.
  @Test(arguments: 0...38)
  func truncatedExifDataAreIgnored(cut: Int) throws {
    let data = square(orientation: 6, isLittleEndian: true, cut: cut)
    // The position of the next directory (4 bytes) and the 2 bytes after the orientation are not
    // needed.
    if cut <= 6 {
      #expect(throws: TensorFileError.self) { try JPEGFile.read(data) }
    } else {
      #expect(try JPEGFile.read(data).samples.allSatisfy { $0 == 178 })
    }
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
    expectFault(.jpeg, "Not a JPEG") { _ = try JPEGFile.read(Data("GIF89a".utf8)) }
    expectFault(.jpeg, "cannot be read") { _ = try JPEGFile.read(Data()) }
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
