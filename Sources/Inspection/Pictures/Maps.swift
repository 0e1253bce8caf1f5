import Tensors

// Maps: one number per pixel.
extension Rendering {

  /// Returns a map in the scalar color map with a color bar.
  ///
  /// - Parameters:
  ///   - map: the values, `[H, W]` or `[1, H, W]`.
  ///   - range: the values at the ends of the color map; by default the range of the map.
  ///   - unit: the unit, written above the bar.
  ///   - side: the largest side of the map in the picture, in pixels; a larger map is not reduced.
  /// - Returns: the map, each pixel enlarged to a square, and the bar.
  public static func scalarMap(
    _ map: Tensor, range: ClosedRange<Double>? = nil, unit: String = "", side: Int = Picture.mapSide
  ) -> Rendering {
    let range = range ?? Statistics(map).range
    return withBar(map, ColorBar(map: .scalar, range: range, unit: unit, marksZero: false), side)
  }

  /// Returns a map of signed values in a color map that is symmetric about zero, with a color bar.
  ///
  /// - Parameters:
  ///   - map: the values, `[H, W]` or `[1, H, W]`.
  ///   - reach: the magnitude at the ends of the color map; by default the largest of the map.
  ///   - unit: the unit, written above the bar.
  ///   - side: the largest side of the map in the picture, in pixels; a larger map is not reduced.
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

  /// Returns a matrix as stripes, for example latents with one part or layer per row.
  ///
  /// - Parameters:
  ///   - rows: the values, `[R, L]`, or `[L]` for a single row.
  ///   - labels: the labels of the rows; by default their indices.
  ///   - reach: the magnitude at the ends of the color map; by default the largest value.
  /// - Returns: the labeled stripes with a color bar.
  public static func stripes(_ rows: Tensor, labels: [String] = [], reach: Double? = nil)
    -> Rendering
  {
    let matrix = rows.rank == 1 ? rows.unsqueezed(axis: 0) : rows
    requireShape(matrix, [nil, nil], "rows", axes: "[R, L]")
    let range = reach.map { -$0...$0 } ?? Statistics(matrix).range.symmetric
    let pixels = Picture.colored(matrix, .signed, range)
    // If there are many rows, they are thin and only every tenth is labeled.
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
  /// The side to which small maps are enlarged, in pixels.
  public static let mapSide = 384

  /// Returns a map with one pixel per value, without a color bar.
  static func colored(_ map: Tensor, _ colors: ColorMap, _ range: ClosedRange<Double>) -> Picture {
    let (values, columns) = (map.scalars, map.shape[1])
    return Picture(width: columns, height: map.shape[0]) { row, column in
      colors.color(at: range.position(of: values[row * columns + column]))
    }
  }

  /// The picture with a margin of 8 pixels.
  var framed: Picture { padded(top: 8, left: 8, bottom: 8, right: 8) }
}

extension Tensor {
  /// Returns a map given as `[H, W]` or `[1, H, W]` as `[H, W]`.
  func plane(_ argument: String, function: String = #function) -> Tensor {
    let map = rank == 3 && shape[0] == 1 ? self[0] : self
    requireShape(map, [nil, nil], argument, axes: "[H, W] or [1, H, W]", function: function)
    require(map.count > 0, "\(function): \(argument) has shape \(shape), expected some pixels")
    return map.detached()
  }
}
