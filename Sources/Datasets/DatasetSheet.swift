import PortraitClasses
import Inspection

/// A contact sheet of pairs: each picture, next to the same picture tinted with the colors of its classes.
public enum DatasetSheet {
  /// The largest number of pairs on a sheet.
  public static let mostPairs = 24
  /// The largest side of a tile.
  private static let largestSide = 128
  private static let columns = 4
  private static let gap = 8

  /// Returns a sheet of pairs spread evenly over the data; pairs that cannot be read are left out.
  ///
  /// - Parameter input: the data.
  /// - Returns: the sheet with a legend below, or nil when no pair can be read.
  public static func picture(_ input: DatasetInput) -> Picture? {
    let (ids, count) = (input.ids, min(input.ids.count, mostPairs))
    let tiles = (0..<count).compactMap { place -> Picture? in
      let index = place * ids.count / count
      guard let stored = try? input.stored(index) else { return nil }
      let side = min(largestSide, stored.imageSide, stored.labelSide)
      return (try? stored.reduced(to: side, name: ids[index])).map { tile($0, ids[index]) }
    }
    guard !tiles.isEmpty else { return nil }
    let rows = stride(from: 0, to: tiles.count, by: columns).map { first in
      Picture.row(Array(tiles[first..<min(tiles.count, first + columns)]), gap: 2 * gap)
    }
    return Picture.column(rows + [legend], gap: gap)
      .padded(top: gap, left: gap, bottom: gap, right: gap)
  }

  private static func tile(_ pair: PortraitPair, _ name: String) -> Picture {
    let area = pair.size * pair.size
    func color(_ row: Int, _ column: Int) -> Color {
      let pixel = row * pair.size + column
      return Color(pair.planes[pixel], pair.planes[area + pixel], pair.planes[2 * area + pixel])
    }
    let plain = Picture(width: pair.size, height: pair.size, pixel: color)
    let covered = Picture(width: pair.size, height: pair.size) { row, column in
      let part = Int(pair.labels[row * pair.size + column])
      return color(row, column).mixed(with: ClassPalette.portrait.color(part), share: 0.6)
    }
    let pictures = Picture.row(
      [plain, covered].map { $0.enlarged(toFill: largestSide) }, gap: 2)
    var tile = pictures.padded(top: Picture.lineHeight())
    // Only whole letters that fit are written; a longer name would be cut in the middle of a letter.
    let letters = name.unicodeScalars.map { $0.isASCII ? Character($0) : "?" }
    let fitting = (0...letters.count).last {
      Picture.width(of: String(letters.prefix($0))) <= tile.width
    }
    tile.write(String(letters.prefix(fitting ?? 0)), row: 0, column: 0)
    return tile
  }

  /// The legend: the thirteen classes with their colors, in two lines.
  private static var legend: Picture {
    let line = Picture.lineHeight()
    let entries = ClassPalette.portrait.names.indices.map { part in
      let name = ClassPalette.portrait.name(part)
      var entry = Picture(width: 24 + Picture.width(of: name), height: line)
      entry.fill(row: 0, column: 0, height: 14, width: 16, ClassPalette.portrait.color(part))
      entry.write(name, row: 0, column: 24)
      return entry
    }
    let halves = [entries.prefix(7), entries.suffix(6)]
    return .column(halves.map { Picture.row(Array($0), gap: 2 * gap) }, gap: gap / 2)
  }
}
