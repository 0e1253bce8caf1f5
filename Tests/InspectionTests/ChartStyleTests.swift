import Foundation
import Testing

@testable import Inspection

@Suite("Colors, text and marks of charts")
struct ChartStyleTests {
  /// The custom properties of the page, as a browser reads them.
  private func properties(isDark: Bool) throws -> [String: Color] {
    var result: [String: Color] = [:]
    let style = StyleSheet.text
    let dark = "@media (prefers-color-scheme: dark) {"
    // Blocks for dark systems come after those for light ones, and override them.
    for line in style.split(separator: "\n") {
      let isDarkLine = line.contains(dark) || line.hasPrefix("    --")
      guard isDark || !isDarkLine else { continue }
      for match in line.matches(of: /--([a-z0-9]+): #([0-9a-f]{6});/) {
        result[String(match.1)] = Color(hex: try #require(UInt32(match.2, radix: 16)))
      }
    }
    return result
  }

  private func contrast(_ a: Color, _ b: Color) -> Double {
    let (low, high) = (min(a.luminance, b.luminance), max(a.luminance, b.luminance))
    return (high + 0.05) / (low + 0.05)
  }

  /// WCAG 2.2, 1.4.11 and 1.4.3: 3 for graphics, 4.5 for text.
  @Test(arguments: [false, true]) func contrastIsEnough(isDark: Bool) throws {
    let colors = try properties(isDark: isDark)
    let paper = try #require(colors["paper"])
    #expect((paper.luminance < 0.5) == isDark)
    for background in [paper, try #require(colors["card"])] {
      for index in SeriesPalette.colors.indices {
        let color = try #require(colors["series\(index)"])
        #expect(contrast(color, background) >= 3, "series \(index) \(color)")
      }
      for name in ["ink", "soft"] {
        #expect(contrast(try #require(colors[name]), background) >= 4.5, "\(name)")
      }
    }
    // Files have a white background.
    if !isDark {
      #expect(SeriesPalette.colors.allSatisfy { contrast($0, .white) >= 3 })
      #expect(colors["series1"] == SeriesPalette.color(1))
    }
  }

  /// Colors as seen without one kind of cone: Machado, Oliveira and Fernandes, 2009, severity 1.
  private static let visions: [[[Double]]] = [
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [
      [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    [
      [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
      [-0.011820, 0.042940, 0.968881],
    ],
    [
      [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.303900],
    ],
  ]

  private func seen(_ color: Color, _ matrix: [[Double]]) -> Color {
    func linear(_ value: Double) -> Double {
      value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    func coded(_ value: Double) -> Double {
      value <= 0.0031308 ? value * 12.92 : 1.055 * pow(value, 1 / 2.4) - 0.055
    }
    let light = [color.unit.red, color.unit.green, color.unit.blue].map(linear)
    let level = matrix.map { row in coded(max(0, min(1, zip(row, light).map(*).reduce(0, +)))) }
    return Color(unit: level[0], level[1], level[2])
  }

  /// The smallest difference that is plainly visible side by side is about 2; lines need more.
  @Test func colorsDifferForEveryKindOfColorVision() {
    for palette in [SeriesPalette.colors, SeriesPalette.darkColors] {
      for (kind, vision) in Self.visions.enumerated() {
        let places = palette.map { seen($0, vision).lab }
        for one in places.indices {
          for other in 0..<one {
            let offset = places[one] - places[other]
            let distance = (offset * offset).sum().squareRoot()
            #expect(distance > 13, "\(other) and \(one), vision \(kind): \(distance)")
          }
        }
      }
    }
  }

  @Test func linesDifferWithoutColorToo() {
    let styles = (0..<32).map(SeriesStyle.init)
    #expect(Set(styles.map { [$0.color, $0.dash] }).count == 32)
    // Neighbors differ in dashes and in marker.
    for (one, next) in zip(styles, styles.dropFirst()) {
      #expect(one.dash != next.dash && one.marker != next.marker)
    }
    let css = StyleSheet.text
    for style in styles {
      #expect(css.contains(".c\(style.color) {"))
      #expect(style.dash == 0 || css.contains(".d\(style.dash) { stroke-dasharray:"))
    }
  }

  /// A page of 420 pixels leaves 386 between its margins.
  @Test func textIsReadableOnATelephone() throws {
    #expect(StyleSheet.text.contains("padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem"))
    let available = 420 - 2 * max(16, 0.04 * 420)
    let sizes = try ChartStyle.text.matches(of: /font-size: ([0-9.]+)px/).map {
      try #require(Double($0.1))
    }
    #expect(!sizes.isEmpty)
    #expect(sizes.allSatisfy { $0 * available / ChartStyle.width >= 11 }, "\(sizes)")
  }

  /// 12 drawn, 6 left out: a line of 40 is drawn at 0 … 12, 18 … 30 and 36 … 40, also around a corner.
  @Test func dashesGoOnAroundCorners() {
    let pieces = Dashes([12, 6]).pieces(of: [(0, 0), (0, 25), (15, 25)])
    let expected: [[Double]] = [
      [0, 0, 0, 12], [0, 18, 0, 25], [0, 25, 5, 25], [11, 25, 15, 25],
    ]
    #expect(pieces.map { [$0.0.row, $0.0.column, $0.1.row, $0.1.column] } == expected)
    #expect(Dashes([]).pieces(of: [(0, 0), (0, 9)]).count == 1)
    // After a gap the pattern begins again.
    let broken = Dashes([2, 2]).pieces(of: [(0, 0), (0, 3), (0, .nan), (0, 10), (0, 11)])
    #expect(broken.map { [$0.0.column, $0.1.column] } == [[0, 2], [10, 11]])
  }

  @Test(arguments: Array(SeriesStyle.Marker.allCases)) func markersAreFilled(
    marker: SeriesStyle.Marker
  ) {
    var picture = Picture(width: 21, height: 21)
    picture.mark(marker, row: 10, column: 10, .black)
    #expect(picture[10, 10] == .black)
    let dark = picture.bytes.reduce(0.0) { $0 + (255 - Double($1)) / 765 }
    // All markers have about the area of a disc of radius 3 to 4: 28 … 50 pixels.
    #expect((26...50).contains(dark), "\(dark)")
    #expect(picture[3, 10] == .white && picture[10, 17] == .white)
  }

  /// In d̂ the hat is above the bowl, beside the ascender; in Ā the bar is above the letter.
  @Test func marksAboveLettersAreDrawn() throws {
    func drawn(_ character: Character) -> [String] {
      Lettering.glyph(character).rows.map { String($0.map { $0 ? "#" : "." }) }
    }
    #expect(
      drawn("d\u{302}") == [
        ".#...", "#.#.#", "....#", ".####", "#...#", "#...#", "#...#", ".####",
      ])
    #expect(Lettering.glyph("d\u{302}").rise == 1)
    #expect(
      drawn("x\u{304}") == [".###.", ".....", "#...#", ".#.#.", "..#..", ".#.#.", "#...#"]
        || drawn("x\u{304}").first == ".###.")
    #expect(drawn("Ā").prefix(3) == [".###.", ".....", "..#.."])
    #expect(drawn("σ\u{303}").first == ".#.#.")
    // The mark takes the place of the dot.
    #expect(drawn("i\u{302}").prefix(3) == [".#.", "#.#", "..."])
    // A mark that is unknown is a box, as any other unknown character.
    #expect(drawn("d\u{20D7}") == drawn("\u{4E00}"))
    // Text is not cut at the top of a label.
    #expect(Picture.label("d\u{302}").height == Picture.label("d").height + 2)
  }

  @Test func smallImagesAreShownLarge() throws {
    let face = Picture(width: 64, height: 64, fill: .ink)
    #expect(face.legible == face.enlarged(by: 4))
    #expect(Picture(width: 100, height: 3).legible.width == 300)
    #expect(Picture(width: 256, height: 8).legible.width == 256)
    #expect(Picture(width: 900, height: 900).legible.width == 900)
    // A tall one does not become higher than 1024 pixels.
    #expect(Picture(width: 64, height: 400).legible.width == 128)
    #expect(Picture(width: 64, height: 2000).legible.width == 64)
    let view = View(name: "face", tensor: nil, rendering: Rendering(face, colorMap: "rgb"))
    let image = try #require(
      try requireWellFormed(try HTML.figure(view)).first { $0.name == "img" })
    #expect(image.attributes["width"] == "256" && image.attributes["height"] == "256")
    #expect(image.attributes["class"] == "pixels")
    #expect(StyleSheet.text.contains("img.pixels { image-rendering: pixelated; }"))
    #expect(Rendering.image(.zeros([3, 64, 16], .float32), range: .unit).picture.width == 256)
  }
}
