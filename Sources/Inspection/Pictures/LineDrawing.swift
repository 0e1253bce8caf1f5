/// One line of a chart as vector graphics.
struct LineDrawing {
  private let line: Series
  private let style: SeriesStyle
  private let plot: ChartPlot

  init(_ line: Series, _ style: SeriesStyle, _ plot: ChartPlot) {
    self.line = line
    self.style = style
    self.plot = plot
  }

  private func place(_ index: Int) -> (x: Double, y: Double) {
    (plot.column(line.x[index]), plot.row(line.y[index]))
  }

  /// The positions of the finite points.
  private var finite: [Int] {
    line.y.indices.filter { line.x[$0].isFinite && line.y[$0].isFinite }
  }

  /// The line with the markers of its points, if they are few.
  var curve: String {
    var path = SVGPath()
    for run in runs {
      path.move(x: place(run[0]).x, y: place(run[0]).y)
      for index in run.dropFirst() { path.line(x: place(index).x, y: place(index).y) }
      if run.count == 1 { path.dot() }
    }
    let marks = line.y.count <= Series.mostMarked ? style.marks(finite.map(place)) : ""
    return SVG.path(path.commands, class: "curve \(style.classes)") + marks
  }

  /// The stretches between gaps, of whose points those are left out that share a column of one unit with
  /// a lower and a higher one.
  private var runs: [[Int]] {
    var runs: [[Int]] = []
    var previous = Int.min
    for index in finite {
      if index - 1 == previous { runs[runs.count - 1].append(index) } else { runs.append([index]) }
      previous = index
    }
    return runs.map(thinned)
  }

  private func thinned(_ run: [Int]) -> [Int] {
    guard run.count > 2 * Int(ChartStyle.width) else { return run }
    var columns: [(column: Int, indices: [Int])] = []
    for index in run {
      let column = Int(plot.column(line.x[index]))
      if columns.last?.column == column {
        columns[columns.count - 1].indices.append(index)
      } else {
        columns.append((column, [index]))
      }
    }
    return columns.flatMap { _, indices in
      Set(
        [indices.first, lowest(of: indices), highest(of: indices), indices.last].compactMap { $0 }
      )
      .sorted()
    }
  }

  /// The points that show their values: all if they are few, otherwise the extremes and evenly spaced
  /// ones.
  var shown: [Int] {
    let finite = finite
    guard finite.count > Series.mostMarked else { return finite }
    let even = Series.mostMarked - 2
    let spaced = (0..<even).map { finite[$0 * (finite.count - 1) / (even - 1)] }
    return Set(spaced + [lowest(of: finite), highest(of: finite)].compactMap { $0 }).sorted()
  }

  private func lowest(of indices: [Int]) -> Int? { indices.min { line.y[$0] < line.y[$1] } }
  private func highest(of indices: [Int]) -> Int? { indices.max { line.y[$0] < line.y[$1] } }

  /// The points as one stop of the keyboard, at which the extremes, the ends and further points show their
  /// values if there is room; nil if there are no points.
  var stop: String? {
    let shown = shown
    guard !shown.isEmpty else { return nil }
    let important = [highest(of: shown), lowest(of: shown), shown.last, shown.first]
    let keys = keys(from: important.compactMap { $0 } + shown)
    let points = shown.map { index in
      let (x, y) = place(index)
      var spot = SVGPath()
      spot.move(x: x, y: y)
      spot.dot()
      return "<g\(keys.contains(index) ? " class=\"key\"" : "")>"
        + "\(SVG.path(spot.commands))<title>\(escaped(title(index)))</title>"
        + "\(plot.label(label(index), x: x, y: y))</g>"
    }
    return """
      <g class="spots c\(style.color)" role="img" tabindex="0" aria-label="\(escaped(summary))">\
      \(points.joined())</g>
      """
  }

  private func label(_ index: Int) -> String { "\(line.y[index].brief) at \(line.x[index].brief)" }

  private func title(_ index: Int) -> String {
    let value = "\(SVG.exact(line.y[index])) at \(SVG.exact(line.x[index]))"
    return line.label.isEmpty ? value : "\(line.label): \(value)"
  }

  /// Name, number of points and ranges.
  private var summary: String {
    let (x, y) = (Statistics(finite.map { line.x[$0] }), Statistics(finite.map { line.y[$0] }))
    let count = finite.count == 1 ? "1 point" : "\(finite.count) points"
    let missing = line.y.count - finite.count
    let gaps = missing > 0 ? ", \(missing) not finite" : ""
    return "\(line.label.isEmpty ? "Line" : line.label): \(count) from \(x.minimum.brief) to "
      + "\(x.maximum.brief), values from \(y.minimum.brief) to \(y.maximum.brief)\(gaps)"
  }

  /// Returns up to six of the points whose texts do not overlap each other, the first ones first.
  private func keys(from candidates: [Int]) -> Set<Int> {
    var taken: [(left: Double, right: Double, baseline: Double)] = []
    var keys: Set<Int> = []
    for index in candidates where !keys.contains(index) && keys.count < 6 {
      let (x, y) = place(index)
      let box = plot.labelBox(label(index), x: x, y: y)
      let isFree = taken.allSatisfy { other in
        box.right + 8 < other.left || other.right + 8 < box.left
          || abs(box.baseline - other.baseline) > ChartStyle.lineHeight
      }
      guard isFree else { continue }
      taken.append((box.left, box.right, box.baseline))
      keys.insert(index)
    }
    return keys
  }
}
