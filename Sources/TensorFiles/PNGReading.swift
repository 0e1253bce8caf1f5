import CPNGShim
import Foundation

extension PNGFile {
  /// Reads a picture from a file; palettes become colors, and samples of fewer than 8 bits are
  /// scaled to 0 … 255.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - alpha: what to do with transparency, if the file has it.
  /// - Returns: a picture of 1 or 3 channels, plus alpha if it is kept; 16 bits if the file has 16,
  ///   otherwise 8.
  /// - Throws: `TensorFileError` for anything that is not a complete PNG file.
  public static func read(_ url: URL, alpha: Alpha) throws -> Image {
    try PNGDecoder(ByteSource(url)).image(alpha)
  }

  /// Reads a picture from bytes in memory, as `read(_:alpha:)` does from a file.
  ///
  /// - Parameters:
  ///   - data: the bytes of a PNG file.
  ///   - alpha: what to do with transparency, if the file has it.
  ///   - name: the name of the bytes in errors.
  /// - Returns: a picture of 1 or 3 channels, plus alpha if it is kept; 16 bits if the file has 16,
  ///   otherwise 8.
  /// - Throws: `TensorFileError` for anything that is not a complete PNG file.
  public static func read(
    _ data: Data, alpha: Alpha, name: String = "PNG data"
  ) throws -> Image {
    try PNGDecoder(ByteSource(data, name: name)).image(alpha)
  }

  /// Reads numbers: the indices of a palette picture, or the values of a gray one of up to 8 bits.
  ///
  /// Label maps come in both forms. The numbers are those in the file, whatever its bit depth; a
  /// gray picture has no palette.
  public static func readIndexed(_ url: URL) throws -> IndexedImage {
    try PNGDecoder(ByteSource(url)).indexedImage()
  }

  /// What a file holds: one number for each pixel, or the samples of a picture.
  public enum Content: Sendable, Equatable {
    /// A palette picture, or a gray one of up to 8 bits, with the numbers that are in the file.
    case numbers(IndexedImage)
    /// Any other picture, without its transparency: gray of 8 or 16 bits, or red, green and blue.
    case samples(Image)

    /// The number of pixels in a row.
    public var width: Int {
      switch self {
      case .numbers(let picture): picture.width
      case .samples(let image): image.width
      }
    }

    /// The number of rows.
    public var height: Int {
      switch self {
      case .numbers(let picture): picture.height
      case .samples(let image): image.height
      }
    }
  }

  /// Reads numbers where the file has them, and otherwise a picture.
  ///
  /// - Parameter url: the file.
  /// - Returns: the numbers or the picture.
  /// - Throws: `TensorFileError` for anything that is not a complete PNG file.
  public static func readContent(_ url: URL) throws -> Content {
    try PNGDecoder(ByteSource(url)).content()
  }

  /// Reads numbers from bytes in memory; errors refer to them by the given name.
  public static func readIndexed(_ data: Data, name: String = "PNG data") throws -> IndexedImage {
    try PNGDecoder(ByteSource(data, name: name)).indexedImage()
  }
}

/// A PNG file whose header has been read and found plausible.
private struct PNGDecoder {
  let bytes: Data
  let name: String
  let header: cpng_header

  init(_ source: ByteSource) throws {
    name = source.name
    bytes = try source.all()
    try bytes.withUnsafeBytes { raw in
      try PictureFormat.require(.png, raw.bindMemory(to: UInt8.self), name: source.name)
    }
    var header = cpng_header()
    let fault = bytes.withUnsafeBytes { raw in
      PNGFile.complaint {
        cpng_read_header(
          raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt32(PNGFile.longestSide),
          &header, $0)
      }
    }
    self.header = header
    if let fault { throw error("cannot be read: \(fault)") }
    let (width, height) = (Int(header.width), Int(header.height))
    guard width * height <= PNGFile.mostPixels else {
      throw error(
        "\(width) × \(height) pixels exceed \(PNGFile.mostPixels)", "make the picture smaller")
    }
    guard header.packed_bytes / UInt64(PNGFile.largestExpansion) <= UInt64(bytes.count) else {
      throw error("\(bytes.count) bytes cannot hold \(width) × \(height) pixels")
    }
    try bytes.withUnsafeBytes { raw in
      try PictureOrientation.requireUpright(raw.bindMemory(to: UInt8.self), .png, name: source.name)
    }
  }

  /// Returns numbers if there is one channel of up to 8 bits, otherwise colors without transparency.
  func content() throws -> PNGFile.Content {
    if header.channels == 1 && header.bit_depth <= 8 { return .numbers(try indexedImage()) }
    return .samples(try image(.drop))
  }

  /// Returns the numbers, one sample per pixel, and their colors.
  func indexedImage() throws -> IndexedImage {
    guard header.channels == 1, header.bit_depth <= 8 else {
      throw error(
        "has \(header.channels) channels of \(header.bit_depth) bits, so it holds no labels",
        "save the number of each pixel in an 8-bit gray picture")
    }
    let indices = try samples(of: UInt8.self)
    return IndexedImage(
      width: Int(header.width), height: Int(header.height), indices: indices,
      palette: try palette(covering: indices))
  }

  /// Returns the picture, in color or gray.
  func image(_ alpha: PNGFile.Alpha) throws -> Image {
    if isPalette { return try paletteImage(alpha) }
    let wide = header.bit_depth == 16
    var samples: [UInt16]
    // 1, 3 and 15 divide 255, so full brightness stays full and the steps stay equal.
    let factor = wide ? 1 : UInt16(255 / (1 << Int(header.bit_depth) - 1))
    if wide {
      samples = try self.samples(of: UInt16.self)
    } else {
      samples = try self.samples(of: UInt8.self).map { UInt16($0) * factor }
    }
    var channels = Int(header.channels)
    if alpha == .keep && header.has_transparent_color != 0 {
      samples = withTransparentColor(samples, factor, opaque: wide ? 65535 : 255)
      channels += 1
    } else if alpha == .drop && channels.isMultiple(of: 2) {
      samples = samples.enumerated().compactMap { ($0 + 1) % channels == 0 ? nil : $1 }
      channels -= 1
    }
    return image(channels, bits: wide ? 16 : 8, samples)
  }

  private var isPalette: Bool { Int32(header.color_type) & Int32(CPNG_PALETTE) != 0 }

  private func image(_ channels: Int, bits: Int, _ samples: [UInt16]) -> Image {
    Image(
      width: Int(header.width), height: Int(header.height), channels: channels,
      bitsPerSample: bits, samples: samples)
  }

  private func paletteImage(_ alpha: PNGFile.Alpha) throws -> Image {
    let indices = try samples(of: UInt8.self)
    let palette = try palette(covering: indices)
    let alphas = withUnsafeBytes(of: header.palette_alpha) {
      Array($0.prefix(Int(header.palette_alpha_count)))
    }
    let keepsAlpha = alpha == .keep && !alphas.isEmpty
    var samples: [UInt16] = []
    samples.reserveCapacity(indices.count * (keepsAlpha ? 4 : 3))
    for index in indices {
      let color = palette[Int(index)]
      samples.append(UInt16(color.red))
      samples.append(UInt16(color.green))
      samples.append(UInt16(color.blue))
      if keepsAlpha { samples.append(Int(index) < alphas.count ? UInt16(alphas[Int(index)]) : 255) }
    }
    return image(keepsAlpha ? 4 : 3, bits: 8, samples)
  }

  /// Returns the palette if it has a color for every index; gray pictures have an empty one.
  private func palette(covering indices: [UInt8]) throws -> [PaletteColor] {
    guard isPalette else { return [] }
    let palette = withUnsafeBytes(of: header.palette) { bytes in
      (0..<Int(header.palette_count)).map {
        PaletteColor(bytes[3 * $0], bytes[3 * $0 + 1], bytes[3 * $0 + 2])
      }
    }
    guard let largest = indices.max(), Int(largest) < palette.count else {
      throw error("uses more colors than the \(palette.count) of its palette")
    }
    return palette
  }

  /// Adds a channel that is 0 where a pixel has the one color that the file declares transparent.
  private func withTransparentColor(
    _ samples: [UInt16], _ factor: UInt16, opaque: UInt16
  ) -> [UInt16] {
    let channels = Int(header.channels)
    let (red, green, blue) = header.transparent_color
    // Bits of the color beyond the depth have no meaning (a gray value of 2 bits is 0 … 3).
    let key = [red, green, blue].prefix(channels).map { ($0 & (opaque / factor)) * factor }
    var result: [UInt16] = []
    result.reserveCapacity(samples.count / channels * (channels + 1))
    for start in stride(from: 0, to: samples.count, by: channels) {
      let pixel = samples[start..<start + channels]
      result.append(contentsOf: pixel)
      result.append(pixel.elementsEqual(key) ? 0 : opaque)
    }
    return result
  }

  private func samples<T: FixedWidthInteger>(of type: T.Type) throws -> [T] {
    let count = Int(header.width) * Int(header.height) * Int(header.channels)
    var samples = [T](repeating: 0, count: count)
    let fault = samples.withUnsafeMutableBytes { out in
      bytes.withUnsafeBytes { raw in
        PNGFile.complaint {
          cpng_read_samples(
            raw.bindMemory(to: UInt8.self).baseAddress, raw.count, UInt32(PNGFile.longestSide),
            out.baseAddress, out.count, $0)
        }
      }
    }
    if let fault { throw error("cannot be read: \(fault)") }
    return samples
  }

  private func error(
    _ problem: String,
    _ remedy: String = "the file is damaged or not PNG; save or copy it again"
  ) -> TensorFileError {
    TensorFileError(.png, file: name, problem: problem, remedy: remedy)
  }
}
