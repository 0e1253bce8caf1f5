import Foundation
import PortraitClasses
import TensorFiles

/// Reads the pictures of data sets.
enum PictureFile {
  /// The extensions that photographs may have.
  static let kinds = ["jpg", "jpeg", "png"]

  /// Reads a square photograph as red, green and blue with 8 bits each.
  ///
  /// A gray value is copied to all three channels. Transparency is dropped, and 16 bits are rounded
  /// to 8.
  ///
  /// - Parameter file: a JPEG or PNG file, recognized by its content.
  /// - Returns: the side and `side · side · 3` values.
  /// - Throws: a one-line error that names the file.
  static func photograph(_ file: URL) throws -> (side: Int, rgb: [UInt8]) {
    let image = try PictureFormat.read(file)
    try requireSquare(image.width, image.height, file)
    let bytes = image.bytes
    guard image.channels == 1 else { return (image.width, bytes) }
    return (image.width, bytes.flatMap { [$0, $0, $0] })
  }

  /// Throws an error if a picture is not a square.
  static func requireSquare(
    _ width: Int, _ height: Int, _ file: URL
  ) throws(DatasetError) {
    guard width == height else {
      throw DatasetError(
        file.path, "is \(width) pixels wide and \(height) high, expected a square",
        "crop it to a square, and crop its picture or masks in the same way")
    }
  }
}

extension Image {
  /// The samples with 8 bits; 16 bits are rounded.
  var bytes: [UInt8] {
    let isDeep = bitsPerSample == 16
    return samples.map { UInt8(isDeep ? (Int($0) + 128) / 257 : Int($0)) }
  }

  /// Whether every pixel has equal channels, so that it is a gray value.
  var isGray: Bool {
    channels == 1
      || stride(from: 0, to: samples.count, by: channels).allSatisfy { first in
        (1..<channels).allSatisfy { samples[first + $0] == samples[first] }
      }
  }
}
