import Foundation
import Messages
import PortraitClasses
import TensorFiles

/// A label map, read from a file by a scheme that the user names.
public struct LabelMap: Sendable {
  /// The file.
  public let file: URL
  /// The number of rows and columns.
  public let side: Int
  /// The class of every pixel, 0 … 12, row by row.
  public let parts: [UInt8]
  /// The number of pixels without a label, which became background; nil if no number means that.
  public let ignored: Int?
  /// The labels as they are in the file.
  let survey: LabelSurvey
  private let scheme: LabelScheme

  /// Reads a square map that shows a face.
  ///
  /// A map is a PNG file of numbers: gray, palette, or color with three equal channels. A scheme of
  /// colors reads the colors of a palette or a color picture.
  ///
  /// - Parameters:
  ///   - file: the PNG file.
  ///   - scheme: the meaning of its pixels.
  ///   - ignored: a number that means "not labeled"; its pixels become background.
  /// - Throws: a one-line error that names the file.
  public init(_ file: URL, _ scheme: LabelScheme, ignored: UInt8? = nil) throws {
    let pixels = try LabelPixels(file)
    try PictureFile.requireSquare(pixels.width, pixels.height, file)
    let labels = try pixels.labels(scheme, ignored: ignored)
    let unlabeled = scheme.hasColors && ignored != nil ? LabelPixels.unlabeled : ignored
    self.file = file
    self.scheme = scheme
    side = pixels.width
    parts = try scheme.parts(of: labels, name: file.path, ignored: unlabeled)
    self.ignored = unlabeled.map { value in labels.count { $0 == value } }
    survey = LabelSurvey(
      unlabeled == nil ? labels : labels.map { $0 == unlabeled ? 0 : $0 }, side: pixels.width)
    guard parts.contains(UInt8(PartClass.face.rawValue)) else {
      throw DatasetError(
        file.path, "shows no face: no pixel has the class face",
        "check --classes and this map, or remove the pair")
    }
  }

  /// A warning if the map can hardly show a portrait; nil if nothing speaks against it.
  public var warning: String? {
    scheme.warning(about: [survey]).map { "\(file.path): \($0)" }
  }
}

/// The pixels of a label map as they are in its file.
private struct LabelPixels {
  let file: URL
  let content: PNGFile.Content
  /// The label of a colored map's pixels whose color is ignored; no table has as many colors.
  static let unlabeled: UInt8 = 255

  init(_ file: URL) throws {
    self.file = file
    content = try PNGFile.readContent(file)
  }

  var width: Int { content.width }
  var height: Int { content.height }

  /// Returns one label per pixel.
  func labels(_ scheme: LabelScheme, ignored: UInt8?) throws(DatasetError) -> [UInt8] {
    if let table = scheme.colorTable { return try labels(table, ignored: ignored) }
    switch content {
    case .numbers(let picture):
      try requireNumbers(picture)
      return picture.indices
    case .samples(let image):
      guard image.isGray else { throw colored }
      let step = image.channels
      guard let largest = image.samples.max(), largest <= 255 else {
        throw DatasetError(
          file.path, "has values up to \(image.samples.max() ?? 0), which are no class numbers",
          "save the class number of each pixel in an 8-bit gray PNG")
      }
      return stride(from: 0, to: image.samples.count, by: step).map { UInt8(image.samples[$0]) }
    }
  }

  /// Returns the color of every pixel.
  private var colors: [PaletteColor] {
    switch content {
    case .numbers(let picture):
      return picture.indices.map { index in
        picture.palette.isEmpty
          ? PaletteColor(index, index, index) : picture.palette[Int(index)]
      }
    case .samples(let image):
      let (bytes, step) = (image.bytes, image.channels)
      let (green, blue) = step == 1 ? (0, 0) : (1, 2)
      return stride(from: 0, to: bytes.count, by: step).map { first in
        PaletteColor(bytes[first], bytes[first + green], bytes[first + blue])
      }
    }
  }

  /// The table that the colors come from; nil if they come from none.
  private var recognizedTable: ColorTable? {
    var counts: [PaletteColor: Int] = [:]
    if case .numbers(let picture) = content, !picture.palette.isEmpty {
      var numbers = [Int](repeating: 0, count: 256)
      for index in picture.indices { numbers[Int(index)] += 1 }
      for (color, count) in zip(picture.palette, numbers) where count > 0 {
        counts[color, default: 0] += count
      }
    } else {
      for color in colors { counts[color, default: 0] += 1 }
    }
    return ColorTable.recognized(in: counts, { colors }, side: width)
  }

  private func labels(_ table: ColorTable, ignored: UInt8?) throws(DatasetError) -> [UInt8] {
    let colors = colors
    if let ignored, table.label(of: PaletteColor(ignored, ignored, ignored)) != nil {
      throw DatasetError(
        file.path, "(\(ignored), \(ignored), \(ignored)) is a color of \(table.owner)'s table",
        "leave --ignore \(ignored) out")
    }
    let labels = colors.map { color -> UInt8? in
      let isIgnored = ignored.map { color == PaletteColor($0, $0, $0) } ?? false
      return isIgnored ? Self.unlabeled : table.label(of: color)
    }
    if let index = labels.firstIndex(of: nil) {
      throw stranger(colors, at: index, count: labels.count { $0 == nil }, table)
    }
    return labels.map { $0 ?? 0 }
  }

  /// Returns the error for pixels whose color is not in a table, of which one is named.
  private func stranger(
    _ colors: [PaletteColor], at index: Int, count: Int, _ table: ColorTable
  ) -> DatasetError {
    let color = colors[index]
    return DatasetError(
      file.path,
      "the color (\(color.red), \(color.green), \(color.blue)) at pixel \(index) is not in the "
        + "table of \(table.owner); \(count) of \(counted(colors.count, "pixel")) "
        + (count == 1 ? "is not" : "are not"),
      remedy(colors, strangers: count, table))
  }

  /// Returns how to mend a map with colors that are not in a table.
  private func remedy(_ colors: [PaletteColor], strangers: Int, _ table: ColorTable) -> String {
    if colors.allSatisfy({ $0.red == $0.green && $0.green == $0.blue }) {
      return "for class numbers, use --classes 19, bisenet or 13"
    }
    if let other = recognizedTable, other.scheme != table.scheme {
      return "use --classes \(other.scheme.rawValue)"
    }
    // Colors of one table are rarely those of another by chance: the table is right.
    return 2 * strangers < colors.count
      ? "the others are: save or resize the map without smoothing, or repaint these pixels"
      : "name another table, and save the map without smoothing"
  }

  /// Throws an error if the numbers of a palette picture are those of a color table out of order.
  ///
  /// Image programs number the colors of a picture as they like. Numbers are classes only if the
  /// palette is the table in order, or has colors of its own.
  private func requireNumbers(_ picture: IndexedImage) throws(DatasetError) {
    guard !picture.palette.isEmpty else { return }
    let used = Set(picture.indices)
    let isInOrder = ColorTable.all.contains { table in
      used.allSatisfy { table.label(of: picture.palette[Int($0)]) == $0 }
    }
    guard !isInOrder, let table = recognizedTable else { return }
    throw DatasetError(
      file.path,
      "has the colors of \(table.owner), but its palette numbers them in another order",
      "add --classes \(table.scheme.rawValue) to read the colors")
  }

  private var colored: DatasetError {
    if let table = recognizedTable {
      return DatasetError(
        file.path, "holds the colors of \(table.owner), not class numbers",
        "add --classes \(table.scheme.rawValue) to read the colors")
    }
    return DatasetError(
      file.path, "holds colors, not class numbers, and they are of no known table",
      "save the class number of each pixel in an 8-bit gray PNG (a palette picture of the colors "
        + "would number them in any order)")
  }
}
