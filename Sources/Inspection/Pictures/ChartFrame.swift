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

  /// Creates an axis that covers the values, with two to eight round numbers.
  init(covering values: [Double], includingZero: Bool) {
    func held(_ value: Double) -> Double {
      max(-Self.mostMagnitude, min(Self.mostMagnitude, value))
    }
    var low = held(values.min() ?? 0)
    var high = held(values.max() ?? 1)
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
  private static func roundStep(atLeast rough: Double) -> Double {
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
  mutating func drawLegend(_ labels: [(String, Color)]) {
    guard !labels.isEmpty else { return }
    let start = max(left, 8 + Picture.width(of: yLabel) + 24)
    var (row, column) = (8, start)
    for (text, color) in labels {
      let length = 28 + Picture.width(of: text)
      if column + length > right && column > start {
        row += Picture.lineHeight()
        column = start
      }
      picture.fill(row: row + 6, column: column, height: 3, width: 20, color)
      picture.write(text, row: row, column: column + 26)
      column += length + 20
    }
    top = max(top, row + 28)
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

  mutating func line(from a: (Double, Double), to b: (Double, Double), _ color: Color) {
    picture.line(
      fromRow: row(a.1), column: column(a.0), toRow: row(b.1), column: column(b.0), color, width: 2)
  }

  mutating func dot(at point: (Double, Double), _ color: Color) {
    guard point.0.isFinite && point.1.isFinite else { return }
    picture.disc(row: row(point.1), column: column(point.0), radius: 3, color)
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
