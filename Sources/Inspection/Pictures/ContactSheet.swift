/// A small picture with a title, for a contact sheet.
struct Tile {
  var title: String
  var pixels: Picture
}

extension Picture {
  /// The gap between two tiles of a sheet, in pixels.
  static let tileGap = 8

  /// Returns a sheet of tiles, all enlarged by the same factor, each below its title.
  static func contactSheet(_ tiles: [Tile], width target: Int) -> Picture {
    guard let first = tiles.first else { return Picture(width: 1, height: 1) }
    let widestTitle = tiles.map { width(of: $0.title) }.max() ?? 0
    let factor = max(1, 128 / max(first.pixels.width, first.pixels.height))
    let cell = max(first.pixels.width * factor, widestTitle)
    let columns = max(1, min(tiles.count, (target + tileGap) / (cell + tileGap)))
    let rows = (tiles.count + columns - 1) / columns
    let tileHeight = lineHeight() + first.pixels.height * factor
    var sheet = Picture(
      width: columns * (cell + tileGap) - tileGap,
      height: rows * (tileHeight + tileGap) - tileGap)
    for (index, tile) in tiles.enumerated() {
      let top = index / columns * (tileHeight + tileGap)
      let left = index % columns * (cell + tileGap)
      sheet.write(tile.title, row: top, column: left)
      sheet.draw(tile.pixels.enlarged(by: factor), row: top + lineHeight(), column: left)
    }
    return sheet
  }
}
