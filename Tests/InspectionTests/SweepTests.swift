import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Inspection

@Suite("Sliders")
struct SweepTests {
  /// A chapter whose slider moves a picture, a number, a formula and a claim, but not a table.
  private func chapter(bound: Double = 100) -> Chapter {
    Chapter(
      "moving", title: "Moves", equations: "Eq. 1", introduction: "",
      parameters: [
        Parameter("alpha", 2, in: 0.5...8, unit: "1/plane²", meaning: "how narrow")
      ]
    ) {
      Step("Eq. 1", "What moves?", formulas: ["x"], sweep: Sweep("alpha", [1, 2, 4])) { page in
        let alpha = page["alpha"]
        page.number("twice α", 2 * alpha)
        page.equality("y", .number(alpha) * 3, equals: alpha * 3, within: 0)
        page.map("still", .zeros([2, 2]), caption: "always the same")
        page.map("map", Tensor.zeros([2, 2]) + alpha, range: 0...8, caption: "moves")
        page.curve("curve", [0, alpha], caption: "moves")
        page.bars("bars", [alpha], labels: ["α"], caption: "moves")
        page.holds("α is small", alpha, atMost: bound)
        page.table("Fixed", columns: ["a"], rows: [["1"]])
      }
    }
  }

  private func page(_ chapter: Chapter, alpha: Double = 2) throws -> (String, [Claim]) {
    let folder = try TemporaryFolder()
    let failures = try Walkthrough(chapter).runUnattended(
      into: folder.url, settings: ["moving": ["alpha": alpha]],
      console: Console(.nullDevice, hasColor: false))
    return (try folder.text("moving.html"), failures)
  }

  @Test func everyValueHasAFrameAndTheCurrentOneIsShown() throws {
    let (html, _) = try page(chapter())
    let elements = try requireWellFormed(html)
    let sliders = elements.filter { $0.name == "input" }
    #expect(sliders.map { $0.attributes["data-labels"] } == ["1 / plane²|2 / plane²|4 / plane²"])
    #expect(sliders.first?.attributes["value"] == "1")
    let frames = elements.filter { $0.attributes["data-frame"] != nil }
    // Number, formula, three pictures and the claim move; the picture of zeros and the table do not.
    #expect(frames.count == 6 * 3)
    for index in ["0", "1", "2"] {
      let shown = frames.filter { $0.attributes["data-frame"] == index }
      #expect(shown.allSatisfy { ($0.attributes["hidden"] == nil) == (index == "1") })
    }
    #expect(html.contains("<span data-frame=\"0\" hidden=\"hidden\">2</span>"))
    #expect(html.contains("<span data-frame=\"2\" hidden=\"hidden\">8</span>"))
  }

  /// A bar of twice the value is twice as long, because the frames share one axis.
  @Test func framesOfAChartShareTheirAxes() throws {
    let (html, _) = try page(chapter())
    let bars = html.split(separator: "class=\"bar\" d=\"").dropFirst().compactMap { text in
      Double(text.prefix { $0 != "\"" }.split(separator: "h-").last?.dropLast() ?? "")
    }
    try #require(bars.count == 3)
    #expect(abs(bars[1] / bars[0] - 2) < 0.01 && abs(bars[2] / bars[0] - 4) < 0.02)
  }

  @Test func aValueThatIsNoFrameBecomesOne() throws {
    let (html, _) = try page(chapter(), alpha: 3)
    #expect(html.contains("data-labels=\"1 / plane²|2 / plane²|3 / plane²|4 / plane²\""))
    #expect(html.contains("max=\"3\" step=\"1\" value=\"2\""))
  }

  /// A claim that fails at another value of the slider is a failure of the run.
  @Test func everyFrameIsChecked() throws {
    let (html, failures) = try page(chapter(bound: 3))
    #expect(failures.map(\.text) == ["alpha = 4: α is small"])
    #expect(html.contains("✗ 1 of 3 claims fail"))
  }

  @Test func numbersOfEveryFrameAreReadWithoutScripts() throws {
    let (html, _) = try page(chapter())
    #expect(html.contains("<tr><td>4</td><td>8</td><td>12</td></tr>"))
  }

  @Test func onlyNamedPicturesMove() throws {
    var steps = chapter().steps
    let step = steps.removeFirst()
    let named = Chapter(
      "moving", title: "Moves", equations: "Eq. 1", introduction: "",
      parameters: chapter().parameters
    ) {
      Step(
        step.title, step.question, sweep: Sweep("alpha", [1, 2, 4], moving: ["curve"]),
        work: step.work)
    }
    let html = try page(named).0
    let elements = try requireWellFormed(html)
    #expect(elements.filter { $0.attributes["data-frame"] != nil }.count == 4 * 3)
    // A picture that would move says at which value it stands still; one that never changes does not.
    #expect(html.components(separatedBy: "moves; shown for alpha = 2 / plane²").count == 3)
    #expect(html.contains("always the same <"))
  }

  /// A reader of one page has not seen the excerpts of another one.
  @Test func excerptsAreFoldedOnlyWhereThePageHasShownThem() throws {
    func chapter(_ name: String) -> Chapter {
      let excerpt = CodeExcerpt(
        "Tests/InspectionTests/Bell.swift", declaration: "func bell(", in: Clone.folder)
      return Chapter(name, title: name, equations: name, introduction: "") {
        Step("one", "First?", code: [excerpt]) { $0.number("a", 1) }
        Step("two", "Again?", code: [excerpt]) { $0.number("a", 1) }
      }
    }
    let folder = try TemporaryFolder()
    try Walkthrough("Tour", introduction: "", chapters: [chapter("x"), chapter("y")])
      .runUnattended(into: folder.url, console: Console(.nullDevice, hasColor: false))
    for page in ["x.html", "y.html"] {
      #expect(try folder.text(page).components(separatedBy: "shown above").count == 2)
    }
  }

  @Test func aPageWithoutSlidersHasNoScript() throws {
    let folder = try TemporaryFolder()
    try Walkthrough(demoChapter()).runUnattended(
      into: folder.url, console: Console(.nullDevice, hasColor: false))
    #expect(!(try folder.text("bell.html")).contains("<script"))
  }
}
