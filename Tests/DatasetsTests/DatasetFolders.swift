import Foundation
import TensorFiles
import Testing

/// A temporary folder for one test, which is removed with this object.
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

  /// Returns the names of all files and folders inside, in order.
  func files(_ path: String = "") throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: self(path).path).sorted()
  }
}

// The layout of CelebAMask-HQ with plain pictures: photographs are gray, masks are rectangles.
extension DataFolder {
  /// Writes the mask of one part, 8 × 8 pixels by default.
  ///
  /// The mask is `white` (255 by default) where the closure returns true, and 0 elsewhere.
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

  /// Writes `count` photographs with skin in the upper half.
  func writeAnnotated(_ count: Int) throws {
    for number in 0..<count {
      try write(GreyJPEG.square(8), "CelebA-HQ-img/\(number).jpg")
      try writeMask("0000\(number)_skin.png") { row, _ in row < 4 }
    }
  }

  /// Writes `count` pictures of `side` × `side` pixels with label maps.
  ///
  /// Picture i has the gray value 10 · i everywhere. Its map has label i everywhere but in the first
  /// pixel, which is label 1, skin in every numbering: a pair without a face is a fault.
  func writeLabelMaps(_ count: Int, side: Int = 6) throws {
    for number in 0..<count {
      let image = Image(
        width: side, height: side, channels: 3,
        samples: [UInt16](repeating: UInt16(10 * number), count: 3 * side * side))
      try write(PNGFile.encode(image), "images/\(number).png")
      let labels = IndexedImage(
        width: side, height: side,
        // A corner of 3 × 3 pixels is the face, which a map at a smaller size still shows.
        indices: (0..<side * side).map {
          $0 / side < 3 && $0 % side < 3 ? 1 : UInt8(number)
        },
        palette: (0..<32).map { PaletteColor($0, 0, 0) })
      try write(PNGFile.encode(labels), "labels/\(number).png")
    }
  }
}

/// JPEG files assembled by hand: gray squares in which every pixel is 178.
enum GreyJPEG {
  /// Returns a square whose side is a multiple of 8; its value is 160 … 191.
  ///
  /// The code 0 means that nine bits follow. They give the mean of the first block, for 178
  /// 110010000 = 400, an eighth of which is added to 128. The code 10 means that a block has the same mean as the previous
  /// block. A 0 ends each block, and ones fill the last byte.
  static func square(_ side: Int, value: Int = 178) -> Data {
    let blocks = side / 8 * (side / 8)
    var bits =
      "0" + String(8 * (value - 128), radix: 2) + "0" + String(repeating: "100", count: blocks - 1)
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

/// Expects a one-line error that contains all of these words.
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
