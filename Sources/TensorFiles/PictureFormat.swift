import Foundation

/// The format of a picture, told by the first bytes of its file and not by the ending of its name.
public enum PictureFormat: String, Sendable, CaseIterable {
  /// Portable Network Graphics, which is read.
  case png = "PNG"
  /// JPEG (JFIF, EXIF), which is read.
  case jpeg = "JPEG"
  /// WebP, in a RIFF file.
  case webp = "WebP"
  /// HEIC and HEIF, the format of many phones.
  case heic = "HEIC"
  /// AVIF, in the same container as HEIC.
  case avif = "AVIF"
  /// The Graphics Interchange Format.
  case gif = "GIF"
  /// A Windows bitmap.
  case bmp = "BMP"
  /// The Tagged Image File Format, also of camera raw files.
  case tiff = "TIFF"
  /// JPEG XL, as a codestream or in a container.
  case jpegXL = "JPEG XL"
  /// JPEG 2000.
  case jpeg2000 = "JPEG 2000"

  /// The number of bytes that determine the format.
  static let signatureLength = 32

  /// Tells the format by the first bytes of a file; nil if they begin none of these formats.
  ///
  /// The signatures are those of the formats' specifications; HEIC and AVIF name themselves in the
  /// brands of an ISO base media file (ISO/IEC 14496-12).
  public init?(startingWith bytes: some Sequence<UInt8>) {
    let start = Array(bytes.prefix(Self.signatureLength))
    func has(_ signature: [UInt8], at place: Int = 0) -> Bool {
      start.dropFirst(place).starts(with: signature)
    }
    func says(_ text: String, at place: Int = 0) -> Bool { has(Array(text.utf8), at: place) }
    switch true {
    case has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]): self = .png
    case has([0xFF, 0xD8, 0xFF]): self = .jpeg
    case says("RIFF") && says("WEBP", at: 8): self = .webp
    case says("GIF87a"), says("GIF89a"): self = .gif
    case says("BM") && has([0, 0, 0, 0], at: 6): self = .bmp
    case has([0x49, 0x49, 0x2A, 0]), has([0x4D, 0x4D, 0, 0x2A]): self = .tiff
    case has([0xFF, 0x0A]), says("JXL ", at: 4): self = .jpegXL
    case says("jP  ", at: 4), has([0xFF, 0x4F, 0xFF, 0x51]): self = .jpeg2000
    case says("ftypavif", at: 4), says("ftypavis", at: 4): self = .avif
    case ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].contains(where: {
      says("ftyp\($0)", at: 4)
    }):
      self = .heic
    default: return nil
    }
  }

  /// The format with its article, for messages: "a PNG picture".
  var phrase: String {
    switch self {
    case .heic, .avif: "an \(rawValue) picture"
    default: "a \(rawValue) picture"
    }
  }

  /// Reads a picture, PNG or JPEG as its first bytes say; transparency is dropped.
  ///
  /// - Parameter url: the file, whatever its name ends in.
  /// - Returns: the picture.
  /// - Throws: `TensorFileError` for any other format and for a damaged file.
  public static func read(_ url: URL) throws -> Image {
    let source = try ByteSource(url)
    let start = try source.bytes(at: 0, count: min(source.count, signatureLength))
    let format = PictureFormat(startingWith: start)
    // The ending only decides which reader explains a file that is neither PNG nor JPEG.
    let isPNG = format == .png || format != .jpeg && url.pathExtension.lowercased() == "png"
    return try isPNG ? PNGFile.read(url, alpha: .drop) : JPEGFile.read(url)
  }

  /// Throws an error if bytes are recognizably not of the format that a reader expects.
  ///
  /// Bytes that no signature matches pass: the reader says what is wrong with them.
  ///
  /// - Parameters:
  ///   - expected: the format of the reader, PNG or JPEG.
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in the error.
  /// - Throws: `TensorFileError` that names the format.
  static func require(
    _ expected: PictureFormat, _ bytes: UnsafeBufferPointer<UInt8>, name: String
  ) throws(TensorFileError) {
    guard let (problem, remedy) = Self.objection(expected, bytes) else { return }
    // The reader is not named: "JPEG: is a WebP picture" would read oddly.
    throw TensorFileError(.file, file: name, problem: problem, remedy: remedy)
  }

  private static func objection(
    _ expected: PictureFormat, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> (problem: String, remedy: String)? {
    switch PictureFormat(startingWith: bytes) {
    case expected: nil
    case .png?: ("is \(PictureFormat.png.phrase)", "save it as JPEG")
    case .jpeg?:
      ("is \(PictureFormat.jpeg.phrase)", "save it as PNG; another name is not enough")
    case let other?: ("is \(other.phrase), which is not read here", "save it as PNG or JPEG")
    case nil: FileContent(standIn: bytes).map { ($0.phrase, $0.remedy(for: .file)) }
    }
  }
}
