/// The plane of a chart as vector graphics: its axes, and the places of points between them.
struct ChartPlot {
  let x: Axis
  let y: Axis
  let left: Double
  let right = ChartStyle.width - 16
  let top: Double
  let bottom: Double
  /// The height of the whole chart.
  private(set) var height: Double

  private let xLines: [String]

  /// The height of the plane between the axes.
  private static let planeHeight = 230.0

  /// Creates a plane below the lines of text of a chart.
  init(_ axes: (x: Axis, y: Axis), xLabel: String, below head: Double) {
    (x, y) = axes
    left = 10 + (axes.y.ticks.map { SVG.width(of: $0.brief) }.max() ?? 0)
    top = head + 14
    bottom = top + Self.planeHeight
    xLines = SVG.lines(xLabel, width: right - 8)
    height = bottom + 32 + ChartStyle.lineHeight * Double(xLines.count)
  }

  func column(_ value: Double) -> Double { left + x.place(value) * (right - left) }
  func row(_ value: Double) -> Double { bottom - y.place(value) * (bottom - top) }

  /// The row of zero, or of the end of the axis that is nearest to zero.
  var base: Double { row(max(y.low, min(y.high, 0))) }

  /// The axes with their marks, numbers and names.
  var axes: String {
    var (grid, rules) = (SVGPath(), SVGPath())
    var texts: [String] = []
    for value in y.ticks {
      grid.move(x: left, y: row(value))
      grid.line(x: right, y: row(value))
      texts.append(SVG.text(value.brief, x: left - 8, y: row(value) + 6, .end, isTick: true))
    }
    rules.move(x: left, y: top)
    rules.line(x: left, y: bottom)
    rules.move(x: left, y: base)
    rules.line(x: right, y: base)
    var free = 0.0
    for value in x.ticks {
      rules.move(x: column(value), y: bottom)
      rules.line(x: column(value), y: bottom + 6)
      let half = SVG.width(of: value.brief) / 2
      let center = max(half, min(ChartStyle.width - half, column(value)))
      // A number for which there is no room is left out; its mark stays.
      guard center - half >= free else { continue }
      free = center + half + 6
      texts.append(SVG.text(value.brief, x: center, y: bottom + 25, .middle, isTick: true))
    }
    texts += xLines.enumerated().map { index, line in
      SVG.text(line, x: right, y: bottom + 49 + ChartStyle.lineHeight * Double(index), .end)
    }
    return SVG.path(grid.commands, class: "grid") + SVG.path(rules.commands, class: "axis")
      + texts.joined()
  }

  /// Returns the text of a value above a place, or below it if there is no room above.
  ///
  /// The group of the text sets its anchor to the middle.
  func label(_ text: String, x: Double, y: Double) -> String {
    let box = labelBox(text, x: x, y: y)
    return SVG.text(text, x: box.x.rounded(), y: box.baseline.rounded(), box.anchor)
  }

  /// Returns where the text of a value stands.
  func labelBox(
    _ text: String, x: Double, y: Double
  ) -> (x: Double, baseline: Double, anchor: SVG.Anchor, left: Double, right: Double) {
    let width = SVG.width(of: text)
    // Above the plane are the labels of the chart.
    let baseline = y < top + 13 ? y + 28 : y - 12
    if x - width / 2 < 0 { return (x, baseline, .start, x, x + width) }
    if x + width / 2 > ChartStyle.width { return (x, baseline, .end, x - width, x) }
    return (x, baseline, .inherited, x - width / 2, x + width / 2)
  }
}
