/// A chart as lines of text, with axes and numbers.
struct TerminalChart {
  let chart: Chart
  /// The number of columns.
  let columns: Int
  /// The largest number of rows of the area of the lines.
  var rows = 11
  let hasColor: Bool

  /// The lines of text.
  var lines: [String] {
    switch chart.content {
    case .lines(let series, let includesZero):
      LinePlot(series, of: chart, includesZero: includesZero, self).text
    case .histogram(let histogram):
      LinePlot([histogram.outline], of: chart, includesZero: true, self).text
    case .bars(let bars): lines(of: bars)
    }
  }

  /// Returns a text in the color of a line, if the terminal has color.
  func colored(_ text: String, _ index: Int) -> String {
    guard hasColor else { return text }
    let color = SeriesPalette.color(index)
    return "\u{1B}[38;2;\(color.red);\(color.green);\(color.blue)m\(text)\u{1B}[0m"
  }

  /// Bars in eighths of a character to the left and right of zero.
  private func lines(of bars: [Chart.Bar]) -> [String] {
    let margin = (bars.map(\.label.columns).max() ?? 0) + 1
    let tail = (bars.map(\.text.columns).max() ?? 0) + 1
    let range = Chart.Bar.range(of: bars)
    let length = max(8, columns - margin - tail - 1)
    // Halves, because the difference itself could overflow.
    let half = range.upperBound / 2 - range.lowerBound / 2
    let scale = half > Axis.leastLength ? Double(length) / 2 / half : 0
    let zero = Int((-range.lowerBound * scale).rounded(.up))
    return bars.map { bar in
      let name = bar.label.padded(to: margin)
      let size = bar.value.isFinite ? bar.value.magnitude * scale : 0
      let full = String(repeating: "█", count: Int(size))
      if bar.value < 0 {
        let gap = String(repeating: " ", count: max(0, zero - full.count))
        return name + gap + colored(full, bar.color) + "│ " + bar.text
      }
      let eighths = Array(" ▏▎▍▌▋▊▉")
      let rest = Int((size - size.rounded(.down)) * 8)
      let shown = full + (rest > 0 ? String(eighths[rest]) : "")
      return name + String(repeating: " ", count: zero) + "│" + colored(shown, bar.color) + " "
        + bar.text
    }
  }
}

extension Histogram {
  /// The outline of the columns as a line.
  var outline: Series {
    let edges = (0...counts.count).map { low + Double($0) * step }
    let heights = counts.map(Double.init)
    return Series(
      "", x: edges.flatMap { [$0, $0] }, y: [0] + heights.flatMap { [$0, $0] } + [0])
  }
}

/// Lines over two axes: dots of Braille characters, or one sign for each line without color.
private struct LinePlot {
  private let series: [Series]
  private let xLabel: String
  private let yLabel: String
  private let chart: TerminalChart
  private let x: Axis
  private let y: Axis
  /// The columns of the numbers beside the vertical axis.
  private let margin: Int
  private let width: Int
  private let rows: Int

  init(_ series: [Series], of chart: Chart, includesZero: Bool, _ terminal: TerminalChart) {
    self.series = series
    xLabel = chart.xLabel
    yLabel = chart.yLabel
    self.chart = terminal
    (x, y) = Series.axes(of: series, includesZero: includesZero)
    margin = y.ticks.map { $0.brief.columns }.max() ?? 0
    width = max(8, terminal.columns - margin - 3)
    // All numbers beside the axis are the same number of rows apart.
    let gaps = max(1, y.ticks.count - 1)
    rows = gaps * max(1, (terminal.rows - 1) / gaps) + 1
  }

  /// The signs of the lines where there is no color to tell them apart.
  private static let signs = Array("•+x*o#%@").map(String.init)
  /// Whether the lines differ by sign instead of color.
  private var usesSigns: Bool { !chart.hasColor && series.count > 1 }

  var text: [String] { legend + area + axis }

  private var legend: [String] {
    var lines = yLabel.isEmpty ? [] : TextLayout.lines(yLabel, width: chart.columns)
    let names = series.enumerated().filter { !$1.label.isEmpty }
    guard series.count > 1, !names.isEmpty else { return lines }
    var (line, used) = ("", 0)
    for (index, one) in names {
      let sign = usesSigns ? Self.signs[index % Self.signs.count] : "━"
      let length = one.label.columns + 4
      if used > 0 && used + length > chart.columns {
        lines.append(line.withoutTrailingSpaces)
        (line, used) = ("", 0)
      }
      line += chart.colored(sign, index) + " " + one.label + "  "
      used += length
    }
    lines.append(line.withoutTrailingSpaces)
    return lines
  }

  /// The rows of the plot with the numbers of the vertical axis.
  private var area: [String] {
    let cells = usesSigns ? signCells() : dotCells()
    var numbers: [Int: String] = [:]
    for tick in y.ticks {
      guard let dot = place(1 - y.place(tick), of: 4 * rows) else { continue }
      numbers[dot / 4] = tick.brief
    }
    return (0..<rows).map { row in
      let number = numbers[row]
      let left = String(repeating: " ", count: margin - (number?.columns ?? 0)) + (number ?? "")
      return left + (number == nil ? " │" : " ┤") + cells[row].joined().withoutTrailingSpaces
    }
  }

  /// The horizontal axis with its numbers and its label.
  private var axis: [String] {
    var marks = Array(repeating: "─", count: width)
    var numbers = ""
    for tick in x.ticks {
      guard let place = place(x.place(tick), of: width) else { continue }
      marks[place] = "┬"
      let text = tick.brief
      let start = max(0, min(width - text.columns, place - text.columns / 2))
      // A number that would touch the one before it is left out.
      guard numbers.isEmpty || start > numbers.columns else { continue }
      numbers = numbers.padded(to: start) + text
    }
    let space = String(repeating: " ", count: margin)
    var lines = [space + " └" + marks.joined(), space + "  " + numbers]
    if !xLabel.isEmpty {
      let used = margin + 2 + numbers.columns
      if used + 2 + xLabel.columns <= chart.columns {
        lines[1] += "  " + xLabel
      } else {
        lines += TextLayout.lines(xLabel, width: chart.columns, indent: space + "  ")
      }
    }
    return lines
  }

  /// Returns the place at a share of an axis; nil if the range of the axis is beyond that of numbers.
  private func place(_ share: Double, of count: Int) -> Int? {
    guard share.isFinite else { return nil }
    return max(0, min(count - 1, Int((share * Double(count - 1)).rounded())))
  }

  /// Calls a closure with every place on the lines, in steps of at most one dot.
  private func trace(
    _ line: Series, columns: Int, rows: Int, _ plot: (_ row: Int, _ column: Int) -> Void
  ) {
    let places = zip(line.x, line.y).map { point -> (row: Double, column: Double)? in
      let row = (1 - y.place(point.1)) * Double(rows - 1)
      let column = x.place(point.0) * Double(columns - 1)
      guard row.isFinite && column.isFinite else { return nil }
      // Numbers beyond the largest magnitude of an axis lie on its edge.
      return (max(0, min(Double(rows - 1), row)), max(0, min(Double(columns - 1), column)))
    }
    func mark(_ row: Double, _ column: Double) { plot(Int(row.rounded()), Int(column.rounded())) }
    for place in places { if let place { mark(place.row, place.column) } }
    for case (let a?, let b?) in zip(places, places.dropFirst()) {
      let steps = Int(max(abs(a.row - b.row), abs(a.column - b.column)).rounded(.up))
      for step in 0..<max(1, steps) {
        let share = Double(step) / Double(max(1, steps))
        mark(a.row + share * (b.row - a.row), a.column + share * (b.column - a.column))
      }
    }
  }

  /// One character for each cell: the sign of the line that passes.
  private func signCells() -> [[String]] {
    var cells = Array(repeating: Array(repeating: " ", count: width), count: rows)
    for (index, line) in series.enumerated() {
      trace(line, columns: width, rows: rows) { row, column in
        cells[row][column] = Self.signs[index % Self.signs.count]
      }
    }
    return cells
  }

  /// Braille characters with 2 × 4 dots; each has the color of the last line that passes.
  private func dotCells() -> [[String]] {
    var dots = Array(repeating: Array(repeating: UInt32(0), count: width), count: rows)
    var owners = Array(repeating: Array(repeating: 0, count: width), count: rows)
    // The bit of a dot by its row and column inside the character (U+2800 and following).
    let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    for (index, line) in series.enumerated() {
      trace(line, columns: 2 * width, rows: 4 * rows) { row, column in
        dots[row / 4][column / 2] |= bits[row % 4][column % 2]
        owners[row / 4][column / 2] = index
      }
    }
    return zip(dots, owners).map { row, owners in
      zip(row, owners).map { dot, owner in
        guard dot != 0, let scalar = Unicode.Scalar(0x2800 + dot) else { return " " }
        return chart.colored(String(scalar), owner)
      }
    }
  }
}
