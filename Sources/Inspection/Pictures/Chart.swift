import Tensors

/// A chart as a description, from which its picture and its vector graphics are drawn.
///
/// Files and the terminal show ``picture(width:height:)``; pages show ``svg(alternativeText:)``, whose
/// text can be selected and whose values appear on hover and on focus.
public struct Chart: Sendable, Hashable {
  /// What a chart shows.
  enum Content: Sendable, Hashable {
    case lines([Series], includesZero: Bool)
    case bars([Bar])
    case histogram(Histogram)
  }

  /// A labeled bar from zero.
  struct Bar: Sendable, Hashable {
    let label: String
    let value: Double
    let unit: String

    /// The value with its unit.
    var text: String { value.brief.withUnit(unit) }
    /// The place of the color in the palette: blue from zero upward, vermilion below.
    var color: Int { value < 0 ? 5 : 0 }

    /// The range that bars from zero cover.
    static func range(of bars: [Bar]) -> ClosedRange<Double> {
      let values = bars.map(\.value).filter(\.isFinite)
      return min(0, values.min() ?? 0)...max(0, values.max() ?? 0)
    }
  }

  let content: Content
  let xLabel: String
  let yLabel: String
  /// A line of text above the chart; empty for none.
  public var title = ""
  /// What the axes cover: this chart, and those with which it shares them.
  private var covered: [Content]

  private init(_ content: Content, xLabel: String = "", yLabel: String = "") {
    self.content = content
    covered = [content]
    self.xLabel = xLabel
    self.yLabel = yLabel
  }

  /// Returns a chart of lines with labeled axes and a legend.
  ///
  /// - Parameters:
  ///   - series: the lines; points that are not finite leave a gap.
  ///   - xLabel: the label of the horizontal axis, with its unit.
  ///   - yLabel: the label of the vertical axis, with its unit.
  ///   - includesZero: whether the vertical axis includes 0.
  /// - Returns: the chart.
  public static func lines(
    _ series: [Series], xLabel: String = "", yLabel: String = "", includesZero: Bool = true
  ) -> Chart {
    Chart(.lines(series, includesZero: includesZero), xLabel: xLabel, yLabel: yLabel)
  }

  /// Returns a chart of labeled horizontal bars from zero, with their values.
  ///
  /// - Parameters:
  ///   - values: one number per bar.
  ///   - labels: the labels of the bars; by default their indices.
  ///   - unit: the unit, written after every value.
  /// - Returns: the chart.
  public static func bars(_ values: [Double], labels: [String] = [], unit: String = "") -> Chart {
    Chart(
      .bars(
        values.enumerated().map { index, value in
          Bar(label: index < labels.count ? labels[index] : "\(index)", value: value, unit: unit)
        }))
  }

  /// Returns a histogram of the values.
  ///
  /// - Parameters:
  ///   - values: the values; those that are not finite are ignored.
  ///   - bins: the number of equal intervals between the minimum and the maximum.
  ///   - xLabel: the label of the horizontal axis, with its unit.
  /// - Returns: the chart.
  public static func histogram(_ values: [Double], bins: Int = 40, xLabel: String = "") -> Chart {
    require(bins > 0, "histogram(_:bins:xLabel:): bins is \(bins), expected at least 1")
    return Chart(.histogram(Histogram(values, bins: bins)), xLabel: xLabel, yLabel: "count")
  }

  /// Returns the chart with axes that cover the given charts too, so that equal lengths mean equal values.
  ///
  /// - Parameter charts: the same chart at other values of a slider.
  /// - Returns: the chart; its values are unchanged.
  func sharingAxes(with charts: [Chart]) -> Chart {
    var result = self
    result.covered = [content] + charts.map(\.content)
    return result
  }

  /// The bars that the axis covers.
  var coveredBars: [Bar] {
    covered.flatMap { content -> [Bar] in
      if case .bars(let bars) = content { bars } else { [] }
    }
  }

  /// The lines that the axes cover.
  var coveredSeries: [Series] {
    covered.flatMap { content -> [Series] in
      if case .lines(let series, _) = content { series } else { [] }
    }
  }

  /// The histograms that the axes cover.
  var coveredHistograms: [Histogram] {
    covered.compactMap { content -> Histogram? in
      if case .histogram(let counts) = content { counts } else { nil }
    }
  }

  /// The kind of the chart, for the index of a dump.
  var kind: String {
    if case .lines = content { return "lines" }
    return "bars"
  }
}

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

  /// The points both of whose coordinates are finite.
  var finitePoints: [(x: Double, y: Double)] {
    zip(x, y).filter { $0.0.isFinite && $0.1.isFinite }.map { (x: $0.0, y: $0.1) }
  }

  /// The largest number of points of which each is marked.
  static let mostMarked = 64

  /// Returns the axes of a chart of lines.
  static func axes(of series: [Series], includesZero: Bool) -> (x: Axis, y: Axis) {
    let points = series.flatMap(\.finitePoints)
    return (
      Axis(covering: points.map(\.x), includingZero: false),
      Axis(covering: points.map(\.y), includingZero: includesZero)
    )
  }
}

/// The counts of values in equal intervals.
struct Histogram: Sendable, Hashable {
  let low: Double
  let high: Double
  let counts: [Int]
  var step: Double { (high - low) / Double(counts.count) }

  init(_ values: [Double], bins: Int) {
    let finite = values.filter(\.isFinite).map(Axis.held)
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

  /// Returns the axes that cover all the histograms.
  static func axes(of all: [Histogram]) -> (x: Axis, y: Axis) {
    (
      Axis(covering: all.flatMap { [$0.low, $0.high] }, includingZero: false),
      Axis(covering: all.flatMap(\.counts).map(Double.init), includingZero: true)
    )
  }

  /// Returns the lower end of an interval.
  func edge(_ bin: Int) -> Double { low + Double(bin) * step }
}
