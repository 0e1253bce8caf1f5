import Foundation
import TensorFiles
import Testing

/// Data beside the pixels that state an orientation.
enum OrientationBytes {
  /// Returns EXIF data with a width and an orientation, as a TIFF file.
  ///
  /// The type of the orientation is 1 for 8 bits (BYTE), 3 for 16 (SHORT) or 4 for 32 (LONG); `cut` bytes
  /// are missing at the end.
  static func exif(_ orientation: Int, littleEndian: Bool, type: Int = 3, cut: Int = 0) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      let digits = (0..<count).map { UInt8(value >> (8 * $0) & 255) }
      return littleEndian ? digits : digits.reversed()
    }
    let bytes = [1: 1, 3: 2, 4: 4][type] ?? 2
    // An entry: tag, type, how many, value.
    let width = [number(0x0100, 2), number(4, 2), number(1, 4), number(8, 4)]
    let turn = [
      number(0x0112, 2), number(type, 2), number(1, 4), number(orientation, bytes),
      [UInt8](repeating: 0, count: 4 - bytes),
    ]
    let head = [
      Array((littleEndian ? "II" : "MM").utf8), number(42, 2), number(8, 4), number(2, 2),
    ]
    let tiff = (head + width + turn + [number(0, 4)]).flatMap(\.self)
    return tiff.dropLast(min(cut, tiff.count))
  }

  /// The three ways in which XMP data may write a value.
  static func xmp(_ orientation: Int, form: Int) -> [UInt8] {
    let value = [
      "tiff:Orientation=\"\(orientation)\"", "tiff:Orientation = '\(orientation)'",
      "><tiff:Orientation>\(orientation)</tiff:Orientation",
    ][form]
    return Array("<x:xmpmeta><rdf:Description tiff:Make=\"9\" \(value)/></x:xmpmeta>".utf8)
  }

  /// Returns a JPEG file with a segment APP1 after another such segment and a fill byte.
  static func jpeg(_ name: String, _ data: [UInt8]) -> Data {
    let content = Array(name.utf8) + data
    let other: [UInt8] = [0xFF, 0xE1, 0, 6, 1, 2, 3, 4, 0xFF]
    let length = content.count + 2
    let segment: [UInt8] = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)]
    return Data([0xFF, 0xD8] + other + segment + content + JPEGBytes.oneSquare.dropFirst(2))
  }

  /// Returns a gray PNG file of 2 × 2 pixels with a chunk before the picture, or after it.
  static func png(_ name: String, _ data: [UInt8], after: Bool = false) -> Data {
    var file = PNGBytes(width: 2, height: 2, depth: 8, color: 0)
    if !after { file.before = [(name, data)] }
    let bytes = file.file(rows: [0, 1, 2, 0, 3, 4])
    // The last chunk, IEND, has 12 bytes.
    return after ? bytes.dropLast(12) + PNGBytes.chunk(name, data) + bytes.suffix(12) : bytes
  }
}

@Suite("Orientation of pictures")
struct PictureOrientationTests {
  private typealias Make = OrientationBytes

  private func expectRefusal(
    _ kind: String, _ orientation: Int, _ location: SourceLocation = #_sourceLocation,
    _ read: () throws -> Image
  ) {
    guard (2...8).contains(orientation) else {
      #expect(throws: Never.self, sourceLocation: location) { _ = try read() }
      return
    }
    let error = #expect(throws: TensorFileError.self, sourceLocation: location) { try read() }
    let words = "(\(kind) orientation \(orientation)); save it upright, together with its label map"
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  /// A picture stored on its side is not taken for an upright one, whatever the type and byte order.
  @Test(arguments: [0, 1, 2, 3, 6, 8, 9], [1, 3, 4])
  func exifInEveryForm(orientation: Int, type: Int) {
    for littleEndian in [true, false] {
      let data = Make.exif(orientation, littleEndian: littleEndian, type: type)
      expectRefusal("EXIF", orientation) { try JPEGFile.read(Make.jpeg("Exif\0\0", data)) }
      expectRefusal("EXIF", orientation) { try PNGFile.read(Make.png("eXIf", data), alpha: .drop) }
      expectRefusal("EXIF", orientation) {
        try PNGFile.read(Make.png("eXIf", data, after: true), alpha: .keep)
      }
      expectRefusal("EXIF", orientation) {
        try PNGFile.read(Make.png("eXIf", Array("Exif\0\0".utf8) + data), alpha: .drop)
      }
    }
  }

  /// Label maps and masks are refused by the same rule.
  @Test func numbersAreRefusedToo() {
    let file = Make.png("eXIf", Make.exif(6, littleEndian: true))
    #expect(throws: TensorFileError.self) { try PNGFile.readIndexed(file) }
    #expect(throws: Never.self) {
      try PNGFile.readIndexed(Make.png("eXIf", Make.exif(1, littleEndian: true)))
    }
  }

  @Test(arguments: [1, 2, 6, 8], 0...2)
  func xmpInEveryForm(orientation: Int, form: Int) {
    let data = Make.xmp(orientation, form: form)
    expectRefusal("XMP", orientation) {
      try JPEGFile.read(Make.jpeg("http://ns.adobe.com/xap/1.0/\0", data))
    }
    let head = Array("XML:com.adobe.xmp\0".utf8)
    for after in [true, false] {
      expectRefusal("XMP", orientation) {
        try PNGFile.read(Make.png("iTXt", head + [0, 0, 0, 0] + data, after: after), alpha: .drop)
      }
      expectRefusal("XMP", orientation) {
        try PNGFile.read(
          Make.png("iTXt", head + [1, 0, 0, 0] + PNGBytes.stored(data), after: after), alpha: .drop)
      }
    }
  }

  /// ImageMagick writes the data as hexadecimal digits into a text chunk.
  @Test func rawProfilesAreRead() {
    func profile(_ kind: String, _ data: [UInt8]) -> [UInt8] {
      let digits = data.map { String(format: "%02x", $0) }
      let lines = stride(from: 0, to: digits.count, by: 36).map {
        digits[$0..<min(digits.count, $0 + 36)].joined()
      }
      return Array(
        "\n\(kind)\n\(String(format: "%8d", data.count))\n\(lines.joined(separator: "\n"))\n".utf8)
    }
    let exif = Array("Exif\0\0".utf8) + Make.exif(8, littleEndian: false)
    let text = Array("Raw profile type exif\0".utf8) + profile("exif", exif)
    expectRefusal("EXIF", 8) { try PNGFile.read(Make.png("tEXt", text), alpha: .drop) }
    let xmp = profile("xmp", Make.xmp(3, form: 0))
    let packed = Array("Raw profile type xmp\0\0".utf8) + PNGBytes.stored(xmp)
    expectRefusal("XMP", 3) { try PNGFile.read(Make.png("zTXt", packed), alpha: .drop) }
  }

  /// Truncated EXIF data state nothing, unless the orientation is complete.
  @Test(arguments: 0...38)
  func truncatedExifDataAreIgnored(cut: Int) throws {
    let data = Make.exif(6, littleEndian: true, cut: cut)
    // The position of the next directory (4 bytes) and the 2 bytes after the orientation are not
    // needed.
    let stated = cut <= 6 ? 6 : 1
    expectRefusal("EXIF", stated) { try JPEGFile.read(Make.jpeg("Exif\0\0", data)) }
    expectRefusal("EXIF", stated) { try PNGFile.read(Make.png("eXIf", data), alpha: .drop) }
  }

  /// Damaged text chunks state nothing and stop nothing.
  @Test func damagedTextIsIgnored() {
    let head = Array("XML:com.adobe.xmp\0".utf8)
    let packed = PNGBytes.stored(Make.xmp(1, form: 0))
    for content in [
      head, head + [1], head + [1, 0, 0], head + [1, 0, 0, 0, 1, 2, 3],
      head + [1, 0, 0, 0] + packed.dropLast(9), Array("Raw profile type exif\0\nexif".utf8),
      Array("XML:com.adobe.xmp".utf8), [], Array("tiff:Orientation=\"\0".utf8),
      head + [0, 0, 0, 0] + Array("tiff:Orientation=\"".utf8),
    ] {
      for name in ["iTXt", "tEXt", "zTXt"] {
        #expect(throws: Never.self, "\(name) \(content)") {
          try PNGFile.read(Make.png(name, content), alpha: .drop)
        }
      }
    }
  }
}
