import Foundation
import Tensors

/// One line of a chart.
public struct Series: Sendable, Hashable {
  /// The name of the line in the legend.
  public var label: String
  /// The horizontal coordinates of the points.
  public var x: [Double]
  /// The vertical coordinates of the points.
  public var y: [Double]

  /// Creates a series with given horizontal coordinates.
  public init(_ label: String, x: [Double], y: [Double]) {
    require(
      x.count == y.count,
      "Series(_:x:y:): \(label) has \(x.count) x and \(y.count) y, expected equal")
    self.label = label
    self.x = x
    self.y = y
  }

  /// Creates a series over 0, 1, 2, ….
  public init(_ label: String, _ y: [Double]) {
    self.init(label, x: y.indices.map(Double.init), y: y)
  }
}

extension Picture {
  /// Returns a chart of lines with labeled axes and a legend.
  ///
  /// - Parameters:
  ///   - series: the lines; points that are not finite leave a gap.
  ///   - xLabel: the label of the horizontal axis, with its unit.
  ///   - yLabel: the label of the vertical axis, with its unit.
  ///   - width: the width of the picture in pixels.
  ///   - height: the height of the picture in pixels.
  ///   - includesZero: whether the vertical axis includes 0.
  /// - Returns: the chart.
  public static func chart(
    _ series: [Series], xLabel: String = "", yLabel: String = "", width: Int = 720,
    height: Int = 360, includesZero: Bool = true
  ) -> Picture {
    let points = series.flatMap { zip($0.x, $0.y).filter { $0.0.isFinite && $0.1.isFinite } }
    let x = Axis(covering: points.map(\.0), includingZero: false)
    let y = Axis(covering: points.map(\.1), includingZero: includesZero)
    var frame = ChartFrame(x: x, y: y, xLabel: xLabel, yLabel: yLabel, width: width, height: height)
    let labels = series.enumerated().map { ($1.label, SeriesPalette.color($0)) }
    frame.drawLegend(series.count > 1 || !(series.first?.label ?? "").isEmpty ? labels : [])
    frame.drawAxes()
    for (index, line) in series.enumerated() {
      let color = SeriesPalette.color(index)
      let places = zip(line.x, line.y).map { ($0.0, $0.1) }
      for (a, b) in zip(places, places.dropFirst()) {
        frame.line(from: a, to: b, color)
      }
      if places.count <= 64 { places.forEach { frame.dot(at: $0, color) } }
    }
    return frame.picture
  }

  /// Returns a small chart of the lines without axes and labels.
  static func sparkline(_ series: [Series], width: Int = 96, height: Int = 40) -> Picture {
    let points = series.flatMap { zip($0.x, $0.y).filter { $0.0.isFinite && $0.1.isFinite } }
    let x = Axis(covering: points.map(\.0), includingZero: false)
    let y = Axis(covering: points.map(\.1), includingZero: true)
    var picture = Picture(width: width, height: height)
    for (index, line) in series.enumerated() {
      let places = zip(line.x, line.y).map { point in
        (
          row: (1 - y.place(point.1)) * Double(height - 1),
          column: x.place(point.0) * Double(width - 1)
        )
      }
      picture.polyline(places, SeriesPalette.color(index), width: 1.5)
    }
    return picture
  }

  /// Returns a chart of labeled horizontal bars from zero, with their values.
  ///
  /// - Parameters:
  ///   - values: one number per bar.
  ///   - labels: the labels of the bars; by default their indices.
  ///   - unit: the unit, written after every value.
  ///   - width: the width of the picture in pixels.
  /// - Returns: the chart.
  public static func bars(
    _ values: [Double], labels: [String] = [], unit: String = "", width: Int = 720
  ) -> Picture {
    let names = values.indices.map { $0 < labels.count ? labels[$0] : "\($0)" }
    let texts = values.map { $0.brief + (unit.isEmpty ? "" : " " + unit) }
    let left = 16 + (names.map { Picture.width(of: $0) }.max() ?? 0)
    let right = 16 + (texts.map { Picture.width(of: $0) }.max() ?? 0)
    let finite = values.filter(\.isFinite)
    let (low, high) = (min(0, finite.min() ?? 0), max(0, finite.max() ?? 0))
    let length = Double(max(40, width - left - right))
    // Halves, because the difference itself could overflow.
    let half = high / 2 - low / 2
    let scale = half > Axis.leastLength ? length / 2 / half : 0
    let zero = left + Int((-low * scale).rounded())
    var picture = Picture(width: left + Int(length) + right, height: 16 + 26 * max(1, values.count))
    for (index, value) in values.enumerated() {
      let top = 8 + 26 * index
      picture.write(names[index], row: top + 3, column: left - 8, alignment: .right)
      let end = value.isFinite ? zero + Int((value * scale).rounded()) : zero
      picture.fill(
        row: top, column: min(zero, end), height: 20, width: abs(end - zero),
        value.isFinite ? SeriesPalette.color(value < 0 ? 5 : 0) : .notFinite)
      picture.write(texts[index], row: top + 3, column: max(zero, end) + 6)
    }
    picture.fill(row: 4, column: zero, height: 26 * max(1, values.count), width: 1, .ink)
    return picture
  }

  /// Returns a histogram of the values.
  ///
  /// - Parameters:
  ///   - values: the values; those that are not finite are ignored.
  ///   - bins: the number of equal intervals between the minimum and the maximum.
  ///   - xLabel: the label of the horizontal axis, with its unit.
  /// - Returns: the chart.
  public static func histogram(_ values: [Double], bins: Int = 40, xLabel: String = "") -> Picture {
    require(bins > 0, "histogram(_:bins:xLabel:): bins is \(bins), expected at least 1")
    let counts = Histogram(values, bins: bins)
    let x = Axis(covering: [counts.low, counts.high], includingZero: false)
    let y = Axis(covering: counts.counts.map(Double.init), includingZero: true)
    var frame = ChartFrame(x: x, y: y, xLabel: xLabel, yLabel: "count", width: 720, height: 300)
    frame.drawAxes()
    for (bin, count) in counts.counts.enumerated() where count > 0 {
      frame.bar(
        from: counts.low + Double(bin) * counts.step,
        to: counts.low + Double(bin + 1) * counts.step,
        height: Double(count), SeriesPalette.color(0))
    }
    return frame.picture
  }
}

/// The counts of values in equal intervals.
struct Histogram {
  let low: Double
  let high: Double
  let counts: [Int]
  var step: Double { (high - low) / Double(counts.count) }

  init(_ values: [Double], bins: Int) {
    let finite = values.filter(\.isFinite)
    let statistics = Statistics(finite)
    // If all values are equal, the range is centered on them.
    let isFlat = statistics.minimum == statistics.maximum
    low = isFlat ? statistics.minimum - 0.5 : statistics.minimum
    high = isFlat ? statistics.maximum + 0.5 : statistics.maximum
    var counts = [Int](repeating: 0, count: bins)
    for value in finite {
      counts[max(0, min(bins - 1, Int((value - low) / (high - low) * Double(bins))))] += 1
    }
    self.counts = counts
  }
}
