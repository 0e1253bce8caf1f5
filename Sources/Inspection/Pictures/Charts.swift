import Foundation
import Tensors

// Charts as pictures of pixels.
extension Chart {
  /// Returns the chart as a picture.
  ///
  /// - Parameters:
  ///   - width: the width in pixels; bars with long labels are wider.
  ///   - height: the height in pixels, by default 360 for lines and 300 for a histogram; that of bars
  ///     follows from their number.
  /// - Returns: the picture, with the title above it if there is one.
  public func picture(width: Int = 720, height: Int? = nil) -> Picture {
    let chart =
      switch content {
      case .lines(let series, let includesZero):
        drawing(
          series, Series.axes(of: coveredSeries, includesZero: includesZero), width, height ?? 360)
      case .bars(let bars): drawing(bars, width)
      case .histogram(let counts): drawing(counts, width, height ?? 300)
      }
    return title.isEmpty ? chart : .column([.label(title), chart], gap: 6)
  }

  private func frame(_ axes: (x: Axis, y: Axis), _ width: Int, _ height: Int) -> ChartFrame {
    ChartFrame(
      x: axes.x, y: axes.y, xLabel: xLabel, yLabel: yLabel, width: width, height: height)
  }

  private func drawing(
    _ series: [Series], _ axes: (x: Axis, y: Axis), _ width: Int, _ height: Int
  ) -> Picture {
    var frame = frame(axes, width, height)
    frame.drawLegend(legend(series))
    frame.drawAxes()
    for (index, line) in series.enumerated() {
      let style = SeriesStyle(index)
      let places = zip(line.x, line.y).map { ($0.0, $0.1) }
      frame.line(through: places, style)
      if places.count <= Series.mostMarked { places.forEach { frame.mark($0, style) } }
    }
    return frame.picture
  }

  /// The labels of the legend with their styles; empty for a single line without a name.
  ///
  /// Markers are shown if there are several lines, of which at least one has them.
  func legend(_ series: [Series]) -> [(label: String, style: SeriesStyle, isMarked: Bool)] {
    guard series.count > 1 || !(series.first?.label ?? "").isEmpty else { return [] }
    return series.enumerated().map { index, line in
      (line.label, SeriesStyle(index), series.count > 1 && line.y.count <= Series.mostMarked)
    }
  }

  private func drawing(_ counts: Histogram, _ width: Int, _ height: Int) -> Picture {
    var frame = frame(Histogram.axes(of: coveredHistograms), width, height)
    frame.drawAxes()
    for (bin, count) in counts.counts.enumerated() where count > 0 {
      frame.bar(
        from: counts.edge(bin), to: counts.edge(bin + 1), height: Double(count),
        SeriesPalette.color(0))
    }
    return frame.picture
  }

  private func drawing(_ bars: [Bar], _ width: Int) -> Picture {
    let left = 16 + (coveredBars.map { Picture.width(of: $0.label) }.max() ?? 0)
    let right = 16 + (coveredBars.map { Picture.width(of: $0.text) }.max() ?? 0)
    let range = Bar.range(of: coveredBars)
    let length = Double(max(40, width - left - right))
    // Halves, because the difference itself could overflow.
    let half = range.upperBound / 2 - range.lowerBound / 2
    let scale = half > Axis.leastLength ? length / 2 / half : 0
    let zero = left + Int((-range.lowerBound * scale).rounded())
    let height = 26 * max(1, bars.count)
    var picture = Picture(width: left + Int(length) + right, height: 16 + height)
    for (index, bar) in bars.enumerated() {
      let top = 8 + 26 * index
      picture.write(bar.label, row: top + 3, column: left - 8, alignment: .right)
      let end = bar.value.isFinite ? zero + Int((bar.value * scale).rounded()) : zero
      picture.fill(
        row: top, column: min(zero, end), height: 20, width: abs(end - zero),
        SeriesPalette.color(bar.color))
      picture.write(bar.text, row: top + 3, column: max(zero, end) + 6)
    }
    picture.fill(row: 4, column: zero, height: height, width: 1, .ink)
    return picture
  }
}

extension Chart {
  /// The lines without axes, for a terminal; nil for bars.
  var sparkline: Picture? {
    guard case .lines(let series, _) = content else { return nil }
    return .sparkline(series)
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
    Chart.lines(series, xLabel: xLabel, yLabel: yLabel, includesZero: includesZero)
      .picture(width: width, height: height)
  }

  /// Returns a small chart of the lines without axes and labels.
  static func sparkline(_ series: [Series], width: Int = 96, height: Int = 40) -> Picture {
    let (x, y) = Series.axes(of: series, includesZero: true)
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
    Chart.bars(values, labels: labels, unit: unit).picture(width: width)
  }

  /// Returns a histogram of the values.
  ///
  /// - Parameters:
  ///   - values: the values; those that are not finite are ignored.
  ///   - bins: the number of equal intervals between the minimum and the maximum.
  ///   - xLabel: the label of the horizontal axis, with its unit.
  /// - Returns: the chart.
  public static func histogram(_ values: [Double], bins: Int = 40, xLabel: String = "") -> Picture {
    Chart.histogram(values, bins: bins, xLabel: xLabel).picture()
  }
}
