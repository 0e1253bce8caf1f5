/// The orientation in the EXIF data of a JPEG picture: 1 is upright, 2 … 8 are mirrored or rotated.
///
/// Segments and tags follow CIPA DC-008, "Exchangeable image file format", and TIFF 6.0.
enum ExifOrientation {
  /// Returns the orientation that a file states; nil if it states none or has malformed EXIF data.
  static func stated(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xFF {
      switch bytes[place + 1] {
      // A fill byte.
      case 0xFF: place += 1
      // Markers without a segment.
      case 0x01, 0xD0...0xD8: place += 2
      // The pixels begin, or the file ends.
      case 0xDA, 0xD9: return nil
      case let marker:
        let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
        let end = place + 2 + length
        guard length >= 2, end <= bytes.count else { return nil }
        if marker == 0xE1, let found = orientation(bytes[(place + 4)..<end]) { return found }
        place = end
      }
    }
    return nil
  }

  /// Returns the orientation in a segment of EXIF data: a TIFF file after six bytes.
  private static func orientation(_ segment: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    guard segment.starts(with: Array("Exif\0\0".utf8)) else { return nil }
    let tiff = Array(segment.dropFirst(6))
    let isLittleEndian = tiff.starts(with: Array("II".utf8))
    guard isLittleEndian || tiff.starts(with: Array("MM".utf8)) else { return nil }
    func number(at place: Int, bytes count: Int) -> Int? {
      guard place + count <= tiff.count else { return nil }
      let digits = tiff[place..<place + count]
      return (isLittleEndian ? digits.reversed() : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(at: 2, bytes: 2) == 42, let directory = number(at: 4, bytes: 4),
      let entries = number(at: directory, bytes: 2)
    else { return nil }
    for entry in 0..<entries {
      let place = directory + 2 + 12 * entry
      guard let tag = number(at: place, bytes: 2) else { return nil }
      // The tag of the orientation, with one 16-bit number.
      if tag == 0x0112, number(at: place + 2, bytes: 2) == 3 {
        return number(at: place + 8, bytes: 2)
      }
    }
    return nil
  }
}
