import Foundation

// Charts as vector graphics.
extension Chart {
  /// Returns the chart as an `svg` element for a page with the style of this library.
  ///
  /// Text can be selected, and colors follow the reader's light or dark system. Every bar and up to 64
  /// points of every line show their value while they are pointed at. A line is one stop of the keyboard
  /// and shows its extremes there; up to 24 bars are stops of their own.
  ///
  /// - Parameter alternativeText: what a screen reader says of the chart.
  /// - Returns: well-formed XML.
  public func svg(alternativeText: String) -> String {
    let head = heading
    let (still, stops, height) =
      switch content {
      case .lines(let series, let includesZero):
        lines(
          series, Series.axes(of: coveredSeries, includesZero: includesZero), below: head.height)
      case .bars(let bars): self.bars(bars, below: head.height)
      case .histogram(let counts):
        histogram(counts, Histogram.axes(of: coveredHistograms), below: head.height)
      }
    // An image may not contain stops of the keyboard, but a group of images may.
    return """
      <svg class="chart" viewBox="0 0 \(SVG.number(ChartStyle.width)) \(SVG.number(height))" \
      role="\(stops.isEmpty ? "img" : "group")" aria-label="\(escaped(alternativeText))">
      <g aria-hidden="true">\(head.text)\(still)</g>
      \(stops.joined(separator: "\n"))
      </svg>
      """
  }

  typealias Parts = (still: String, stops: [String], height: Double)

  /// The title, the label of the vertical axis and the legend.
  private var heading: (text: String, height: Double) {
    var (texts, height) = ([String](), 0.0)
    for line in [title, yLabel].flatMap({ SVG.lines($0, width: ChartStyle.width) }) {
      height += ChartStyle.lineHeight
      texts.append(SVG.text(line, x: 0, y: height - 6))
    }
    if case .lines(let series, _) = content {
      let legend = Self.legend(legend(series), below: height)
      texts.append(legend.text)
      height += legend.height
    }
    return (texts.joined(), height)
  }

  /// Returns the names of the lines in rows.
  private static func legend(
    _ entries: [(label: String, style: SeriesStyle, isMarked: Bool)], below top: Double
  ) -> (text: String, height: Double) {
    let (sample, gap) = (40.0, 20.0)
    var (text, left, row) = ("", 0.0, 0)
    for (label, style, isMarked) in entries {
      let words = SVG.lines(label, width: ChartStyle.width - sample - 8)
      let width = sample + 8 + (words.map(SVG.width).max() ?? 0)
      if left > 0 && left + width > ChartStyle.width { (left, row) = (0, row + 1) }
      let y = top + ChartStyle.lineHeight * Double(row) + 12
      var line = SVGPath()
      line.move(x: left, y: y)
      line.line(x: left + sample, y: y)
      text += SVG.path(line.commands, class: "curve \(style.classes)")
      if isMarked { text += style.marks([(left + sample / 2, y)]) }
      for (index, line) in words.enumerated() {
        let below = ChartStyle.lineHeight * Double(index)
        text += SVG.text(line, x: left + sample + 8, y: y + 6 + below)
      }
      row += max(0, words.count - 1)
      left += width + gap
    }
    return (text, entries.isEmpty ? 0 : ChartStyle.lineHeight * Double(row + 1))
  }

  private func lines(
    _ series: [Series], _ axes: (x: Axis, y: Axis), below head: Double
  ) -> Parts {
    let plot = ChartPlot(axes, xLabel: xLabel, below: head)
    var (still, stops) = (plot.axes, [String]())
    for (index, line) in series.enumerated() {
      let drawing = LineDrawing(line, SeriesStyle(index), plot)
      still += drawing.curve
      if let stop = drawing.stop { stops.append(stop) }
    }
    return (still, stops, plot.height)
  }
}

extension SeriesStyle {
  /// The classes of color and dashes in ``ChartStyle``.
  var classes: String { dash == 0 ? "c\(color)" : "c\(color) d\(dash)" }

  /// Returns the markers of points.
  func marks(_ places: [(x: Double, y: Double)]) -> String {
    var path = SVGPath()
    for place in places {
      guard let first = marker.corners.first else {
        path.move(x: place.x, y: place.y)
        path.dot()
        continue
      }
      path.move(x: place.x + 1.3 * first.x, y: place.y + 1.3 * first.y)
      for corner in marker.corners.dropFirst() {
        path.line(x: place.x + 1.3 * corner.x, y: place.y + 1.3 * corner.y)
      }
      path.close()
    }
    return SVG.path(path.commands, class: "\(marker == .disc ? "dots" : "marks") c\(color)")
  }
}
