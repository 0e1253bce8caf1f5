import Tensors

// Masks: one class, or one probability per class, at every pixel.
extension Rendering {
  /// A map of class ids in the mask palette, with a legend of the classes that occur.
  ///
  /// - Parameters:
  ///   - labels: class ids, `[H, W]` or `[1, H, W]`.
  ///   - side: the larger side of the map in the picture is at most this, if the map is smaller.
  /// - Returns: the coloured map and the legend.
  public static func labels(_ labels: Tensor, side: Int = Picture.mapSide) -> Rendering {
    let map = labels.plane("labels")
    let ids = map.scalars.map { $0.isFinite ? Int($0.rounded()) : -1 }
    let pixels = Picture(width: map.shape[1], height: map.shape[0]) { row, column in
      MaskPalette.color(ids[row * map.shape[1] + column])
    }
    let picture = Picture.row(
      [pixels.enlarged(toFill: side), legend(Set(ids).sorted())], gap: 12
    ).framed
    return Rendering(picture, compact: pixels, colorMap: MaskPalette.mapName)
  }

  /// Probabilities of the classes at every pixel: their colours blended, then one strip per class.
  ///
  /// - Parameters:
  ///   - probabilities: `[K, H, W]`, each 0 … 1.
  ///   - side: the larger side of the blend in the picture is at most this, if it is smaller.
  /// - Returns: the blend with a legend, and below it each class's own map from 0 to 1.
  public static func probabilities(
    _ probabilities: Tensor, side: Int = Picture.mapSide
  ) -> Rendering {
    requireShape(probabilities, [nil, nil, nil], "probabilities", axes: "[K, H, W]")
    let (parts, rows, columns) = (
      probabilities.shape[0], probabilities.shape[1], probabilities.shape[2]
    )
    let values = probabilities.scalars
    let palette = (0..<parts).map { MaskPalette.color($0).unit }
    let blend = Picture(width: columns, height: rows) { row, column in
      var (red, green, blue) = (0.0, 0.0, 0.0)
      for part in 0..<parts {
        let share = values[(part * rows + row) * columns + column]
        red += share * palette[part].red
        green += share * palette[part].green
        blue += share * palette[part].blue
      }
      return red.isFinite ? Color(unit: red, green, blue) : .notFinite
    }
    let head = Picture.row([blend.enlarged(toFill: side), legend(Array(0..<parts))], gap: 12)
    let tiles = (0..<parts).map { part in
      Tile(
        title: MaskPalette.name(part),
        pixels: .colored(probabilities.at(0, part).detached(), .scalar, 0...1))
    }
    let sheet = Picture.contactSheet(tiles, width: max(720, head.width))
    let bar = ColorBar(map: .scalar, range: 0...1, unit: "", marksZero: false)
    let strips = Picture.row([sheet, bar.picture(height: min(160, sheet.height))], gap: 12)
    return Rendering(
      Picture.column([head, strips], gap: 16).framed, compact: blend,
      colorMap: MaskPalette.mapName)
  }

  /// The colour and the name of every class.
  public static func maskLegend(parts: Int) -> Rendering {
    Rendering(legend(Array(0..<parts)).framed, colorMap: MaskPalette.mapName)
  }

  private static func legend(_ ids: [Int]) -> Picture {
    let line = Picture.lineHeight()
    let widest = ids.map { Picture.width(of: MaskPalette.name($0)) }.max() ?? 0
    var picture = Picture(width: 24 + widest, height: line * max(1, ids.count))
    for (index, id) in ids.enumerated() {
      picture.fill(row: index * line, column: 0, height: 14, width: 16, MaskPalette.color(id))
      picture.outline(row: index * line, column: 0, height: 14, width: 16, .ink)
      picture.write(MaskPalette.name(id), row: index * line, column: 24)
    }
    return picture
  }
}
