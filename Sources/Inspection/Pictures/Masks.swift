import Tensors

// Masks: one class, or one probability for each class, at every pixel.
extension Rendering {
  /// Returns a map of class numbers in the mask palette, with a legend of the classes that occur.
  ///
  /// - Parameters:
  ///   - labels: class numbers, `[H, W]` or `[1, H, W]`.
  ///   - palette: names and colors of the classes.
  ///   - side: the largest side of the map in the picture, in pixels; a larger map is not reduced.
  /// - Returns: the colored map and the legend.
  public static func labels(
    _ labels: Tensor, palette: ClassPalette, side: Int = Picture.mapSide
  ) -> Rendering {
    let map = labels.plane("labels")
    let ids = map.scalars.map { $0.isFinite ? Int($0.rounded()) : -1 }
    let pixels = Picture.labels(map, palette: palette)
    let picture = Picture.row(
      [pixels.enlarged(toFill: side), legend(Set(ids).sorted(), palette)], gap: 12
    ).framed
    return Rendering(picture, compact: pixels, colorMap: ClassPalette.mapName)
  }

  /// Returns the class probabilities of every pixel: the blended colors, then one map for each class.
  ///
  /// - Parameters:
  ///   - probabilities: `[K, H, W]`, each 0 … 1.
  ///   - palette: names and colors of the classes.
  ///   - side: the largest side of the blend in the picture, in pixels; a larger map is not reduced.
  /// - Returns: the blend with a legend, and below it a map of each class with the range 0 … 1.
  public static func probabilities(
    _ probabilities: Tensor, palette: ClassPalette, side: Int = Picture.mapSide
  ) -> Rendering {
    requireShape(probabilities, [nil, nil, nil], "probabilities", axes: "[K, H, W]")
    let (parts, rows, columns) = (
      probabilities.shape[0], probabilities.shape[1], probabilities.shape[2]
    )
    let values = probabilities.scalars
    let colors = (0..<parts).map { palette.color($0).unit }
    let blend = Picture(width: columns, height: rows) { row, column in
      var (red, green, blue) = (0.0, 0.0, 0.0)
      for part in 0..<parts {
        let share = values[(part * rows + row) * columns + column]
        red += share * colors[part].red
        green += share * colors[part].green
        blue += share * colors[part].blue
      }
      return red.isFinite ? Color(unit: red, green, blue) : .notFinite
    }
    let head = Picture.row(
      [blend.enlarged(toFill: side), legend(Array(0..<parts), palette)], gap: 12)
    let tiles = (0..<parts).map { part in
      Tile(
        title: palette.name(part),
        pixels: .colored(probabilities[part].detached(), .scalar, 0...1))
    }
    let sheet = Picture.contactSheet(tiles, width: max(720, head.width))
    let bar = ColorBar(map: .scalar, range: 0...1, unit: "", marksZero: false)
    let strips = Picture.row([sheet, bar.picture(height: min(160, sheet.height))], gap: 12)
    return Rendering(
      Picture.column([head, strips], gap: 16).framed, compact: blend,
      colorMap: ClassPalette.mapName, range: 0...1)
  }

  /// Returns a legend with the color and the name of every class.
  public static func maskLegend(parts: Int, palette: ClassPalette) -> Rendering {
    Rendering(legend(Array(0..<parts), palette).framed, colorMap: ClassPalette.mapName)
  }

  private static func legend(_ ids: [Int], _ palette: ClassPalette) -> Picture {
    let line = Picture.lineHeight()
    let widest = ids.map { Picture.width(of: palette.name($0)) }.max() ?? 0
    var picture = Picture(width: 24 + widest, height: line * max(1, ids.count))
    for (index, id) in ids.enumerated() {
      picture.fill(row: index * line, column: 0, height: 14, width: 16, palette.color(id))
      picture.outline(row: index * line, column: 0, height: 14, width: 16, .ink)
      picture.write(palette.name(id), row: index * line, column: 24)
    }
    return picture
  }
}
