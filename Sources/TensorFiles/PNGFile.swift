import CPNGShim
import Foundation
import Tensors

/// A reader and writer of PNG files, with exactly the samples in the file: no gamma, no color
/// management.
///
/// The writer supports gray and RGB pictures of 8 or 16 bits, with or without alpha, and palette
/// pictures. The reader accepts every PNG file except one whose EXIF or XMP data say that it is stored
/// rotated or mirrored (see ``JPEGFile``).
public enum PNGFile {
  /// What to do with the transparency of a file.
  public enum Alpha: Sendable {
    /// Keeps it in an additional channel.
    case keep
    /// Drops it; the colors stay as they are, and nothing is blended.
    case drop
  }

  /// The longest side that is read, in pixels.
  public static let longestSide = 65535
  /// The largest number of pixels that is read, 8192 · 8192.
  public static let mostPixels = 1 << 26
  /// The largest number of bytes that one compressed byte can stand for: deflate's longest match is
  /// 258 bytes, and a match takes at least two bits.
  static let largestExpansion = 1032

  // MARK: - Writing

  /// Writes a picture to a file.
  public static func write(_ image: Image, to url: URL) throws {
    try AtomicFile.write(encode(image, name: url.path), to: url)
  }

  /// Writes a palette picture to a file; the palette must have at least one color.
  public static func write(_ image: IndexedImage, to url: URL) throws {
    try AtomicFile.write(encode(image, name: url.path), to: url)
  }

  /// Writes what a file holds, as `readContent(_:)` reads it, to another file.
  ///
  /// Numbers without a palette become the values of a gray picture of 8 bits.
  public static func write(_ content: Content, to url: URL) throws {
    switch content {
    case .numbers(let picture) where picture.palette.isEmpty:
      let gray = Image(
        width: picture.width, height: picture.height, channels: 1,
        samples: picture.indices.map(UInt16.init))
      try write(gray, to: url)
    case .numbers(let picture): try write(picture, to: url)
    case .samples(let image): try write(image, to: url)
    }
  }

  /// Returns the bytes of a PNG file with a picture.
  public static func encode(_ image: Image) throws -> Data { try encode(image, name: "PNG data") }

  /// Returns the bytes of a PNG file with a palette picture; the palette must have at least one
  /// color.
  public static func encode(_ image: IndexedImage) throws -> Data {
    try encode(image, name: "PNG data")
  }

  static func encode(_ image: Image, name: String) throws -> Data {
    var picture = cpng_picture()
    picture.bit_depth = UInt8(image.bitsPerSample)
    picture.color_type = UInt8(
      [0, CPNG_ALPHA, CPNG_COLOR, CPNG_COLOR | CPNG_ALPHA][image.channels - 1])
    picture.row_bytes = image.width * image.channels * image.bitsPerSample / 8
    if image.bitsPerSample == 16 {
      return try encode(&picture, image.width, image.height, image.samples, name)
    }
    let bytes = image.samples.map { UInt8(truncatingIfNeeded: $0) }
    return try encode(&picture, image.width, image.height, bytes, name)
  }

  static func encode(_ image: IndexedImage, name: String) throws -> Data {
    require(
      !image.palette.isEmpty, "PNGFile.encode: the palette is empty, expected at least one color")
    let palette = image.palette.flatMap { [$0.red, $0.green, $0.blue] }
    return try palette.withUnsafeBufferPointer { colors in
      var picture = cpng_picture()
      picture.bit_depth = 8
      picture.color_type = UInt8(CPNG_COLOR | CPNG_PALETTE)
      picture.row_bytes = image.width
      picture.palette = colors.baseAddress
      picture.palette_count = UInt32(image.palette.count)
      return try encode(&picture, image.width, image.height, image.indices, name)
    }
  }

  private static func encode(
    _ picture: inout cpng_picture, _ width: Int, _ height: Int, _ samples: [some BitwiseCopyable],
    _ name: String
  ) throws -> Data {
    guard width <= longestSide, height <= longestSide else {
      throw TensorFileError(
        .png, file: name, problem: "\(width) × \(height) pixels exceed \(longestSide) on a side",
        remedy: "write a smaller picture")
    }
    picture.width = UInt32(width)
    picture.height = UInt32(height)
    var file = cpng_buffer()
    defer { cpng_free(&file) }
    let fault = samples.withUnsafeBytes { bytes in
      picture.samples = bytes.baseAddress
      return complaint { cpng_write(&picture, &file, $0) }
    }
    if let fault {
      throw TensorFileError(
        .png, file: name, problem: "cannot be created: \(fault)", remedy: "write a smaller picture")
    }
    return Data(UnsafeBufferPointer(start: file.bytes, count: file.count))
  }

  /// Calls a function of the shim; returns nil if it succeeds, otherwise its message.
  static func complaint(_ call: (UnsafeMutablePointer<CChar>) -> Int32) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CPNG_MESSAGE_SIZE)) { message in
      message.initialize(repeating: 0)
      guard let start = message.baseAddress, call(start) == 0 else { return nil }
      return String(cString: start)
    }
  }
}
