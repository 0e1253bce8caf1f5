import Foundation
import TensorFiles

/// Listings of folders, in an order that does not depend on the machine.
enum FileListing {
  /// Returns the names in a folder, sorted by their bytes, without names that begin with a dot.
  ///
  /// - Parameter folder: the folder.
  /// - Returns: the names.
  /// - Throws: `DatasetError` if the folder cannot be listed.
  static func names(_ folder: URL) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw DatasetError(folder.path, "cannot be listed as a folder", "check the path")
    }
  }

  /// Splits a name at its last dot; the extension is returned in lower case.
  static func split(_ name: String) -> (base: String, kind: String) {
    guard let point = name.lastIndex(of: "."), point != name.startIndex else { return (name, "") }
    return (String(name[..<point]), name[name.index(after: point)...].lowercased())
  }
}

/// Reads the pictures of data sets.
enum PictureFile {
  /// The extensions that photographs may have.
  static let kinds = ["jpg", "jpeg", "png"]

  /// Reads a square photograph as red, green and blue with 8 bits each.
  ///
  /// A gray value is copied to all three channels. Transparency is dropped, and 16 bits are rounded
  /// to 8.
  ///
  /// - Parameter file: a JPEG or PNG file, recognized by its extension.
  /// - Returns: the side and `side · side · 3` values.
  /// - Throws: a one-line error that names the file.
  static func photograph(_ file: URL) throws -> (side: Int, rgb: [UInt8]) {
    let isPNG = FileListing.split(file.lastPathComponent).kind == "png"
    let image = try isPNG ? PNGFile.read(file, alpha: .drop) : JPEGFile.read(file)
    try requireSquare(image.width, image.height, file)
    let isDeep = image.bitsPerSample == 16
    let bytes = image.samples.map { UInt8(isDeep ? (Int($0) + 128) / 257 : Int($0)) }
    guard image.channels == 1 else { return (image.width, bytes) }
    return (image.width, bytes.flatMap { [$0, $0, $0] })
  }

  /// Reads the labels of a square label map.
  static func labels(_ file: URL) throws -> (side: Int, labels: [UInt8]) {
    let image = try PNGFile.readIndexed(file)
    try requireSquare(image.width, image.height, file)
    return (image.width, image.indices)
  }

  /// Reads the mask of one part: 255 where all channels of the pixel have their maximum, otherwise 0.
  ///
  /// Masks are gray, or RGB with three equal channels.
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
        "crop it to a square, and crop its picture or masks in the same way")
    }
  }
}
