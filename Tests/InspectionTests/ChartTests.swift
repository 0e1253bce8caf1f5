import Foundation
import FoundationXML
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Inspection

@Suite("Charts drawn twice from one description")
struct ChartTests {
  private let wave = (0..<40).map { sin(Double($0) / 5) }

  /// A regression check: these pictures are what they were before charts had vector graphics, bit for
  /// bit (64-bit FNV-1a of the pixels).
  @Test func picturesStayAsTheyWere() {
    func digest(_ picture: Picture) -> String {
      let hash = picture.bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01b3
      }
      return String(hash, radix: 16)
    }
    let broken = Series("one", x: [0, 1, 4], y: [2, .nan, 3])
    #expect(
      digest(.chart([Series("", wave)], xLabel: "sample", yLabel: "σ")) == "59e10bcb792d39c0")
    #expect(
      digest(.chart([broken], width: 500, height: 260, includesZero: false)) == "57952ab38d383c0f")
    #expect(
      digest(.bars([3, -1.5, .nan, 0.25], labels: ["a", "b"], unit: "%")) == "dbff1ef7c0ebddff")
    #expect(digest(.histogram(wave, bins: 24, xLabel: "m")) == "41f088170d0b8aa1")
  }

  @Test func everyPointHasItsValueAtItsPlace() throws {
    let x = [0.5, 1, 2.25, 7, 11]
    let y = [-0.1234567, 3, 0.5, -1e-5, 12345.5]
    let chart = Chart.lines([Series("a & b", x: x, y: y)], xLabel: "z", yLabel: "<σ>")
    let spots = try Drawing(chart).nodes("//g[starts-with(@class,'spots')]/g")
    try #require(spots.count == x.count)
    let places = try spots.map { try place($0) }
    for (index, spot) in spots.enumerated() {
      let title = try #require(spot.children("title").first?.stringValue)
      let numbers = title.dropFirst("a & b: ".count).split(separator: " ")
      #expect(title.hasPrefix("a & b: ") && numbers.count == 3 && numbers[1] == "at")
      #expect(abs(try number(numbers[0]) - y[index]) <= 1e-6 * abs(y[index]))
      #expect(abs(try number(numbers[2]) - x[index]) <= 1e-6 * abs(x[index]))
      let label = spot.children("text").first?.stringValue
      #expect(label == "\(y[index].brief) at \(x[index].brief)")
      // Places are linear in the values, so two points give all others, to a tenth of a unit.
      let right = places[0].x + (places[4].x - places[0].x) * (x[index] - x[0]) / (x[4] - x[0])
      let down = places[0].y + (places[4].y - places[0].y) * (y[index] - y[0]) / (y[4] - y[0])
      #expect(abs(places[index].x - right) < 0.11 && abs(places[index].y - down) < 0.11)
    }
  }

  /// The curve begins at its first point and ends at its last, whatever was rounded between them.
  @Test func theCurveGoesThroughItsPoints() throws {
    let drawing = try Drawing(.lines([Series("", wave)]))
    let curve = try #require(try drawing.nodes("//path[contains(@class,'curve')]").first)
    let ends = try corners(try #require(curve.text(of: "d")))
    let spots = try drawing.nodes("//g[starts-with(@class,'spots')]/g").map { try place($0) }
    #expect(ends.count == 40 && spots.count == 40)
    for (corner, spot) in zip(ends, spots) {
      #expect(abs(corner.x - spot.x) < 1e-6 && abs(corner.y - spot.y) < 1e-6)
    }
  }

  @Test func gapsStayGaps() throws {
    let series = Series("", [1, .nan, 2, 3, .infinity])
    let drawing = try Drawing(.lines([series]))
    let curve = try #require(
      try drawing.nodes("//path[contains(@class,'curve')]/@d").first?.stringValue)
    // A dot for the single point before the gap, then a line of two points.
    #expect(curve.filter { $0 == "M" }.count == 2 && curve.contains("h0M"))
    #expect(try drawing.nodes("//g[starts-with(@class,'spots')]/g").count == 3)
    let stop = try #require(try drawing.nodes("//g[@tabindex]/@aria-label").first?.stringValue)
    #expect(stop == "Line: 3 points from 0 to 3, values from 1 to 3, 2 not finite")
  }

  @Test func longLinesAreThinnedAndKeepTheirExtremes() throws {
    var values = (0..<20_000).map { sin(Double($0) / 900) }
    (values[7777], values[12_345]) = (9, -9)
    let text = Chart.lines([Series("", values)]).svg(alternativeText: "")
    #expect(text.utf8.count < 40_000)
    let titles = try Drawing(text).nodes("//g[starts-with(@class,'spots')]/g/title")
      .compactMap(\.stringValue)
    #expect((62...64).contains(titles.count))
    #expect(titles.contains("9 at 7777") && titles.contains("−9 at 12345"))
    #expect(titles.first == "0 at 0" && titles.last?.hasSuffix(" at 19999") == true)
    let path = try Drawing(text).nodes("//path[contains(@class,'curve')]/@d").first?.stringValue
    let rows = try corners(path ?? "").map(\.y)
    let axis = Series.axes(of: [Series("", values)], includesZero: true)
    let plot = ChartPlot(axis, xLabel: "", below: 0)
    #expect(abs((rows.min() ?? 0) - plot.row(9)) < 0.06)
    #expect(abs((rows.max() ?? 0) - plot.row(-9)) < 0.06)
  }

  @Test func everyBarHasItsLabelItsValueAndItsLength() throws {
    let values = [4.0, -2, .nan, 0.123456, 0]
    let chart = Chart.bars(values, labels: ["a", "b<", "c"], unit: "%")
    let bars = try Drawing(chart).nodes("//g[starts-with(@class,'value')]")
    let names = ["a", "b<", "c", "3", "4"]
    let exact = ["4 %", "−2 %", "NaN %", "0.123456 %", "0 %"]
    try #require(bars.count == 5)
    var lengths: [Double] = []
    for (index, bar) in bars.enumerated() {
      #expect(
        bar.children("title").first?.stringValue == "\(names[index]): \(exact[index])")
      #expect(
        bar.text(of: "aria-label") == "\(names[index]): \(exact[index])")
      let texts = bar.children("text").compactMap(\.stringValue)
      #expect(texts == [names[index], "\(values[index].brief) %"])
      let path = bar.children("path").first?.text(of: "d")
      lengths.append(Double(path?.split(separator: "h-").last?.dropLast() ?? "0") ?? -1)
    }
    #expect(abs(lengths[0] - 2 * lengths[1]) < 0.3 && lengths[0] > 200)
    #expect(lengths[2] == 0 && lengths[4] == 0)
    #expect(abs(lengths[3] / lengths[0] - 0.030864) < 0.001)
  }

  /// Charts that share their axes show equal values at equal lengths, also in a picture of pixels.
  @Test func sharedAxesGiveEqualValuesEqualLengths() throws {
    func lengths(_ chart: Chart) throws -> [Double] {
      try Drawing(chart).nodes("//g[starts-with(@class,'value')]/path/@d").compactMap {
        Double($0.stringValue?.split(separator: "h-").last?.dropLast() ?? "")
      }
    }
    let (small, large) = (Chart.bars([1, 2], unit: "m"), Chart.bars([10, 4000], unit: "m"))
    let alone = try lengths(small)
    let shared = try [small, large].map { try lengths($0.sharingAxes(with: [small, large])) }
    #expect(alone[1] > 200 && shared[0][1] < 1)
    #expect(abs(shared[1][1] / shared[1][0] - 400) < 40)
    let pixels = [small, large].map { $0.sharingAxes(with: [small, large]).picture() }
    #expect(pixels[0].width == pixels[1].width)

    let (low, high) = (Chart.lines([Series("", [0, 1])]), Chart.lines([Series("", [-3, 8, 2])]))
    let axes = Series.axes(of: low.sharingAxes(with: [high]).coveredSeries, includesZero: true)
    #expect(axes.x.high == 2 && axes.y.low <= -3 && axes.y.high >= 8)
  }

  @Test func numbersNearTheLargestMakeAHistogram() throws {
    let chart = Chart.histogram([-1.7e308, 0, 1.7e308], bins: 4)
    let titles = try Drawing(chart).nodes("//g[starts-with(@class,'bin')]/title")
      .compactMap(\.stringValue)
    #expect(titles.count == 4 && titles.first?.hasPrefix("1 from") == true)
    #expect(chart.picture().width > 0)
  }

  @Test func inverseUnitsReadAsQuotients() throws {
    let bars = try Drawing(.bars([6], unit: "1 / world unit")).nodes("//g[@tabindex]")
    #expect(bars.first?.text(of: "aria-label") == "0: 6 / world unit")
    #expect("6".withUnit("1/plane²") == "6 / plane²" && "6".withUnit("10 m") == "6 10 m")
  }

  /// The text of a value at the top does not cover the labels of the chart.
  @Test func valuesStayInThePlane() {
    let axes = Series.axes(of: [Series("", [0, 1])], includesZero: true)
    let plot = ChartPlot(axes, xLabel: "", below: 100)
    #expect(plot.labelBox("1", x: 300, y: plot.top).baseline > plot.top)
    for y in stride(from: plot.top, through: plot.bottom, by: 1) {
      #expect(plot.labelBox("1", x: 300, y: y).baseline - 15 >= 100 - 1)
    }
  }

  @Test func everyIntervalHasItsCount() throws {
    let chart = Chart.histogram([0, 0.1, 0.9, 1, 1, .nan], bins: 4, xLabel: "m")
    let titles = try Drawing(chart).nodes("//g[starts-with(@class,'bin')]/title")
      .compactMap(\.stringValue)
    #expect(
      titles == [
        "2 from 0 to 0.25", "0 from 0.25 to 0.5", "0 from 0.5 to 0.75", "3 from 0.75 to 1",
      ])
  }

  /// A line is one stop; bars are stops of their own up to 24, and one stop beyond.
  @Test func theKeyboardStopsAFewTimes() throws {
    func stops(_ chart: Chart) throws -> [String] {
      try Drawing(chart).nodes("//g[@tabindex='0']/@aria-label").compactMap(\.stringValue)
    }
    let lines = try stops(
      .lines([Series("up", [0, 1]), Series("down", [1, 0]), Series("none", [])]))
    #expect(
      lines == [
        "up: 2 points from 0 to 1, values from 0 to 1",
        "down: 2 points from 0 to 1, values from 0 to 1",
      ])
    #expect(try stops(.bars(Array(repeating: 1, count: 24))).count == 24)
    let many = try stops(.bars((0..<25).map(Double.init), unit: "m"))
    #expect(many == ["25 bars, least 0: 0 m, greatest 24: 24 m"])
    #expect(try stops(.histogram(wave, bins: 24)).count == 24)
    #expect(try stops(.histogram(wave, bins: 25)).count == 1)
  }

  @Test(arguments: [
    Chart.lines([], xLabel: "x"), .lines([Series("bad", [.nan])]), .bars([]), .bars([.nan]),
    .histogram([]), .lines([Series("one", [5])]),
    .lines([Series("a\"<&>'", [1, 2])], yLabel: "<&"),
    .bars([1], labels: ["<\"&"], unit: "<"), .histogram([1, 2], xLabel: "&<"),
    .bars([1e9, -1e-9], labels: [String(repeating: "a long label ", count: 9)]),
    .lines((0..<12).map { Series("the line with number \($0)", [0, Double($0)]) }),
  ])
  func everyChartIsWellFormedAndNamed(chart: Chart) throws {
    let text = "what it \"shows\" <&>"
    let drawing = try Drawing(chart.svg(alternativeText: text))
    let root = try #require(drawing.document.rootElement())
    #expect(root.text(of: "aria-label") == text)
    let stops = try drawing.nodes("//*[@tabindex]")
    #expect(root.text(of: "role") == (stops.isEmpty ? "img" : "group"))
    #expect(stops.allSatisfy { $0.text(of: "role") == "img" })
    // All text lies inside the view box, by an estimate of its width.
    let box = try #require(root.text(of: "viewBox"))
      .split(separator: " ").compactMap { Double($0) }
    for node in try drawing.nodes("//text") {
      let x = Double(node.text(of: "x") ?? "") ?? -1
      let y = Double(node.text(of: "y") ?? "") ?? -1
      #expect((0...box[2]).contains(x) && (12...box[3]).contains(y), "\(node)")
      let width = SVG.width(of: node.stringValue ?? "")
      let classes = node.text(of: "class") ?? ""
      let group = node.parent?.parent?.text(of: "class") ?? ""
      let isMiddle = classes.isEmpty ? group.hasPrefix("spots") : classes.contains("m")
      let left = isMiddle ? x - width / 2 : classes.contains("e") ? x - width : x
      #expect(left >= -0.6 && left + width <= box[2] + 0.6, "\(node)")
    }
  }

  /// 15 charts of 5 lines with 64 points each take less than a quarter of a page of 4 MB.
  @Test func drawingsAreSmall() {
    let series = (0..<5).map { line in
      Series("row 32, col \(line)", (0..<64).map { sin(Double($0 * (line + 1)) / 9) / 3 })
    }
    let size = Chart.lines(series, xLabel: "sample", yLabel: "weight")
      .svg(alternativeText: "five rays").utf8.count
    #expect(15 * size < 900_000, "\(size) bytes")
  }

  @Test func pagesShowTheDrawingAndDumpsThePicture() throws {
    let chapter = Chapter("charts", title: "Charts", equations: "", introduction: "") {
      Step("Charts", "Are they drawn twice?") { [wave] page in
        page.curve("curve", wave)
        page.bars("bars", [1, 2])
        page.histogram("counts", Tensor([40], wave))
        page.rays("rays", Tensor([2, 2, 3], (0..<12).map(Double.init)))
      }
    }
    let folder = try TemporaryFolder()
    try Walkthrough("Tour", introduction: "", chapters: [chapter])
      .runUnattended(into: folder.url, console: Console(.nullDevice, hasColor: false))
    let elements = try requireWellFormed(try folder.text("charts.html"))
    #expect(elements.filter { $0.name == "svg" }.count == 4)
    // Only the rays have a picture as well: the map on which they are marked.
    #expect(elements.filter { $0.name == "img" }.count == 1)
    // The file also says in words what it shows; its pixels are those of the chart.
    let dumped = try PNGFile.read(Data(contentsOf: folder("charts/step1/curve.png")), alpha: .keep)
    let drawn = Picture.chart([Series("curve", wave)])
    #expect(dumped.samples == drawn.bytes.map(UInt16.init))
  }
}

/// A drawing as a tree of elements.
private struct Drawing {
  let document: XMLDocument

  init(_ chart: Chart) throws { try self.init(chart.svg(alternativeText: "text")) }
  init(_ text: String) throws {
    try requireWellFormed(text)
    document = try XMLDocument(xmlString: text)
  }

  func nodes(_ path: String) throws -> [XMLNode] { try document.nodes(forXPath: path) }
}

extension XMLNode {
  fileprivate func text(of attribute: String) -> String? {
    (self as? XMLElement)?.attribute(forName: attribute)?.stringValue
  }
  fileprivate func children(_ name: String) -> [XMLElement] {
    (self as? XMLElement)?.elements(forName: name) ?? []
  }
}

/// Returns a number with a typographic minus sign.
private func number(_ text: Substring) throws -> Double {
  try #require(Double(text.replacingOccurrences(of: "−", with: "-")))
}

/// Returns the place of the dot of a point.
private func place(_ spot: XMLNode) throws -> (x: Double, y: Double) {
  let path = spot.children("path").first?.text(of: "d")
  return try #require(try corners(path ?? "").first)
}

/// Returns the corners of a path of absolute moves and relative lines.
private func corners(_ path: String) throws -> [(x: Double, y: Double)] {
  var (places, numbers, digits, isMove) = ([(x: Double, y: Double)](), [Double](), "", false)
  func flush() throws {
    guard !digits.isEmpty else { return }
    numbers.append(try #require(Double(digits.hasPrefix(".") ? "0" + digits : digits)))
    digits = ""
    guard numbers.count == 2 else { return }
    let last = isMove ? (x: 0, y: 0) : places.last ?? (x: 0, y: 0)
    places.append((last.x + numbers[0], last.y + numbers[1]))
    numbers = []
  }
  for character in path.split(separator: "h0").joined() {
    switch character {
    case "M", "l":
      try flush()
      isMove = character == "M"
    case " ": try flush()
    case "-":
      try flush()
      digits = "-"
    default: digits.append(character)
    }
  }
  try flush()
  return places
}
