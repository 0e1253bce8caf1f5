import Foundation
import TensorFiles

/// What is in a folder, in an order that does not depend on the machine.
enum FileListing {
  /// The names in a folder, sorted by their bytes; names that begin with a point are not listed.
  ///
  /// - Parameter folder: the folder.
  /// - Returns: the names.
  /// - Throws: `DatasetError` when it cannot be listed.
  static func names(_ folder: URL) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw DatasetError(folder.path, "is no folder that can be listed", "check the path")
    }
  }

  /// A name's part before its last point, and the part after it in small letters.
  static func split(_ name: String) -> (base: String, kind: String) {
    guard let point = name.lastIndex(of: "."), point != name.startIndex else { return (name, "") }
    return (String(name[..<point]), name[name.index(after: point)...].lowercased())
  }
}

/// Reads the pictures of data sets.
enum PictureFile {
  /// What a photograph's name may end in.
  static let kinds = ["jpg", "jpeg", "png"]

  /// Red, green and blue of a square photograph, 8 bits; grey is spread over all three.
  ///
  /// Transparency is left away, 16 bits are rounded to 8.
  ///
  /// - Parameter file: JPEG or PNG, by its name.
  /// - Returns: the side and `side · side · 3` values.
  /// - Throws: an error of one line that names the file.
  static func photograph(_ file: URL) throws -> (side: Int, rgb: [UInt8]) {
    let isPNG = FileListing.split(file.lastPathComponent).kind == "png"
    let image = try isPNG ? PNGFile.read(file, alpha: .drop) : JPEGFile.read(file)
    try requireSquare(image.width, image.height, file)
    let isDeep = image.bitsPerSample == 16
    let bytes = image.samples.map { UInt8(isDeep ? (Int($0) + 128) / 257 : Int($0)) }
    guard image.channels == 1 else { return (image.width, bytes) }
    return (image.width, bytes.flatMap { [$0, $0, $0] })
  }

  /// The numbers of a square label map.
  static func labels(_ file: URL) throws -> (side: Int, labels: [UInt8]) {
    let image = try PNGFile.readIndexed(file)
    try requireSquare(image.width, image.height, file)
    return (image.width, image.indices)
  }

  /// One part's mask: 255 where every colour of the pixel is 255, else 0.
  ///
  /// Masks come in grey and, with all three colours alike, in RGB.
  static func mask(_ file: URL) throws -> (side: Int, mask: [UInt8]) {
    let image = try PNGFile.read(file, alpha: .drop)
    try requireSquare(image.width, image.height, file)
    let (channels, full) = (image.channels, UInt16(image.maximum))
    guard channels > 1 else { return (image.width, image.samples.map { $0 == full ? 255 : 0 }) }
    return (
      image.width,
      stride(from: 0, to: image.samples.count, by: channels).map { first in
        image.samples[first..<first + channels].allSatisfy { $0 == full } ? 255 : 0
      }
    )
  }

  private static func requireSquare(
    _ width: Int, _ height: Int, _ file: URL
  ) throws(DatasetError) {
    guard width == height else {
      throw DatasetError(
        file.path, "is \(width) pixels wide and \(height) high, expected a square",
        "cut it square, its partner alike")
    }
  }
}
