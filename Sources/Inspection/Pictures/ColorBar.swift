/// A color bar: a color map with its range of values, drawn beside a map.
struct ColorBar {
  var map: ColorMap
  var range: ClosedRange<Double>
  var unit: String
  var marksZero: Bool

  private static let barWidth = 16

  /// Returns the bar from the maximum (top) to the minimum (bottom), with ticks and labels.
  func picture(height: Int) -> Picture {
    let line = Picture.lineHeight()
    let top = unit.isEmpty ? 8 : 8 + line
    let length = max(2 * line, height - top - 8)
    let labels = ticks.map { ($0.value.brief, $0.place) }
    let widest = labels.map { Picture.width(of: $0.0) }.max() ?? 0
    let width = max(Self.barWidth + 12 + widest, Picture.width(of: unit)) + 2
    var picture = Picture(width: width, height: top + length + 8)
    picture.write(unit, row: 0, column: 0)
    for row in 0..<length {
      let position = 1 - Double(row) / Double(length - 1)
      picture.fill(
        row: top + row, column: 0, height: 1, width: Self.barWidth, map.color(at: position))
    }
    picture.outline(row: top, column: 0, height: length, width: Self.barWidth, .ink)
    for (text, place) in labels {
      let row = top + Int((Double(length - 1) * (1 - place)).rounded())
      picture.fill(row: row, column: Self.barWidth, height: 1, width: 5, .ink)
      picture.write(text, row: row - Lettering.capitalHeight, column: Self.barWidth + 8)
    }
    return picture
  }

  /// The values of the ticks with their positions, 0 (bottom) … 1 (top).
  private var ticks: [(value: Double, place: Double)] {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard high > low else { return [(low, 0.5)] }
    let middle = marksZero ? 0 : low + (high - low) / 2
    // A value that is negligible relative to the range is labeled 0; the index holds the exact values.
    let label = { (value: Double) in value.magnitude < 1e-9 * (high - low) ? 0 : value }
    return [(label(low), 0), (label(middle), (middle - low) / (high - low)), (label(high), 1)]
  }
}

extension ClosedRange where Bound == Double {
  /// Returns the position of a value in the range, 0 … 1 inside; 0.5 if the range has a single value.
  func position(of value: Double) -> Double {
    if value.isNaN || value.isInfinite { return .nan }
    return upperBound > lowerBound ? (value - lowerBound) / (upperBound - lowerBound) : 0.5
  }

  /// The range extended to be symmetric about zero.
  var symmetric: ClosedRange<Double> {
    let reach = Swift.max(lowerBound.magnitude, upperBound.magnitude)
    return -reach...reach
  }
}
