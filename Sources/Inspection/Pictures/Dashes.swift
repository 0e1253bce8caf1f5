import Foundation

/// A pattern of dashes along a line.
struct Dashes {
  typealias Place = (row: Double, column: Double)

  /// Lengths that are drawn and left out in turn, an even number of them; none for a solid line.
  private let lengths: [Double]

  init(_ lengths: [Double]) { self.lengths = lengths }

  /// Returns the straight pieces that are drawn of a line through points.
  ///
  /// Corners lie inside a dash as elsewhere: the pattern goes on from one segment to the next. At a
  /// point that is not finite the pattern begins again.
  func pieces(of points: [Place]) -> [(Place, Place)] {
    guard !lengths.isEmpty else { return Array(zip(points, points.dropFirst())) }
    var pieces: [(Place, Place)] = []
    var (phase, left) = (0, lengths[0])
    for (a, b) in zip(points, points.dropFirst()) {
      let length = hypot(b.row - a.row, b.column - a.column)
      guard length.isFinite else {
        (phase, left) = (0, lengths[0])
        continue
      }
      var done = 0.0
      while done < length {
        let step = min(left, length - done)
        if phase % 2 == 0 {
          pieces.append(
            (Self.between(a, b, done / length), Self.between(a, b, (done + step) / length)))
        }
        (done, left) = (done + step, left - step)
        if left <= 1e-9 {
          phase = (phase + 1) % lengths.count
          left = lengths[phase]
        }
      }
    }
    return pieces
  }

  private static func between(_ a: Place, _ b: Place, _ share: Double) -> Place {
    (row: a.row + (b.row - a.row) * share, column: a.column + (b.column - a.column) * share)
  }
}

extension Picture {
  /// Draws a marker with soft edges.
  mutating func mark(_ marker: SeriesStyle.Marker, row: Double, column: Double, _ color: Color) {
    let corners = marker.corners
    guard !corners.isEmpty else {
      return disc(row: row, column: column, radius: SeriesStyle.Marker.radius, color)
    }
    let edges = zip(corners, corners.dropFirst() + corners.prefix(1))
    let (firstRow, firstColumn) = (Int(row.rounded()) - 6, Int(column.rounded()) - 6)
    for y in firstRow...firstRow + 12 {
      for x in firstColumn...firstColumn + 12 {
        let (right, down) = (Double(x) - column, Double(y) - row)
        // The corners go clockwise around the center, so the inside is to the right of every edge.
        let depth = edges.map { a, b in
          ((b.x - a.x) * (down - a.y) - (b.y - a.y) * (right - a.x)) / hypot(b.x - a.x, b.y - a.y)
        }.min()
        let share = max(0, min(1, (depth ?? 0) + 0.5))
        if share > 0 { plot(y, x, color, share: share) }
      }
    }
  }
}
