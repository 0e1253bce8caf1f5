import Foundation
import PortraitData
import TensorFiles
import Testing

/// A folder of its own for one test, gone with it.
final class DataFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("data-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func callAsFunction(_ path: String) -> URL { url.appendingPathComponent(path) }

  /// Writes a file and the folders above it.
  func write(_ data: Data, _ path: String) throws {
    try Folder.make(self(path).deletingLastPathComponent())
    try data.write(to: self(path))
  }

  /// Names of all files inside, with their folders, in order.
  func files(_ path: String = "") throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: self(path).path).sorted()
  }
}

// CelebAMask-HQ's layout with plain pictures: photographs are grey, masks are rectangles.
extension DataFolder {
  /// One part's mask of 8 × 8 pixels: where the closure says so it is 255, else 0.
  func writeMask(
    _ path: String, side: Int = 8, white: UInt16 = 255, channels: Int = 1,
    where isInside: (_ row: Int, _ column: Int) -> Bool
  ) throws {
    let samples = (0..<side * side).flatMap { pixel in
      [UInt16](repeating: isInside(pixel / side, pixel % side) ? white : 0, count: channels)
    }
    let mask = Image(width: side, height: side, channels: channels, samples: samples)
    try write(PNGFile.encode(mask), "CelebAMask-HQ-mask-anno/0/\(path)")
  }

  /// So many photographs with a skin that fills the upper half.
  func writeAnnotated(_ count: Int) throws {
    for number in 0..<count {
      try write(GreyJPEG.square(8), "CelebA-HQ-img/\(number).jpg")
      try writeMask("0000\(number)_skin.png") { row, _ in row < 4 }
    }
  }

  /// So many pictures of `side` pixels with label maps; picture i has the grey 10 · i, and its map
  /// label i everywhere.
  func writeLabelMaps(_ count: Int, side: Int = 6) throws {
    for number in 0..<count {
      let image = Image(
        width: side, height: side, channels: 3,
        samples: [UInt16](repeating: UInt16(10 * number), count: 3 * side * side))
      try write(PNGFile.encode(image), "images/\(number).png")
      let labels = IndexedImage(
        width: side, height: side, indices: [UInt8](repeating: UInt8(number), count: side * side),
        palette: (0..<32).map { PaletteColor($0, 0, 0) })
      try write(PNGFile.encode(labels), "labels/\(number).png")
    }
  }
}

/// JPEG files put together by hand: grey squares in which every pixel is 178.
enum GreyJPEG {
  /// A square whose side is a multiple of 8.
  ///
  /// The code 0 stands for "nine bits follow", which give the first block's mean: 110010000 = 400,
  /// an eighth of which is added to 128. The code 10 says that a block has the mean of the one
  /// before. A 0 ends each block, and ones fill the last byte.
  static func square(_ side: Int) -> Data {
    let blocks = side / 8 * (side / 8)
    var bits = "01100100000" + String(repeating: "100", count: blocks - 1)
    while bits.count % 8 != 0 { bits += "1" }
    let digits = Array(bits)
    let scan = stride(from: 0, to: digits.count, by: 8).map { start in
      digits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 == "1" ? 1 : 0) }
    }
    let (high, low) = (UInt8(side >> 8), UInt8(side & 255))
    return Data(
      [0xFF, 0xD8]
        + [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64)
        + [0xFF, 0xC0, 0, 11, 8, high, low, high, low, 1, 1, 0x11, 0]
        + [0xFF, 0xC4, 0, 21, 0x00, 1, 1] + [UInt8](repeating: 0, count: 14) + [9, 0]
        + [0xFF, 0xC4, 0, 20, 0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
        + [0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0] + scan
        + [0xFF, 0xD9])
  }
}

/// Expects an error of one line that contains all of these words.
func expectLine(
  _ words: String..., at location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("accepted, expected an error with \(words)", sourceLocation: location)
  } catch {
    let line = "\(error)"
    #expect(!line.contains("\n"), sourceLocation: location)
    for word in words { #expect(line.contains(word), "\(line)", sourceLocation: location) }
  }
}
