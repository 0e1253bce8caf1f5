import Foundation

/// The orientation that the data beside the pixels of a picture state: 1 is upright, 2 … 8 are
/// mirrored or rotated.
///
/// EXIF data follow CIPA DC-008, "Exchangeable image file format", and TIFF 6.0; XMP follows
/// ISO 16684-1 and its part 3 on embedding. PNG has both since its third edition (chunk `eXIf`, and
/// `iTXt` with the keyword `XML:com.adobe.xmp`); ImageMagick also writes them as text of hexadecimal
/// digits ("Raw profile type").
enum PictureOrientation {
  /// An orientation and the kind of data that states it.
  struct Statement: Equatable {
    let kind: String
    let value: Int
  }

  /// Throws an error if a picture says that it is stored rotated or mirrored.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of a JPEG or PNG file.
  ///   - area: the reader, JPEG or PNG.
  ///   - name: the name of the file in the error.
  /// - Throws: `TensorFileError` that names the orientation.
  static func requireUpright(
    _ bytes: UnsafeBufferPointer<UInt8>, _ area: TensorFileError.Area, name: String
  ) throws(TensorFileError) {
    let stated = area == .png ? statements(inPNG: bytes) : statements(inJPEG: bytes)
    // Data of two kinds may disagree. Programs differ in which they follow, so any turn counts.
    guard let turned = stated.first(where: { (2...8).contains($0.value) }) else { return }
    throw TensorFileError(
      area, file: name,
      problem: "is stored rotated or mirrored (\(turned.kind) orientation \(turned.value))",
      remedy: "save it upright, together with its label map")
  }

  // MARK: - JPEG

  /// Returns the orientations in the segments of a JPEG file, up to its pixels.
  static func statements(inJPEG bytes: UnsafeBufferPointer<UInt8>) -> [Statement] {
    var found: [Statement] = []
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xFF {
      switch bytes[place + 1] {
      // A fill byte.
      case 0xFF: place += 1
      // Markers without a segment.
      case 0x01, 0xD0...0xD8: place += 2
      // The pixels begin, or the file ends.
      case 0xDA, 0xD9: return found
      case let marker:
        let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
        let end = place + 2 + length
        guard length >= 2, end <= bytes.count else { return found }
        if marker == 0xE1 { found += statements(inSegment: Array(bytes[(place + 4)..<end])) }
        place = end
      }
    }
    return found
  }

  /// Returns the orientation in a segment APP1: EXIF or XMP data after a name that ends in 0.
  private static func statements(inSegment segment: [UInt8]) -> [Statement] {
    for (start, read) in [("Exif\0\0", exif), ("http://ns.adobe.com/xap/1.0/\0", xmp)] {
      if segment.starts(with: Array(start.utf8)) {
        return read(Array(segment.dropFirst(start.utf8.count)))
      }
    }
    return []
  }

  // MARK: - PNG

  /// Returns the orientations in the chunks of a PNG file.
  static func statements(inPNG bytes: UnsafeBufferPointer<UInt8>) -> [Statement] {
    var found: [Statement] = []
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let start = place + 8
      guard length <= bytes.count - start - 4 else { return found }
      let content = bytes[start..<start + length]
      switch String(decoding: bytes[(place + 4)..<start], as: UTF8.self) {
      case "eXIf": found += exif(withoutName(Array(content)))
      case "iTXt": found += internationalText(Array(content))
      case "tEXt": found += rawProfile(Array(content), isCompressed: false)
      case "zTXt": found += rawProfile(Array(content), isCompressed: true)
      default: break
      }
      place = start + length + 4
    }
    return found
  }

  /// Removes the name of EXIF data, which some programs copy from JPEG files.
  private static func withoutName(_ bytes: [UInt8]) -> [UInt8] {
    let name = Array("Exif\0\0".utf8)
    return bytes.starts(with: name) ? Array(bytes.dropFirst(name.count)) : bytes
  }

  /// Reads the XMP data of an `iTXt` chunk: keyword, 0, two numbers, two texts with their 0, data.
  private static func internationalText(_ content: [UInt8]) -> [Statement] {
    let parts = content.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, Array(parts[0]) == Array("XML:com.adobe.xmp".utf8),
      parts[1].count >= 2, let isCompressed = parts[1].first.map({ $0 != 0 })
    else { return [] }
    let texts = parts[1].dropFirst(2)
      .split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
    guard texts.count == 3 else { return [] }
    return xmp(isCompressed ? inflated(Array(texts[2])) : Array(texts[2]))
  }

  /// Reads ImageMagick's text chunks: a line with the kind, a line with the length, then digits.
  private static func rawProfile(_ content: [UInt8], isCompressed: Bool) -> [Statement] {
    let parts = content.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return [] }
    let keyword = String(decoding: parts[0], as: UTF8.self).lowercased()
    guard keyword.hasPrefix("raw profile type ") else { return [] }
    // The byte before compressed text names the method, of which there is only one.
    let text = isCompressed ? inflated(Array(parts[1].dropFirst())) : Array(parts[1])
    let lines = text.split(separator: UInt8(ascii: "\n"))
    let digits = lines.dropFirst(2).joined().compactMap {
      Character(UnicodeScalar($0)).hexDigitValue
    }
    let data = stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
    switch keyword.dropFirst("raw profile type ".count) {
    case "exif", "app1":
      return exif(withoutName(data)) + statements(inSegment: data).filter(\.isXMP)
    case "xmp": return xmp(data)
    default: return []
    }
  }

  /// The largest decompressed text that is searched; XMP of a photograph has a few kilobytes.
  private static let longestText = 1 << 20

  /// Returns the decompressed bytes, at most ``longestText``; damaged data end where the damage is.
  private static func inflated(_ bytes: [UInt8]) -> [UInt8] {
    Inflation.start(of: bytes, .zlib, atMost: longestText)?.bytes ?? []
  }

  // MARK: - EXIF and XMP

  /// Returns the orientation in EXIF data, which are a TIFF file.
  private static func exif(_ tiff: [UInt8]) -> [Statement] {
    let isLittleEndian = tiff.starts(with: Array("II".utf8))
    guard isLittleEndian || tiff.starts(with: Array("MM".utf8)) else { return [] }
    func number(at place: Int, bytes count: Int) -> Int? {
      guard place + count <= tiff.count else { return nil }
      let digits = tiff[place..<place + count]
      return (isLittleEndian ? digits.reversed() : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(at: 2, bytes: 2) == 42, let directory = number(at: 4, bytes: 4),
      let entries = number(at: directory, bytes: 2)
    else { return [] }
    // The standard asks for 16 bits (SHORT, 3); other programs write 8 (BYTE, 1) or 32 (LONG, 4).
    let lengths = [1: 1, 3: 2, 4: 4]
    for entry in 0..<entries {
      let place = directory + 2 + 12 * entry
      guard let tag = number(at: place, bytes: 2), let type = number(at: place + 2, bytes: 2) else {
        return []
      }
      guard tag == 0x0112, let length = lengths[type] else { continue }
      return number(at: place + 8, bytes: length).map { [Statement(kind: "EXIF", value: $0)] } ?? []
    }
    return []
  }

  /// Returns the orientation in XMP data, as an attribute or an element.
  private static func xmp(_ text: [UInt8]) -> [Statement] {
    let key = Array("tiff:Orientation".utf8)
    var found: [Statement] = []
    var place = 0
    while let start = text[place...].firstRange(of: key)?.upperBound {
      place = start
      // Between the name and the number: `="`, `='` or `>`, and spaces.
      let value = text[start...].drop { " \t\r\n=\"'>".utf8.contains($0) }
      let digits = value.prefix { (48...57).contains($0) }
      if (1...3).contains(digits.count), start < value.startIndex,
        let number = Int(String(decoding: digits, as: UTF8.self))
      {
        found.append(Statement(kind: "XMP", value: number))
      }
    }
    return found
  }
}

extension PictureOrientation.Statement {
  fileprivate var isXMP: Bool { kind == "XMP" }
}
