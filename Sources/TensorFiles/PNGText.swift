import Foundation
import Tensors

/// Texts inside PNG files, each with a keyword: `tEXt` chunks in ASCII, `iTXt` chunks in UTF-8.
///
/// Most programs that edit a picture keep these chunks, and all others ignore them. PNG suggests the
/// keywords `Title`, `Description`, `Software`, `Source` and `Comment`; any other is allowed.
extension PNGFile {
  /// The longest keyword that PNG allows, in characters.
  private static let longestKeyword = 79

  /// Returns the bytes of a PNG file with a picture and texts.
  ///
  /// - Parameters:
  ///   - image: the picture.
  ///   - texts: the texts by keyword, as for ``adding(_:to:)``.
  /// - Returns: the bytes of the file.
  /// - Throws: `TensorFileError` when the picture is too large for a PNG file.
  public static func encode(_ image: Image, texts: [String: String]) throws -> Data {
    adding(texts, to: try encode(image))
  }

  /// Returns the bytes of a PNG file with texts added after its header; its pixels stay as they are.
  ///
  /// - Parameters:
  ///   - texts: the texts by keyword, without control characters. A keyword has 1 … 79 characters of
  ///     printable ASCII.
  ///   - file: the bytes of a PNG file, also of an animated one.
  /// - Returns: the bytes of the file with the texts, in the order of their keywords.
  public static func adding(_ texts: [String: String], to file: Data) -> Data {
    var file = PNGChunks(of: file)
    for (keyword, text) in texts.sorted(by: { $0.key > $1.key }) {
      require(
        (1...longestKeyword).contains(keyword.utf8.count) && isPrintable(keyword),
        "PNGFile.adding: the keyword \(keyword) is not 1 … 79 characters of printable ASCII")
      require(
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
        "PNGFile.adding: the text of \(keyword) has control characters")
      let start = Array(keyword.utf8) + [0]
      if isPrintable(text) {
        file.insertAfterHeader("tEXt", start + Array(text.utf8))
      } else {
        // Not compressed, no language, no translated keyword.
        file.insertAfterHeader("iTXt", start + [0, 0, 0, 0] + Array(text.utf8))
      }
    }
    return file.data
  }

  private static func isPrintable(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }

  /// Returns the texts of a PNG file by keyword; of texts with the same keyword, the first `tEXt` or
  /// else the first `iTXt`.
  ///
  /// `tEXt` chunks that are not ASCII are left out, and so are compressed texts.
  ///
  /// - Parameter url: the file.
  /// - Returns: the texts; empty for a file that cannot be read or is not a PNG file.
  public static func texts(_ url: URL) -> [String: String] {
    (try? ByteSource(url).all()).map(texts) ?? [:]
  }

  /// Returns the texts of the bytes of a PNG file, as for a file.
  public static func texts(_ file: Data) -> [String: String] {
    guard file.prefix(PNGChunks().data.count) == PNGChunks().data else { return [:] }
    let chunks = PNGChunks(of: file)
    let plain = chunks.bodies("tEXt").compactMap { body -> (String, String)? in
      guard let end = body.firstIndex(of: 0), body.allSatisfy({ $0 < 0x80 }) else { return nil }
      let text = String(decoding: body[(end + 1)...], as: UTF8.self)
      return (String(decoding: body[..<end], as: UTF8.self), text)
    }
    return Dictionary(
      plain + chunks.bodies("iTXt").compactMap(international),
      uniquingKeysWith: { first, _ in first })
  }

  /// Returns the keyword and the text of an `iTXt` chunk; nil if it is compressed or damaged.
  private static func international(_ body: Data) -> (String, String)? {
    // Keyword 0, compression flag, method, language 0, translated keyword 0, text.
    guard let end = body.firstIndex(of: 0), body[..<end].allSatisfy({ $0 < 0x80 }),
      body.endIndex - end > 3, body[end + 1] == 0,
      let language = body[(end + 3)...].firstIndex(of: 0),
      let translated = body[(language + 1)...].firstIndex(of: 0),
      let text = String(data: body[(translated + 1)...], encoding: .utf8)
    else { return nil }
    return (String(decoding: body[..<end], as: UTF8.self), text)
  }
}
