import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Inspection

@Suite("Pages")
struct PageTests {
  private func pages(failing: Bool = false) throws -> (chapter: String, index: String) {
    let folder = try TemporaryFolder()
    let walkthrough = Walkthrough(
      "A \"tour\"", introduction: "Look & see.", chapters: [demoChapter(failing: failing)])
    let null = FileHandle.nullDevice
    try walkthrough.runUnattended(into: folder.url, console: Console(null, hasColor: false))
    return (try folder.text("bell.html"), try folder.text("index.html"))
  }

  @Test func pagesAreWellFormedAndSelfContained() throws {
    let (chapter, index) = try pages()
    for html in [chapter, index] {
      let elements = try requireWellFormed(html)
      #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("//cdn"))
      #expect(!elements.contains { ["script", "link", "iframe"].contains($0.name) })
      for element in elements {
        if let source = element.attributes["src"] {
          #expect(source.hasPrefix("data:image/png;base64,"))
        }
      }
      #expect(!html.contains("@import") && !html.contains("url("))
      #expect(html.contains("prefers-color-scheme: dark") && html.contains("width=device-width"))
    }
    #expect(index.contains("href=\"bell.html\"") && chapter.contains("href=\"index.html\""))
  }

  @Test func everyPictureHasItsTextAndItsPixels() throws {
    let elements = try requireWellFormed(try pages().chapter)
    let images = elements.filter { $0.name == "img" }
    let charts = elements.filter { $0.name == "svg" }
    let texts = images.compactMap { $0.attributes["alt"] }
    #expect(texts.count == 1 && charts.count == 1)
    // e⁻² = 0.1353, 1, e⁻² and e⁻⁸ = 0.0003355: their mean is 0.3178.
    let numbers = "min 0.0003355, max 1, mean 0.3178"
    #expect(texts.first == "part01_psi, shape 4 × 1 × 1, \(numbers) (share)")
    #expect(charts.first?.attributes["aria-label"] == "psi_z, shape 1 × 2 × 4, \(numbers)")
    let volume = Rendering.volume(bell(alpha: 2, planes: 4), unit: "share").picture
    let source = try #require(images.first?.attributes["src"])
    let data = try #require(Data(base64Encoded: String(source.dropFirst(22))))
    let image = try PNGFile.read(data, alpha: .keep)
    #expect(image.samples == volume.bytes.map(UInt16.init))
    #expect(images.first?.attributes["width"] == "\(volume.width)")
  }

  @Test func pageShowsFormulaSymbolsCodeNumbersAndClaims() throws {
    let html = try pages().chapter
    #expect(html.contains("<math display=\"block\""))
    #expect(html.contains("<code>Tests/InspectionTests/Bell.swift:"))
    #expect(html.contains("(-<span data-symbol=\"0\">alpha</span> * offset.squared())"))
    #expect(html.contains("<tr tabindex=\"0\" data-symbol=\"1\">"))
    // The name of a symbol leads to its first use outside comments, which is the only anchor.
    #expect(html.contains("<a href=\"#step1-symbol0\"><code>alpha</code></a>"))
    #expect(html.contains("(<span id=\"step1-symbol0\" data-symbol=\"0\">alpha</span>: Double"))
    #expect(html.components(separatedBy: "id=\"step1-symbol0\"").count == 2)
    #expect(html.contains("Nowhere.swift: the source is not here"))
    #expect(html.contains("<dt>α</dt><dd>2 / plane²</dd>"))
    #expect(html.contains("A bell &lt;along&gt; z") && html.contains("First paragraph &amp; more."))
    #expect(html.contains("<td>&lt; 2</td>"))
    #expect(html.contains("✓ all 3 claims hold"))
  }

  @Test func textBetweenBackticksIsCode() {
    #expect(HTML.inline("type `set a <1>` & go") == "type <code>set a &lt;1&gt;</code> &amp; go")
    #expect(HTML.inline("`a` or `b") == "<code>a</code> or `b")
    #expect(HTML.inline("plain") == "plain")
  }

  @Test func failuresAreWordsAsWellAsColors() throws {
    let (chapter, index) = try pages(failing: true)
    #expect(chapter.contains("<li><div class=\"fails\"><b>✗ fails</b>"))
    #expect(chapter.contains("4 is not in 5 … 6"))
    #expect(chapter.contains("✗ 1 of 3 claims fail") && index.contains("✗ 1 of 3 claims fail"))
  }

  @Test func adjacentChaptersAreLinked() throws {
    let folder = try TemporaryFolder()
    let chapters = ["first", "middle", "last"].map { name in
      Chapter(name, title: name, equations: "Eq. \(name)", introduction: "") {
        Step("a", "b") { page in page.holds("c", true) }
      }
    }
    try Walkthrough("Tour", introduction: "", chapters: chapters)
      .runUnattended(into: folder.url, console: Console(.nullDevice, hasColor: false))
    let middle = try folder.text("middle.html")
    #expect(middle.contains("rel=\"prev\" href=\"first.html\""))
    #expect(middle.contains("rel=\"next\" href=\"last.html\""))
    #expect(!(try folder.text("first.html")).contains("rel=\"prev\""))
    #expect(!(try folder.text("last.html")).contains("rel=\"next\""))
  }

  /// A note is named by its title, and its anchor is that of the heading on the web.
  @Test func aNoteHasItsTitleItsAnchorAndItsFirstSentence() throws {
    let note = try #require(PaperNote(5, in: Clone.folder))
    #expect(note.title == "The last sample has no next one")
    #expect(note.anchor == "5-the-last-sample-has-no-next-one")
    #expect(note.summary.hasSuffix(".") && note.summary.count > 20)
    #expect(PaperNote(0, in: Clone.folder) == nil)
    #expect(PaperNote.firstSentence("the [union](a.md#b) of `x`. More.") == "The union of `x`.")
    #expect(PaperNote.firstSentence("two readings:") == "Two readings.")
    #expect(PaperNote.firstSentence("δ_N = 10, w_i = 1. More") == "δ_N = 10, w_i = 1.")
  }

  /// Spaces at the ends of words in a formula are kept.
  @Test func wordsKeepTheirSpaces() {
    #expect(
      Formula(#"x \text{ without } y"#).mathML().contains("<mtext>\u{A0}without\u{A0}</mtext>"))
  }

  /// A line may break before the result, so that a narrow page does not cut it.
  @Test func theResultOfAnEqualityIsAPieceOfItsOwn() {
    let equality = Equality("T_2", .exp(-(2 * 0.5)), equals: exp(-1), within: 1e-12)
    let pieces = equality.mathML.components(separatedBy: "<math ").dropFirst()
    #expect(pieces.count == 2 && pieces.last?.contains("<mn>0.3679</mn>") == true)
    #expect(pieces.first?.contains("0.3679") == false)
  }
}
