import Foundation
import Testing

@testable import Inspection

@Suite("Drawing")
struct PictureTests {
  @Test func enlargingRepeatsPixels() {
    let small = Picture(width: 2, height: 1) { _, column in column == 0 ? .black : .white }
    let large = small.enlarged(by: 3)
    #expect(large.width == 6 && large.height == 3)
    #expect(large[2, 2] == .black && large[0, 3] == .white)
    #expect(small.enlarged(toFill: 7).width == 6)
    #expect(large.enlarged(toFill: 2) == large)
  }

  @Test func drawingIsCutAtTheEdges() {
    var picture = Picture(width: 4, height: 3, fill: .black)
    picture.draw(Picture(width: 3, height: 3, fill: .white), row: -1, column: 2)
    picture.fill(row: 2, column: -5, height: 9, width: 6, .ink)
    #expect(picture[0, 1] == .black && picture[0, 2] == .white && picture[1, 3] == .white)
    #expect(picture[2, 0] == .ink && picture[2, 1] == .black)
  }

  /// The letter I is three dots wide: a bar, five dots in the middle column, a bar.
  @Test func lettersAreTheirDots() {
    var picture = Picture(width: 5, height: 9)
    picture.write("I", row: 1, column: 1, .black, scale: 1)
    let drawn = (0..<9).map { row in
      (0..<5).map { picture[row, $0] == .black ? "#" : "." }.joined()
    }
    #expect(
      drawn == [
        ".....", ".###.", "..#..", "..#..", "..#..", "..#..", "..#..", ".###.", ".....",
      ])
  }

  @Test func alphabetIsComplete() {
    for code in 33...126 {
      let character = Character(UnicodeScalar(UInt8(code)))
      #expect(Lettering.glyphs[character] != nil, "\(character)")
    }
    for character in "σψαδΔΣλ²³ᵈ→−×≤·…≥±∞" {
      #expect(Lettering.glyphs[character] != nil, "\(character)")
    }
    let drawings = Lettering.glyphs.values.map(\.rows)
    #expect(drawings.allSatisfy { $0.contains { $0.contains(true) } })
  }

  @Test func textIsMeasuredAsItIsWritten() {
    let text = "z 12 → ψ"
    let width = Picture.width(of: text, scale: 1)
    var picture = Picture(width: width + 20, height: 20)
    picture.write(text, row: 5, column: 10, .black, scale: 1)
    let inked = (0..<picture.width).filter { column in
      (0..<20).contains { picture[$0, column] == .black }
    }
    #expect(inked.first == 10 && inked.last == 10 + width - 1)
  }

  @Test func chartsDrawTheirPoints() {
    let picture = Picture.chart([Series("a", x: [0, 1, 2], y: [0, 1, 0])])
    let color = SeriesPalette.color(0)
    let rows = (0..<picture.height).filter { row in
      (100..<picture.width).contains { picture[row, $0] == color }
    }
    let peak = (0..<picture.width).filter { picture[(rows.first ?? 0) + 40, $0] == color }
    // The two flanks of the peak are left and right of the middle.
    #expect((peak.first ?? 0) < picture.width / 2 && (peak.last ?? 0) > picture.width / 2)
    // A chart without points is empty and not an error.
    #expect(Picture.chart([Series("empty", [])]).width == 720)
    #expect(Picture.chart([Series("bad", [.nan, .infinity])]).width == 720)
  }

  @Test(
    arguments: [
      (0, 1), (-3e-9, 2e-9), (1e6, 3e6), (5, 5), (-1, 250), (-1e300, 1e300), (1e300, 1e300),
      (1e17, 1e17), (0, .leastNonzeroMagnitude),
    ] as [(Double, Double)])
  func axesMarkRoundNumbersInside(low: Double, high: Double) {
    for includingZero in [false, true] {
      let axis = Axis(covering: [low, high], includingZero: includingZero)
      #expect(axis.low <= low && axis.high >= high)
      #expect((2...8).contains(axis.ticks.count), "\(axis.ticks)")
      let slack = 1e-9 * (axis.high - axis.low)
      #expect(axis.ticks.allSatisfy { $0 >= axis.low - slack && $0 <= axis.high + slack })
    }
  }

  /// Differences of such numbers overflow or vanish.
  @Test(arguments: [
    [1e308, -1e308], [0, Double.leastNonzeroMagnitude], [1.7e308, 1.7e308],
    [-Double.leastNonzeroMagnitude, 1.7e308],
  ])
  func numbersOfAnyMagnitudeAreDrawn(values: [Double]) {
    let chart = Picture.chart([Series("a", x: values, y: values)])
    #expect(chart.width == 720)
    let color = SeriesPalette.color(0)
    let hasLine = (40..<chart.height).contains { row in
      (100..<chart.width).contains { chart[row, $0] == color }
    }
    #expect(hasLine || values.contains { abs($0) > 1e300 })
    #expect(Picture.bars(values, width: 400).width == 400 || values.contains { $0 < 0 })
  }

  @Test func histogramCountsEveryFiniteValue() {
    let histogram = Histogram([0, 0.1, 0.9, 1, 1, .nan], bins: 2)
    #expect(histogram.counts == [2, 3])
    #expect(Histogram([4, 4], bins: 3).counts == [0, 2, 0])
  }

  @Test func barsReachFromZero() {
    let picture = Picture.bars([1, -1], labels: ["up", "down"], width: 400)
    func columns(_ row: Int, _ color: Color) -> [Int] {
      (0..<picture.width).filter { picture[row, $0] == color }
    }
    let up = columns(10, SeriesPalette.color(0))
    let down = columns(36, SeriesPalette.color(5))
    #expect(abs(up.count - down.count) <= 1 && up.count > 50)
    #expect((down.last ?? 0) < (up.first ?? 0))
  }
}

@Suite("Pictures in a terminal")
struct HalfBlockTests {
  @Test func everyCharacterShowsTwoPixels() {
    let picture = Picture(width: 1, height: 2) { row, _ in
      row == 0 ? Color(1, 2, 3) : Color(4, 5, 6)
    }
    #expect(
      picture.terminalText(columns: 1, hasColor: true)
        == "\u{1B}[38;2;1;2;3m\u{1B}[48;2;4;5;6m▀\u{1B}[0m\n")
  }

  @Test func withoutColorBrightnessIsDensity() {
    let picture = Picture(width: 2, height: 2) { _, column in column == 0 ? .black : .white }
    #expect(picture.terminalText(columns: 2, hasColor: false) == " @\n")
  }

  @Test func largePicturesAreAveraged() {
    let stripes = Picture(width: 400, height: 200) { _, column in
      column % 2 == 0 ? .black : .white
    }
    let small = stripes.reduced(toWidth: 50)
    #expect(small.width == 50 && small.height == 25)
    #expect(small[3, 7] == Color(128, 128, 128))
    let lines = stripes.terminalText(columns: 50, hasColor: false).split(separator: "\n")
    #expect(lines.count == 13 && lines.allSatisfy { $0.count == 50 })
  }

  @Test func environmentDecidesOnColor() {
    #expect(Console.allowsColor(["TERM": "xterm-256color"]))
    #expect(!Console.allowsColor(["TERM": "xterm", "NO_COLOR": "1"]))
    #expect(!Console.allowsColor(["TERM": "dumb"]))
    #expect(!Console.allowsColor([:]))
  }
}
