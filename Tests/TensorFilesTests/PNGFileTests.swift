import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite("PNG files")
struct PNGFileTests {
  @Test(arguments: 1...4, [8, 16])
  func everyKindComesBack(channels: Int, bits: Int) throws {
    var numbers = TestNumbers(seed: UInt64(channels * bits))
    let image = Image(
      width: 7, height: 5, channels: channels, bitsPerSample: bits,
      samples: (0..<35 * channels).map { _ in
        UInt16.random(in: 0...(bits == 8 ? 255 : .max), using: &numbers)
      })
    #expect(try PNGFile.read(PNGFile.encode(image), alpha: .keep) == image)
    let dropped = try PNGFile.read(PNGFile.encode(image), alpha: .drop)
    #expect(dropped.channels == (channels > 2 ? 3 : 1))
    for (row, column) in [(0, 0), (4, 6), (2, 3)] {
      #expect(dropped[row, column].elementsEqual(image[row, column].prefix(dropped.channels)))
    }
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.png")
      try PNGFile.write(image, to: url)
      #expect(try PNGFile.read(url, alpha: .keep) == image)
    }
  }

  @Test func labelMapsComeBack() throws {
    var numbers = TestNumbers(seed: 5)
    let labels = numbers.integers([6, 4], in: 0..<13)
    let palette = (0..<13).map { PaletteColor(UInt8($0 * 19), UInt8(255 - $0), UInt8($0)) }
    let image = IndexedImage(labels: labels, palette: palette)
    let data = try PNGFile.encode(image)
    #expect(try PNGFile.readIndexed(data) == image)
    expectClose(try PNGFile.readIndexed(data).labels, labels, within: .exact)
    let colors = try PNGFile.read(data, alpha: .keep)
    #expect((colors.channels, colors.bitsPerSample) == (3, 8))
    let index = Int(labels.integers[4 * 3 + 2])
    #expect(Array(colors[3, 2]) == [index * 19, 255 - index, index].map { UInt16($0) })
    try withFolder { folder in
      let url = folder.appendingPathComponent("a.png")
      try PNGFile.write(image, to: url)
      #expect(try PNGFile.readIndexed(url) == image)
    }
  }

  /// Two bits per pixel, by hand: 00 01 10 11 | 11 00 01 10 | 0… is 1B, C6, 00.
  static let twoBits: [UInt8] = [0, 0x1B, 0xC6, 0x00]

  @Test func fewBitsAreLabelsOrBrightnesses() throws {
    let data = PNGBytes(width: 9, height: 1, depth: 2, color: 0).file(rows: Self.twoBits)
    let labels = try PNGFile.readIndexed(data)
    #expect(labels.indices == [0, 1, 2, 3, 3, 0, 1, 2, 0])
    #expect(labels.palette.isEmpty)
    #expect(
      try PNGFile.read(data, alpha: .keep).samples == [0, 85, 170, 255, 255, 0, 85, 170, 0])
  }

  @Test func transparentColorsAreKeptOrDropped() throws {
    var gray = PNGBytes(width: 9, height: 1, depth: 2, color: 0)
    gray.before = [("tRNS", [0, 2])]
    let kept = try PNGFile.read(gray.file(rows: Self.twoBits), alpha: .keep)
    #expect(kept.channels == 2)
    #expect(kept.samples.prefix(8) == [0, 255, 85, 255, 170, 0, 255, 255])
    let dropped = try PNGFile.read(gray.file(rows: Self.twoBits), alpha: .drop)
    #expect(dropped.samples == [0, 85, 170, 255, 255, 0, 85, 170, 0])

    var colors = PNGBytes(width: 2, height: 1, depth: 16, color: 2)
    colors.before = [("tRNS", [1, 2, 3, 4, 5, 6])]
    let wide = try PNGFile.read(
      colors.file(rows: [0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7]), alpha: .keep)
    #expect(wide.samples == [0x102, 0x304, 0x506, 0, 0x102, 0x304, 0x507, 65535])

    var palette = PNGBytes(width: 3, height: 1, depth: 8, color: 3)
    palette.before = [("PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9]), ("tRNS", [9, 0])]
    let file = palette.file(rows: [0, 2, 1, 0])
    #expect(
      try PNGFile.read(file, alpha: .keep).samples == [7, 8, 9, 255, 4, 5, 6, 0, 1, 2, 3, 9])
    #expect(try PNGFile.read(file, alpha: .drop).samples == [7, 8, 9, 4, 5, 6, 1, 2, 3])
  }

  /// Adam7 interlacing by hand, for 3 × 3 pixels.
  @Test func interlacedPicturesAreUnfolded() throws {
    var png = PNGBytes(width: 3, height: 3, depth: 8, color: 0)
    png.interlaced = true
    // Pass 1: (0,0). Pass 4: (0,2). Pass 5: (2,0) (2,2). Pass 6: (0,1), then (2,1). Pass 7: row 1.
    let rows: [UInt8] = [0, 10] + [0, 12] + [0, 30, 32] + [0, 11, 0, 31] + [0, 20, 21, 22]
    let image = try PNGFile.read(png.file(rows: rows), alpha: .keep)
    #expect(image.samples == [10, 11, 12, 20, 21, 22, 30, 31, 32])
  }

  /// A gamma of 1/10 in the file does not change the samples.
  @Test func samplesAreNotConverted() throws {
    var png = PNGBytes(width: 3, height: 1, depth: 8, color: 0)
    png.before = [("gAMA", [0, 0, 0x27, 0x10]), ("sBIT", [3]), ("tEXt", Array("a\0b".utf8))]
    #expect(
      try PNGFile.read(png.file(rows: [0, 1, 100, 255]), alpha: .keep).samples == [1, 100, 255])
  }

  @Test func impossibleSizesAreRefusedBeforeMemoryIsTaken() {
    for (width, height, problem) in [
      (65535, 65535, "exceed 67108864"), (8192, 8192, "bytes cannot hold 8192 × 8192"),
      (65536, 1, "exceeds user limit"), (0x7FFF_FFFF, 0x7FFF_FFFF, "exceeds user limit"),
      (0, 1, "is zero"), (1, 0, "is zero"), (0xFFFF_FFFF, 1, "out of range"),
    ] {
      let file = PNGBytes(width: width, height: height, depth: 16, color: 6).file(rows: [0, 0])
      expectFault(.png, problem) { _ = try PNGFile.read(file, alpha: .keep) }
    }
  }

  @Test func faultyFilesAreRefused() throws {
    let good = PNGBytes(width: 2, height: 2, depth: 8, color: 0).file(rows: [0, 1, 2, 0, 3, 4])
    #expect(try PNGFile.read(good, alpha: .keep).samples == [1, 2, 3, 4])
    for count in 0..<good.count {
      #expect(throws: TensorFileError.self) { try PNGFile.read(good.prefix(count), alpha: .keep) }
    }
    let short = PNGBytes(width: 2, height: 2, depth: 8, color: 0).file(rows: [0, 1, 2, 0, 3])
    expectFault(.png, "cannot be read") { _ = try PNGFile.read(short, alpha: .keep) }
    var flipped = good
    flipped[19] ^= 1
    expectFault(.png, "CRC error") { _ = try PNGFile.read(flipped, alpha: .keep) }
    expectFault(.file, "is a GIF picture") {
      _ = try PNGFile.read(Data("GIF89a, not the other".utf8), alpha: .keep)
    }

    var palette = PNGBytes(width: 2, height: 1, depth: 8, color: 3)
    expectFault(.png, "Missing PLTE") {
      _ = try PNGFile.read(palette.file(rows: [0, 0, 1]), alpha: .keep)
    }
    palette.before = [("PLTE", [1, 2, 3])]
    expectFault(.png, "more colors than the 1") {
      _ = try PNGFile.readIndexed(palette.file(rows: [0, 0, 1]))
    }
    let rgb = PNGBytes(width: 1, height: 1, depth: 8, color: 2).file(rows: [0, 1, 2, 3])
    expectFault(.png, "3 channels of 8 bits, so it holds no labels") {
      _ = try PNGFile.readIndexed(rgb)
    }
  }
}
