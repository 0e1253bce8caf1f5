import Probes
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

  /// Returns a map of distances from the camera in colors whose bright end is near.
  ///
  /// - Parameters:
  ///   - map: the distances, `[H, W]` or `[1, H, W]`; those that are not finite are magenta.
  ///   - range: the distances at the ends of the colors; by default the range of the map.
  ///   - unit: the unit, written above the bar.
  ///   - reference: what the distances are measured along, written below the map.
  ///   - side: the largest side of the map in the picture, in pixels; a larger map is not reduced.
  /// - Returns: the map and a bar whose ends are labeled near and far.
  public static func distanceMap(
    _ map: Tensor, range: ClosedRange<Double>? = nil, unit: String = "", reference: String = "",
    side: Int = Picture.mapSide
  ) -> Rendering {
    let scale = DepthScale(near: .smallest, reference: reference, range: range)
    return Rendering.map(map, .depth(scale), unit: unit, side: side)
  }

  /// Returns a map with the colors of a scale.
  static func map(
    _ map: Tensor, _ scale: ValueScale, unit: String, side: Int = Picture.mapSide
  ) -> Rendering {
    var result = withBar(map, ColorBar(scale, of: Statistics(map), unit: unit), side)
    if case .depth(let depth) = scale, !depth.reference.isEmpty {
      result = result.captioned(depth.reference)
      result.meaning += ", \(depth.reference)"
    }
    return result
  }

  private static func withBar(_ map: Tensor, _ bar: ColorBar, _ side: Int) -> Rendering {
    let pixels = Picture.colored(map.plane("map"), bar.map, bar.range)
    let large = pixels.enlarged(toFill: side)
    let picture = Picture.row([large, bar.picture(height: large.height)], gap: 12).framed
    return Rendering(
      picture, compact: pixels, colorMap: bar.map.name, range: bar.range, meaning: bar.meaning)
  }

  /// Returns a matrix as stripes, for example latents with one part or layer per row.
  ///
  /// Neighboring rows with the same label form a block with one label.
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
    let runs = RowRun.runs(of: labels, count: pixels.height)
    let wide = max(1, 640 / pixels.width)
    let margin = 8 + (runs.map { Picture.width(of: $0.label) }.max() ?? 0)
    var picture = Picture(
      width: margin + pixels.width * wide, height: runs.reduce(0) { $0 + $1.height })
    var top = 0
    for run in runs {
      picture.write(
        run.label, row: max(0, top + (run.height - run.gap - 14) / 2), column: margin - 8,
        alignment: .right)
      for index in run.rows {
        let row = top + (index - run.rows.lowerBound) * run.rowHeight
        for column in 0..<pixels.width {
          picture.fill(
            row: row, column: margin + column * wide, height: run.rowHeight, width: wide,
            pixels[index, column])
        }
      }
      top += run.height
    }
    let bar = ColorBar(map: .signed, range: range, unit: "", marksZero: true)
    let compact = Picture(width: pixels.width, height: 2 * pixels.height) { pixels[$0 / 2, $1] }
    return Rendering(
      Picture.row([picture, bar.picture(height: picture.height)], gap: 12).framed,
      compact: compact, colorMap: ColorMap.signed.name, range: range)
  }
}

/// Neighboring rows of stripes with one label.
private struct RowRun {
  var label: String
  var rows: Range<Int>
  var rowHeight: Int
  /// The white pixels below the rows.
  var gap: Int

  var height: Int { rows.count * rowHeight + gap }

  /// Returns all rows from the top, in runs of equal labels; a row without a label is a run of its own.
  static func runs(of labels: [String], count: Int) -> [RowRun] {
    var blocks: [(label: String, rows: Range<Int>)] = []
    for row in 0..<count {
      let label = row < labels.count ? labels[row] : "\(row)"
      if row < labels.count, let last = blocks.last, last.label == label {
        blocks[blocks.count - 1].rows = last.rows.lowerBound..<row + 1
      } else {
        blocks.append((label, row..<row + 1))
      }
    }
    // If there are many rows without labels, they are thin and only every tenth is numbered.
    if labels.isEmpty, count > 60 {
      return blocks.map { block in
        let isNumbered = block.rows.lowerBound % 10 == 0
        return RowRun(
          label: isNumbered ? block.label : "", rows: block.rows, rowHeight: 4, gap: 0)
      }
    }
    let least = blocks.count > 60 ? 16 : max(18, 180 / max(1, count))
    return blocks.map { block in
      let height = block.rows.count == 1 ? least : max(6, (least - 1) / block.rows.count + 1)
      return RowRun(label: block.label, rows: block.rows, rowHeight: height, gap: 2)
    }
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
