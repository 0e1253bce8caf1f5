import Tensors

// Maps: one number per pixel.
extension Rendering {

  /// A map in the scalar colours with its value range in a colour bar.
  ///
  /// - Parameters:
  ///   - map: the values, `[H, W]` or `[1, H, W]`.
  ///   - range: the values at the ends of the colour map; those of the map unless given.
  ///   - unit: the unit, written above the bar.
  ///   - side: the larger side of the map in the picture is at most this, if the map is smaller.
  /// - Returns: the map, each pixel enlarged to a square, and the bar.
  public static func scalarMap(
    _ map: Tensor, range: ClosedRange<Double>? = nil, unit: String = "", side: Int = Picture.mapSide
  ) -> Rendering {
    let range = range ?? Statistics(map).range
    return withBar(map, ColorBar(map: .scalar, range: range, unit: unit, marksZero: false), side)
  }

  /// A map of signed values: white at zero, which the colour bar marks, equally strong both ways.
  ///
  /// - Parameters:
  ///   - map: the values, `[H, W]` or `[1, H, W]`.
  ///   - reach: the magnitude at the ends of the colour map; the map's largest unless given.
  ///   - unit: the unit, written above the bar.
  ///   - side: the larger side of the map in the picture is at most this, if the map is smaller.
  /// - Returns: the map, each pixel enlarged to a square, and the bar.
  public static func signedMap(
    _ map: Tensor, reach: Double? = nil, unit: String = "", side: Int = Picture.mapSide
  ) -> Rendering {
    let range = reach.map { -$0...$0 } ?? Statistics(map).range.symmetric
    return withBar(map, ColorBar(map: .signed, range: range, unit: unit, marksZero: true), side)
  }

  private static func withBar(_ map: Tensor, _ bar: ColorBar, _ side: Int) -> Rendering {
    let pixels = Picture.colored(map.plane("map"), bar.map, bar.range)
    let large = pixels.enlarged(toFill: side)
    let picture = Picture.row([large, bar.picture(height: large.height)], gap: 12).framed
    return Rendering(picture, compact: pixels, colorMap: bar.map.name)
  }

  /// A matrix as rows of stripes: latents, one part or layer per row, one component per column.
  ///
  /// - Parameters:
  ///   - rows: the values, `[R, L]`, or `[L]` for a single row.
  ///   - labels: what the rows are called; their numbers unless given.
  ///   - reach: the magnitude at the ends of the signed colours; the largest unless given.
  /// - Returns: the labelled stripes with a colour bar.
  public static func stripes(_ rows: Tensor, labels: [String] = [], reach: Double? = nil)
    -> Rendering
  {
    let matrix = rows.rank == 1 ? rows.expanded(0) : rows
    requireShape(matrix, [nil, nil], "rows", axes: "[R, L]")
    let range = reach.map { -$0...$0 } ?? Statistics(matrix).range.symmetric
    let pixels = Picture.colored(matrix, .signed, range)
    // Many rows are thin, and every tenth has its name.
    let isMany = pixels.height > 60
    let (high, gap) = isMany ? (4, 0) : (max(18, 180 / pixels.height), 2)
    let wide = max(1, 640 / pixels.width)
    let names = (0..<pixels.height).map { row in
      isMany && row % 10 != 0 ? "" : row < labels.count ? labels[row] : "\(row)"
    }
    let margin = 8 + (names.map { Picture.width(of: $0) }.max() ?? 0)
    var picture = Picture(width: margin + pixels.width * wide, height: pixels.height * (high + gap))
    for (index, name) in names.enumerated() {
      let top = index * (high + gap)
      picture.write(name, row: max(0, top + (high - 14) / 2), column: margin - 8, alignment: .right)
      for column in 0..<pixels.width {
        picture.fill(
          row: top, column: margin + column * wide, height: high, width: wide,
          pixels[index, column])
      }
    }
    let bar = ColorBar(map: .signed, range: range, unit: "", marksZero: true)
    let compact = Picture(width: pixels.width, height: 2 * pixels.height) { pixels[$0 / 2, $1] }
    return Rendering(
      Picture.row([picture, bar.picture(height: picture.height)], gap: 12).framed,
      compact: compact, colorMap: ColorMap.signed.name)
  }
}

extension Picture {
  /// The side in pixels that small maps are enlarged to.
  public static let mapSide = 384

  /// One pixel per value, without a bar.
  static func colored(_ map: Tensor, _ colors: ColorMap, _ range: ClosedRange<Double>) -> Picture {
    let (values, columns) = (map.scalars, map.shape[1])
    return Picture(width: columns, height: map.shape[0]) { row, column in
      colors.color(at: range.position(of: values[row * columns + column]))
    }
  }

  /// With a margin that keeps labels away from the edge.
  var framed: Picture { padded(top: 8, left: 8, bottom: 8, right: 8) }
}

extension Tensor {
  /// The rows and columns of a map given as `[H, W]` or `[1, H, W]`.
  func plane(_ argument: String, function: String = #function) -> Tensor {
    let map = rank == 3 && shape[0] == 1 ? at(0, 0) : self
    requireShape(map, [nil, nil], argument, axes: "[H, W] or [1, H, W]", function: function)
    require(map.count > 0, "\(function): \(argument) has shape \(shape), expected some pixels")
    return map.detached()
  }
}
