import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Inspection

@Suite("Index of a tour")
struct IndexPageTests {
  /// A map of two boxes with an arrow from the chapter `bell` to its second step, and a path.
  private func map(step: String = "Claims") -> TourMap {
    typealias Target = TourMap.Target
    return TourMap(
      title: "The <map>", caption: "Two boxes.",
      boxes: [
        TourMap.Box(
          "a", "First\nbox", equation: "Eq. 7", meaning: "the bell", target: Target("bell"),
          wide: .init(0, 0), narrow: .init(0, 0)),
        TourMap.Box(
          "b", "Second", meaning: "the claims", target: Target("bell", step: step),
          wide: .init(1, 1), narrow: .init(0, 1)),
      ],
      arrows: [
        TourMap.Arrow(
          "a", to: "b", "depths d_k", meaning: "the depth", target: Target("bell", step: "Eq. 7"),
          wide: [.init(0, 0), .init(0, 1), .init(1, 1)], narrow: [.init(0, 0), .init(0, 1)])
      ],
      paths: [
        TourMap.Path(
          "Fast", text: "Only the claims.",
          targets: [Target("bell", step: "Claims"), Target("bell", step: "Claims")])
      ])
  }

  private func index(_ map: TourMap?, cover: String? = nil) throws -> String {
    let demo = demoChapter()
    let chapter = Chapter(
      "bell", title: demo.title, equations: demo.equations, cover: cover, introduction: "",
      parameters: demo.parameters
    ) { demo.steps }
    let folder = try TemporaryFolder()
    try Walkthrough("Tour", introduction: "", chapters: [chapter], map: map)
      .runUnattended(into: folder.url, console: Console(.nullDevice, hasColor: false))
    return try folder.text("index.html")
  }

  /// Each layout draws every box and arrow as a link with a name; the map is well-formed.
  @Test func boxesAndArrowsAreLinks() throws {
    let elements = try requireWellFormed(try index(map()))
    let links = elements.filter { $0.name == "a" && $0.attributes["aria-label"] != nil }
    let one = [
      ["bell.html", "First box, Eq. 7, the bell"],
      ["bell.html#step1", "depths d_k, the depth: from First box to Second"],
      ["bell.html#step2", "Second, the claims"],
    ]
    #expect(
      links.map { [$0.attributes["href"] ?? "", $0.attributes["aria-label"] ?? ""] } == one + one)
    #expect(elements.filter { $0.name == "svg" }.count == 2)
  }

  /// In the wide layout the arrow leaves the first box below and enters the second on its left.
  @Test func arrowsBeginAndEndAtTheEdgesOfTheirBoxes() {
    let drawing = MapDrawing(map: map(), layout: .wide, chapters: [])
    let areas = map().boxes.map(drawing.area)
    let line = drawing.line(of: map().arrows[0])
    #expect(line.first?.y == areas[0].bottom && line.last?.x == areas[1].x)
    #expect(line.count == 3 && line[1].x == line[0].x && line[1].y == line[2].y)
  }

  @Test func aLinkToNowhereIsAMistakeOfTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let map = TourMap(
        title: "", caption: "", boxes: [], arrows: [],
        paths: [.init("", text: "", targets: [.init("bell", step: "Eq. 99")])])
      _ = Walkthrough("Tour", introduction: "", chapters: [demoChapter()], map: map)
    }
  }

  @Test func withoutAMapTheIndexListsTheChapters() throws {
    let html = try index(nil)
    #expect(!html.contains("<svg") && html.contains("<h3><a href=\"bell.html\">"))
  }

  /// 400 words are 2 minutes; what is not read as text does not count, and a formula counts half a minute.
  @Test func readingTimeComesFromWordsAndFormulas() {
    let words = { (count: Int) in String(repeating: "word ", count: count) }
    let time = ReadingTime(
      html: """
        <html><head><title>\(words(900))</title></head><body><p>\(words(200))</p>
        <section id="step1"><p>\(words(150))<b>\(words(50))</b></p>
        <math display="block"><mi>x</mi></math><p>where <math><mi>x</mi></math></p>
        <pre>\(words(900))</pre><div data-frame="1" hidden="hidden"><div>\(words(9))</div>
        <p>\(words(900))</p></div><div data-frame="0">\(words(99))</div></section>
        <section id="step2"><table><tr><td>\(words(900))</td></tr></table>
        <img alt="\(words(900))"/>\(words(40))</section></body></html>
        """)
    #expect(abs(time.total - (1 + 1 + 0.5 + 0.5 + 0.2)) < 1e-9)
    #expect(abs((time.sections["step1"] ?? 0) - 2) < 1e-9)
    #expect(abs((time.sections["step2"] ?? 0) - 0.2) < 1e-9)
    #expect([0, 1.4, 1.6].map(ReadingTime.rounded) == [1, 1, 2])
  }

  /// A path lists its steps by question and adds up their minutes, here twice that of a short step.
  @Test func aPathListsItsSteps() throws {
    let html = try index(map())
    #expect(html.contains("<h3>Fast <small>1 minute</small></h3>"))
    #expect(html.contains("<a href=\"bell.html#step2\"><span class=\"equations\">Claims</span>"))
    #expect(html.contains("</span> Do they hold?</a>"))
  }

  /// Blocks of 2 × 2 pixels become their mean; a picture that fits stays as it is.
  @Test func aPictureIsShrunkByMeans() {
    let picture = Picture(width: 4, height: 2) { row, column in
      Color(UInt8(100 * row), UInt8(10 * column), 7)
    }
    let small = picture.shrunk(toWidth: 2, height: 9)
    #expect(small.width == 2 && small.height == 1)
    // Rows 0 and 100 have the mean 50, columns 0 and 10 the mean 5, columns 20 and 30 the mean 25.
    #expect(small.bytes == [50, 5, 7, 50, 25, 7])
    #expect(picture.shrunk(toWidth: 4, height: 2) == picture)
  }

  /// The card shows the view that the chapter names, reduced to the size of a card.
  @Test func aCardShowsTheViewOfItsChapter() throws {
    let image = try #require(
      try requireWellFormed(try index(nil, cover: "psi_z")).first { $0.name == "img" })
    let view = try #require(
      demoChapter().run().steps[0].page.views.first { $0.name == "psi_z" })
    let small = view.rendering.picture.shrunk(toWidth: 320, height: 200)
    let source = try #require(image.attributes["src"])
    let data = try #require(Data(base64Encoded: String(source.dropFirst(22))))
    #expect(try PNGFile.read(data, alpha: .keep).samples == small.bytes.map(UInt16.init))
    #expect(small.width <= 320 && small.height <= 200 && image.attributes["alt"] == "psi_z")
  }
}
