import Foundation

/// One axis of a chart: its range and the round numbers marked on it.
struct Axis {
  let low: Double
  let high: Double
  let ticks: [Double]

  /// The largest magnitude on an axis; differences of larger numbers could overflow.
  private static let mostMagnitude = 1e300
  /// The least length of an axis; a fifth of a shorter one could be 0.
  static let leastLength = 1e-300

  /// Returns the number of the axis that is nearest to a value.
  static func held(_ value: Double) -> Double {
    max(-mostMagnitude, min(mostMagnitude, value))
  }

  /// Creates an axis that covers the values, with two to eight round numbers.
  init(covering values: [Double], includingZero: Bool) {
    var low = Self.held(values.min() ?? 0)
    var high = Self.held(values.max() ?? 1)
    if includingZero {
      low = min(0, low)
      high = max(0, high)
    }
    if high - low < Self.leastLength {
      // Half a unit would vanish beside large numbers.
      let margin = max(0.5, 1e-9 * max(abs(low), abs(high)))
      low -= margin
      high += margin
    }
    let step = Self.roundStep(atLeast: (high - low) / 5)
    let (lowest, highest) = ((low / step).rounded(.down), (high / step).rounded(.up))
    // A vertical axis ends at round numbers; a horizontal one ends at its data.
    self.low = includingZero ? lowest * step : low
    self.high = includingZero ? highest * step : high
    let inside =
      (low / step).rounded(.up)...max((low / step).rounded(.up), (high / step).rounded(.down))
    let marked = includingZero ? lowest...highest : inside
    ticks = stride(from: marked.lowerBound, through: marked.upperBound, by: 1).map { $0 * step }
  }

  /// Returns the least number of the form 1, 2 or 5 times a power of ten that is at least `rough`.
  static func roundStep(atLeast rough: Double) -> Double {
    let unit = pow(10, floor(log10(rough)))
    return ([1, 2, 5].first { $0 * unit >= rough } ?? 10) * unit
  }

  /// Returns the position of a value on the axis, 0 … 1 inside its range.
  func place(_ value: Double) -> Double { (value - low) / (high - low) }
}

/// A chart with its axes while it is drawn.
struct ChartFrame {
  private(set) var picture: Picture
  private let x: Axis
  private let y: Axis
  private let xLabel: String
  private let yLabel: String
  private let left: Int
  private let right: Int
  private var top: Int
  private let bottom: Int

  init(x: Axis, y: Axis, xLabel: String, yLabel: String, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.xLabel = xLabel
    self.yLabel = yLabel
    let widest = y.ticks.map { Picture.width(of: $0.brief) }.max() ?? 0
    picture = Picture(width: width, height: height)
    left = widest + 20
    right = width - 24
    top = yLabel.isEmpty ? 16 : 34
    bottom = height - (xLabel.isEmpty ? 34 : 56)
  }

  /// Draws the names of the lines in rows at the top right.
  mutating func drawLegend(_ lines: [(label: String, style: SeriesStyle, isMarked: Bool)]) {
    guard !lines.isEmpty else { return }
    let start = max(left, 8 + Picture.width(of: yLabel) + 24)
    var (row, column) = (8, start)
    for (text, style, isMarked) in lines {
      // A dashed sample is longer, so that its pattern can be seen.
      let sample = style.dashes.isEmpty ? 20 : 32
      let length = sample + 8 + Picture.width(of: text)
      if column + length > right && column > start {
        row += Picture.lineHeight()
        column = start
      }
      drawSample(style, isMarked: isMarked, row: row + 6, column: column, length: sample)
      picture.write(text, row: row, column: column + sample + 6)
      column += length + 20
    }
    top = max(top, row + 28)
  }

  private mutating func drawSample(
    _ style: SeriesStyle, isMarked: Bool, row: Int, column: Int, length: Int
  ) {
    let color = SeriesPalette.color(style.color)
    let ends = [Double(column), Double(column + length - 1)]
    if style.dashes.isEmpty {
      picture.fill(row: row, column: column, height: 3, width: length, color)
    } else {
      for (a, b) in Dashes(style.dashes).pieces(of: ends.map { (row: Double(row + 1), column: $0) })
      {
        picture.line(
          fromRow: a.row, column: a.column, toRow: b.row, column: b.column, color, width: 2)
      }
    }
    if isMarked {
      picture.mark(style.marker, row: Double(row + 1), column: (ends[0] + ends[1]) / 2, color)
    }
  }

  mutating func drawAxes() {
    picture.write(yLabel, row: 8, column: 8)
    for value in y.ticks {
      let row = Int(self.row(value).rounded())
      picture.fill(row: row, column: left, height: 1, width: right - left, .faint)
      picture.write(value.brief, row: row - 7, column: left - 8, alignment: .right)
    }
    for value in x.ticks {
      let column = Int(self.column(value).rounded())
      picture.fill(row: bottom, column: column, height: 5, width: 1, .ink)
      picture.write(value.brief, row: bottom + 10, column: column, alignment: .center)
    }
    picture.write(xLabel, row: bottom + 34, column: right, alignment: .right)
    let base = Int(row(max(y.low, min(y.high, 0))).rounded())
    picture.fill(row: base, column: left, height: 1, width: right - left, .ink)
    picture.fill(row: top, column: left, height: bottom - top + 1, width: 1, .ink)
  }

  /// Draws a line; points that are not finite leave a gap.
  mutating func line(through points: [(Double, Double)], _ style: SeriesStyle) {
    let places = points.map { (row: row($0.1), column: column($0.0)) }
    for (a, b) in Dashes(style.dashes).pieces(of: places) {
      picture.line(
        fromRow: a.row, column: a.column, toRow: b.row, column: b.column,
        SeriesPalette.color(style.color), width: 2)
    }
  }

  /// Draws the marker of a point, unless the point is not finite.
  mutating func mark(_ point: (Double, Double), _ style: SeriesStyle) {
    guard point.0.isFinite && point.1.isFinite else { return }
    picture.mark(
      style.marker, row: row(point.1), column: column(point.0), SeriesPalette.color(style.color))
  }

  mutating func bar(from low: Double, to high: Double, height: Double, _ color: Color) {
    let (first, last) = (Int(column(low).rounded()), Int(column(high).rounded()))
    let (peak, base) = (Int(row(height).rounded()), Int(row(0).rounded()))
    picture.fill(
      row: peak, column: first, height: base - peak, width: max(1, last - first - 1), color)
  }

  private func column(_ value: Double) -> Double {
    Double(left) + x.place(value) * Double(right - left)
  }

  private func row(_ value: Double) -> Double {
    Double(bottom) - y.place(value) * Double(bottom - top)
  }
}
