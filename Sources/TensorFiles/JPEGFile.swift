import CTurboJPEG
import Foundation

/// A reader of JPEG files, as gray or RGB pictures of 8 bits.
///
/// The samples are those in the file; color profiles are not applied. A picture whose EXIF or XMP data
/// say that it is stored rotated or mirrored is refused. Programs differ in whether they rotate it
/// back, so a label map made from it may have either orientation.
public enum JPEGFile {
  /// The largest number of pixels that is read, 8192 · 8192.
  public static let mostPixels = 1 << 26

  /// Reads a picture from a file: 1 channel if it is gray, otherwise 3.
  ///
  /// A truncated or damaged file is an error, not a picture with gray parts.
  public static func read(_ url: URL) throws -> Image { try read(ByteSource(url)) }

  /// Reads a picture from bytes in memory; errors refer to them by the given name.
  public static func read(_ data: Data, name: String = "JPEG data") throws -> Image {
    try read(ByteSource(data, name: name))
  }

  private static func read(_ source: ByteSource) throws -> Image {
    guard let decoder = tjInitDecompress() else {
      throw error(source, "cannot be read: TurboJPEG could not start", "free some memory")
    }
    defer { tjDestroy(decoder) }
    let data = try source.all()
    return try data.withUnsafeBytes { raw in
      let bytes = raw.bindMemory(to: UInt8.self)
      try PictureFormat.require(.jpeg, bytes, name: source.name)
      let (width, height, channels) = try layout(decoder, bytes, source)
      try PictureOrientation.requireUpright(bytes, .jpeg, name: source.name)
      var samples = [UInt8](repeating: 0, count: width * height * channels)
      // Exact arithmetic gives the same numbers on every machine. The number of scans is limited,
      // because a pass over the whole picture may need only a few bytes in the file.
      let flags = TJFLAG_STOPONWARNING | TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
      let format = channels == 1 ? TJPF_GRAY : TJPF_RGB
      let result = samples.withUnsafeMutableBufferPointer { out in
        tjDecompress2(
          decoder, bytes.baseAddress, UInt(bytes.count), out.baseAddress, Int32(width), 0,
          Int32(height), Int32(format.rawValue), flags)
      }
      // A warning means that data was missing and has been made up.
      guard result == 0 else { throw error(source, "cannot be read: \(complaint(of: decoder))") }
      return Image(
        width: width, height: height, channels: channels, samples: samples.map(UInt16.init))
    }
  }

  /// Returns the layout that the header states, if the file can hold that much.
  private static func layout(
    _ decoder: tjhandle, _ bytes: UnsafeBufferPointer<UInt8>, _ source: ByteSource
  ) throws -> (width: Int, height: Int, channels: Int) {
    var (width, height, subsampling, colorspace) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let result = tjDecompressHeader3(
      decoder, bytes.baseAddress, UInt(bytes.count), &width, &height, &subsampling, &colorspace)
    guard result == 0 else { throw error(source, "cannot be read: \(complaint(of: decoder))") }
    if colorspace == TJCS_CMYK.rawValue || colorspace == TJCS_YCCK.rawValue {
      throw error(source, "holds printing colors (CMYK)", "save it as RGB or gray")
    }
    guard Int(width) * Int(height) <= mostPixels else {
      throw error(
        source, "\(width) × \(height) pixels exceed \(mostPixels)", "make the picture smaller")
    }
    // Every block of 8 × 8 pixels takes at least one bit, for its brightness.
    let squares = ((Int(width) + 7) / 8) * ((Int(height) + 7) / 8)
    guard squares / 8 <= bytes.count else {
      throw error(source, "\(bytes.count) bytes cannot hold \(width) × \(height) pixels")
    }
    return (Int(width), Int(height), colorspace == TJCS_GRAY.rawValue ? 1 : 3)
  }

  private static func complaint(of decoder: tjhandle) -> String {
    tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "no reason given"
  }

  private static func error(
    _ source: ByteSource, _ problem: String,
    _ remedy: String = "the file is damaged or not JPEG; save or copy it again"
  ) -> TensorFileError {
    TensorFileError(.jpeg, file: source.name, problem: problem, remedy: remedy)
  }
}
