import Foundation

extension Picture {
  /// Draws a straight line of a given width with soft edges and round ends.
  ///
  /// Coordinates are in pixels; the center of the top left pixel is row 0, column 0.
  public mutating func line(
    fromRow r0: Double, column c0: Double, toRow r1: Double, column c1: Double, _ color: Color,
    width lineWidth: Double = 1
  ) {
    guard [r0, c0, r1, c1].allSatisfy(\.isFinite) else { return }
    let reach = lineWidth / 2 + 1
    let (dr, dc) = (r1 - r0, c1 - c0)
    let squaredLength = dr * dr + dc * dc
    let rows = pixels(min(r0, r1) - reach, max(r0, r1) + reach, limit: height)
    let columns = pixels(min(c0, c1) - reach, max(c0, c1) + reach, limit: width)
    for y in rows {
      for x in columns {
        let (py, px) = (Double(y) - r0, Double(x) - c0)
        let along = squaredLength > 0 ? max(0, min(1, (py * dr + px * dc) / squaredLength)) : 0
        let distance = hypot(py - along * dr, px - along * dc)
        // The edge fades over one pixel: opaque inside, transparent half a pixel outside the edge.
        let share = max(0, min(1, lineWidth / 2 + 0.5 - distance))
        if share > 0 { plot(y, x, color, share: share) }
      }
    }
  }

  private func pixels(_ from: Double, _ to: Double, limit: Int) -> Range<Int> {
    let first = Int(max(0, min(Double(limit), from.rounded(.down))))
    let last = Int(max(0, min(Double(limit), to.rounded(.up) + 1)))
    return first..<max(first, last)
  }

  /// Draws a line through points given as (row, column), skipping those that are not finite.
  public mutating func polyline(
    _ points: [(row: Double, column: Double)], _ color: Color, width lineWidth: Double = 2
  ) {
    for (a, b) in zip(points, points.dropFirst()) {
      line(
        fromRow: a.row, column: a.column, toRow: b.row, column: b.column, color, width: lineWidth)
    }
  }

  /// Draws a filled disc with a soft edge.
  public mutating func disc(row: Double, column: Double, radius: Double, _ color: Color) {
    line(fromRow: row, column: column, toRow: row, column: column, color, width: 2 * radius)
  }

  /// Draws the outline of a rectangle, `thickness` pixels wide, inside its edges.
  public mutating func outline(
    row: Int, column: Int, height rows: Int, width columns: Int, _ color: Color, thickness: Int = 1
  ) {
    fill(row: row, column: column, height: thickness, width: columns, color)
    fill(row: row + rows - thickness, column: column, height: thickness, width: columns, color)
    fill(row: row, column: column, height: rows, width: thickness, color)
    fill(row: row, column: column + columns - thickness, height: rows, width: thickness, color)
  }
}
