// Bars and histograms as vector graphics.
extension Chart {
  /// The largest number of bars of which each is a stop of the keyboard.
  static let mostStops = 24

  func bars(_ bars: [Bar], below head: Double) -> Parts {
    let layout = BarLayout(bars, covering: coveredBars, top: head)
    let isStop = bars.count <= Self.mostStops
    let groups = bars.enumerated().map { layout.group($1, row: $0, isStop: isStop) }
    let stops =
      isStop
      ? groups
      : [
        "<g role=\"img\" tabindex=\"0\" aria-label=\"\(escaped(Self.summary(bars)))\">"
          + groups.joined() + "</g>"
      ]
    return (SVG.path(layout.rule(bars.count), class: "axis"), stops, layout.height)
  }

  private static func summary(_ bars: [Bar]) -> String {
    let finite = bars.filter(\.value.isFinite)
    guard let least = finite.min(by: { $0.value < $1.value }),
      let greatest = finite.max(by: { $0.value < $1.value })
    else { return "\(bars.count) bars without a finite value" }
    return "\(bars.count) bars, least \(least.label): \(least.text), "
      + "greatest \(greatest.label): \(greatest.text)"
  }

  func histogram(_ counts: Histogram, _ axes: (x: Axis, y: Axis), below head: Double) -> Parts {
    let plot = ChartPlot(axes, xLabel: xLabel, below: head)
    let isStop = counts.counts.count <= Self.mostStops
    let highest = counts.counts.indices.max { counts.counts[$0] < counts.counts[$1] }
    let bins = counts.counts.indices.map { bin -> String in
      let (left, right) = (plot.column(counts.edge(bin)), plot.column(counts.edge(bin + 1)))
      let top = plot.row(Double(counts.counts[bin]))
      let words =
        "\(counts.counts[bin]) from \(SVG.exact(counts.edge(bin))) to "
        + SVG.exact(counts.edge(bin + 1))
      let stop = isStop ? " role=\"img\" tabindex=\"0\" aria-label=\"\(words)\"" : ""
      // A bin reacts in its whole column, so that empty and low ones can be pointed at as well.
      let key = !isStop && bin == highest ? "bin key" : "bin"
      return "<g class=\"\(key) c0\"\(stop)>"
        + Self.box(left, plot.top, right - left, plot.bottom - plot.top, class: "hit")
        + Self.box(left, top, right - left - 1, plot.bottom - top, class: "bar")
        + "<title>\(words)</title>"
        + plot.label("\(counts.counts[bin])", x: (left + right) / 2, y: top) + "</g>"
    }
    let total = counts.counts.reduce(0, +)
    let words =
      "Histogram of \(total) values from \(counts.low.brief) to \(counts.high.brief) "
      + "in \(counts.counts.count) intervals, at most \(counts.counts.max() ?? 0) in one"
    let group = "<g role=\"img\" tabindex=\"0\" aria-label=\"\(words)\">\(bins.joined())</g>"
    return (plot.axes, isStop ? bins : [group], plot.height)
  }

  /// Returns a rectangle; empty if it is thinner than a tenth of a unit.
  static func box(
    _ left: Double, _ top: Double, _ width: Double, _ height: Double, class name: String
  ) -> String {
    guard SVG.tenths(width) > 0 && SVG.tenths(height) > 0 else { return "" }
    let across = SVG.number(width)
    return SVG.path(
      "M\(SVG.number(left)) \(SVG.number(top))h\(across)v\(SVG.number(height))h-\(across)z",
      class: name)
  }
}

/// The places of horizontal bars.
private struct BarLayout {
  private let range: ClosedRange<Double>
  private let left: Double
  private let length: Double
  private let top: Double
  /// The lines of text above every bar; 0 if the labels are beside the bars.
  private let labelLines: Int
  private let rowHeight: Double
  /// The height of the whole chart.
  let height: Double

  /// Creates a row for each bar, of the lengths that fit all covered ones.
  init(_ bars: [Chart.Bar], covering covered: [Chart.Bar], top: Double) {
    range = Chart.Bar.range(of: covered)
    let names = covered.map { SVG.width(of: $0.label) }.max() ?? 0
    let values = 8 + (covered.map { SVG.width(of: $0.text) }.max() ?? 0)
    // Long labels stand above their bars, so that the bars keep half of the width.
    let isBeside = ChartStyle.width - names - values >= ChartStyle.width / 2
    labelLines =
      isBeside ? 0 : covered.map { SVG.lines($0.label, width: ChartStyle.width).count }.max() ?? 1
    left = isBeside ? names + 8 : 1
    length = max(120, ChartStyle.width - left - values)
    rowHeight = 32 + ChartStyle.lineHeight * Double(labelLines)
    self.top = top
    height = top + rowHeight * Double(max(1, bars.count))
  }

  /// The column of zero.
  var zero: Double { column(0) }

  private func column(_ value: Double) -> Double {
    let width = range.upperBound - range.lowerBound
    return left + (width > 0 ? (value - range.lowerBound) / width * length : 0)
  }

  /// Returns the line at zero: one if the labels are beside the bars, otherwise a piece for each bar.
  func rule(_ count: Int) -> String {
    var path = SVGPath()
    let above = ChartStyle.lineHeight * Double(labelLines)
    for row in 0..<(labelLines == 0 ? 1 : count) {
      path.move(x: zero, y: top + rowHeight * Double(row) + above)
      path.line(x: zero, y: labelLines == 0 ? height : top + rowHeight * Double(row + 1))
    }
    return path.commands
  }

  /// Returns a bar with its label and its value.
  func group(_ bar: Chart.Bar, row: Int, isStop: Bool) -> String {
    let above = ChartStyle.lineHeight * Double(labelLines)
    let y = top + rowHeight * Double(row) + above + 5
    let end = bar.value.isFinite ? column(bar.value) : zero
    let name =
      labelLines == 0
      ? SVG.text(bar.label, x: left - 8, y: y + 17, .end)
      : SVG.lines(bar.label, width: ChartStyle.width).enumerated().map { index, line in
        SVG.text(line, x: 1, y: y - above + 15 + ChartStyle.lineHeight * Double(index))
      }.joined()
    let words = "\(bar.label): \(SVG.exact(bar.value).withUnit(bar.unit))"
    let stop = isStop ? " role=\"img\" tabindex=\"0\" aria-label=\"\(escaped(words))\"" : ""
    return "<g class=\"value c\(bar.color)\"\(stop)><title>\(escaped(words))</title>"
      + Chart.box(min(zero, end), y, abs(end - zero), 22, class: "bar") + name
      + SVG.text(bar.text, x: max(zero, end) + 8, y: y + 17) + "</g>"
  }
}
