import Probes

/// A color bar: a color map with its range of values, drawn beside a map.
struct ColorBar {
  var map: ColorMap
  var range: ClosedRange<Double>
  var unit: String
  var marksZero: Bool
  /// The words above and below the bar; none if empty.
  var ends = (top: "", bottom: "")
  /// Whether the lowest value is at the top, as for distances whose near end is bright.
  var lowestIsTop = false

  private static let barWidth = 16

  /// Returns the bar, by default from the maximum (top) to the minimum (bottom), with ticks and labels.
  func picture(height: Int) -> Picture {
    let line = Picture.lineHeight()
    let hasEnds = !ends.top.isEmpty
    let top = 8 + line * ((unit.isEmpty ? 0 : 1) + (hasEnds ? 1 : 0))
    let below = hasEnds ? 8 + line : 8
    let length = max(2 * line, height - top - below)
    let labels = ticks.map { ($0.value.brief, lowestIsTop ? 1 - $0.place : $0.place) }
    let widest = labels.map { Picture.width(of: $0.0) }.max() ?? 0
    let words = [unit, ends.top, ends.bottom].map { Picture.width(of: $0) }.max() ?? 0
    let width = max(Self.barWidth + 12 + widest, words) + 2
    var picture = Picture(width: width, height: top + length + below)
    picture.write(unit, row: 0, column: 0)
    if hasEnds {
      picture.write(ends.top, row: top - 8 - line, column: 0)
      picture.write(ends.bottom, row: top + length + 8, column: 0)
    }
    for row in 0..<length {
      let share = Double(row) / Double(length - 1)
      picture.fill(
        row: top + row, column: 0, height: 1, width: Self.barWidth,
        map.color(at: lowestIsTop ? share : 1 - share))
    }
    picture.outline(row: top, column: 0, height: length, width: Self.barWidth, .ink)
    for (text, place) in labels {
      let row = top + Int((Double(length - 1) * (1 - place)).rounded())
      picture.fill(row: row, column: Self.barWidth, height: 1, width: 5, .ink)
      picture.write(text, row: row - Lettering.capitalHeight, column: Self.barWidth + 8)
    }
    return picture
  }

  /// The values of the ticks with their positions, 0 (lowest) … 1 (highest).
  private var ticks: [(value: Double, place: Double)] {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard high > low else { return [(low, 0.5)] }
    let middle = marksZero ? 0 : low + (high - low) / 2
    // A value that is negligible relative to the range is labeled 0; the index holds the exact values.
    let label = { (value: Double) in value.magnitude < 1e-9 * (high - low) ? 0 : value }
    return [(label(low), 0), (label(middle), (middle - low) / (high - low)), (label(high), 1)]
  }
}

extension ColorBar {
  /// Creates the bar of values that are read by a scale; only `automatic` depends on their sign.
  init(_ scale: ValueScale, of values: Statistics, unit: String) {
    switch scale {
    case .automatic:
      let isSigned = values.minimum < 0
      self.init(
        map: isSigned ? .signed : .scalar,
        range: isSigned ? values.range.symmetric : values.range, unit: unit, marksZero: isSigned)
    case .unsigned(let end):
      let most = end ?? values.maximum
      self.init(map: .scalar, range: 0...(most > 0 ? most : 1), unit: unit, marksZero: false)
    case .share:
      self.init(map: .scalar, range: 0...1, unit: unit, marksZero: false)
    case .signed(let reach):
      let most = reach ?? values.range.symmetric.upperBound
      let end = most > 0 ? most : 1
      self.init(map: .signed, range: -end...end, unit: unit, marksZero: true)
    case .color:
      self.init(map: .signed, range: -1...1, unit: unit, marksZero: true)
    case .depth(let depth):
      let isNearLargest = depth.near == .largest
      self.init(
        map: isNearLargest ? .scalar : .distance, range: depth.range ?? values.range, unit: unit,
        marksZero: false, ends: ("near", "far"), lowestIsTop: !isNearLargest)
    }
  }

  /// How the colors are read beyond what the bar shows.
  var meaning: String { ends.top.isEmpty ? "" : "bright is near" }
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
