import Foundation
import Tensors

/// Texts inside PNG files: `tEXt` chunks, each with a keyword and a text.
///
/// Most programs that edit a picture keep these chunks, and all others ignore them.
extension PNGFile {
  /// The longest keyword that PNG allows, in characters.
  private static let longestKeyword = 79

  /// Returns the bytes of a PNG file with a picture and texts.
  ///
  /// - Parameters:
  ///   - image: the picture.
  ///   - texts: the texts by keyword, in printable ASCII; a keyword has 1 … 79 characters.
  /// - Returns: the bytes of the file.
  /// - Throws: `TensorFileError` when the picture is too large for a PNG file.
  public static func encode(_ image: Image, texts: [String: String]) throws -> Data {
    var file = PNGChunks(of: try encode(image))
    for (keyword, text) in texts.sorted(by: { $0.key > $1.key }) {
      require(
        (1...longestKeyword).contains(keyword.utf8.count)
          && (keyword + text).utf8.allSatisfy { (0x20...0x7E).contains($0) },
        "PNGFile.encode: the text of \(keyword) has other characters than printable ASCII")
      file.insertAfterHeader("tEXt", Array(keyword.utf8) + [0] + Array(text.utf8))
    }
    return file.data
  }

  /// Returns the texts of a PNG file by keyword; of texts with the same keyword, the first.
  ///
  /// Texts that are not ASCII are left out, and so are compressed ones.
  ///
  /// - Parameter url: the file.
  /// - Returns: the texts; empty for a file that cannot be read or is not a PNG file.
  public static func texts(_ url: URL) -> [String: String] {
    (try? Data(contentsOf: url, options: .mappedIfSafe)).map(texts) ?? [:]
  }

  /// Returns the texts of the bytes of a PNG file, as for a file.
  public static func texts(_ file: Data) -> [String: String] {
    guard file.prefix(PNGChunks().data.count) == PNGChunks().data else { return [:] }
    var found: [String: String] = [:]
    for body in PNGChunks(of: file).bodies("tEXt") {
      guard let end = body.firstIndex(of: 0), body.allSatisfy({ $0 < 0x80 }) else { continue }
      let keyword = String(decoding: body[..<end], as: UTF8.self)
      let text = String(decoding: body[(end + 1)...], as: UTF8.self)
      if found[keyword] == nil { found[keyword] = text }
    }
    return found
  }
}
