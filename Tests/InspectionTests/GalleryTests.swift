import Tensors
import TestSupport
import Testing

@testable import Inspection

/// Galleries: single pictures on a page, one picture in a file.
@Suite("Galleries")
struct GalleryTests {
  private let palette = ClassPalette(
    names: ["ground", "a & b"], colors: [Color(hex: 0x102030), Color(hex: 0xA0B0C0)])
  private let labels = Tensor([2, 4], [0.0, 1, 1, 0, 0, 0, 1, 1])

  private func html(_ tiles: [Gallery.Tile], columns: Int = 2) throws -> String {
    var page = Page(equation: "Eq. 9", settings: [:], memory: Memory())
    page.gallery("masks", tiles, columns: columns, caption: "two <masks>")
    return try HTML.figure(try #require(page.views.first))
  }

  @Test func everyPictureIsAnImageOfAtLeast256Pixels() throws {
    let face = Gallery.Tile.picture("face", Picture(width: 64, height: 64))
    let text = try html([face.above(.labels("mask", labels, palette: palette)), face])
    #expect(text.matches(of: /<img\b/).count == 3)
    for match in text.matches(of: /width="(\d+)"/) { #expect((Int(match.1) ?? 0) >= 256) }
    #expect(text.matches(of: /class="pixels"/).count == 3)
    // Every image has a text of its own.
    let texts = text.matches(of: /alt="([^"]+)"/).map { String($0.1) }
    #expect(Set(texts).count == 3 && texts[0].contains("two &lt;masks&gt;"))
    try requireWellFormed(text)
  }

  @Test func aMaskBringsTheLegendOfAllClasses() throws {
    let mask = Gallery.Tile.labels("mask", labels, palette: palette)
    let text = try html([mask])
    #expect(
      text.contains("#102030\"></i>ground</li>") && text.contains("#A0B0C0\"></i>a &amp; b</li>"))
    #expect(!(try html([.picture("face", Picture(width: 2, height: 2))])).contains("legend"))
    // Also if the mask is below another picture.
    let pair = Gallery.Tile.picture("face", Picture(width: 4, height: 2)).above(mask)
    #expect(try html([pair]).contains("legend"))
  }

  /// By hand: 2 × 4 pixels become 128 × 256; a title of 20 rows and a gap of 2 stand above, the legend of
  /// 20 rows and its gap of 8 below.
  @Test func theFileHasTitlesPicturesAndLegend() {
    let mask = Gallery.Tile.labels("m", labels, palette: palette)
    let plain = Gallery.Tile("m", mask.pictures)
    let (one, two) = (Gallery([plain], columns: 1).picture, Gallery([mask], columns: 1).picture)
    #expect(one.width == 256 && one.height == 150)
    #expect(two.height == 150 + 28)
    #expect(two[22, 0] == Color(hex: 0x102030) && two[22, 64] == Color(hex: 0xA0B0C0))
    // The swatch of the first class, inside its outline.
    #expect(two[158 + 5, 5] == Color(hex: 0x102030))
    #expect(Gallery([plain, plain, plain], columns: 2).picture.height == 2 * 150 + 8)
  }

  /// The terminal gets the pixels alone.
  @Test func theCompactPictureHasNoTitles() {
    let mask = Gallery.Tile.labels("m", labels, palette: palette)
    let rendering = Rendering(Gallery([mask, mask], columns: 2))
    #expect(rendering.compact.width == 9 && rendering.compact.height == 2)
    #expect(rendering.picture.width == 2 * 256 + 8)
  }
}

/// Indices below the line in texts of pages.
@Suite("Indices in texts")
struct IndexTextTests {
  @Test(arguments: [
    ("D_mean / 20", "D<sub>mean</sub> / 20"), ("w_i and ℒ_ds", "w<sub>i</sub> and ℒ<sub>ds</sub>"),
    ("part_layer4", "part_layer4"), ("a < b_i", "a &lt; b<sub>i</sub>"), ("_x", "_x"),
    ("m_init, m_hr", "m<sub>init</sub>, m<sub>hr</sub>"), ("x_1", "x_1"),
    ("ray_part_densities", "ray_part_densities"), ("s_t_u", "s_t_u"),
  ])
  func aLetterWithAnIndexIsSet(text: String, html: String) {
    #expect(HTML.text(text) == html)
  }

  @Test func codeStaysAsItIs() {
    #expect(HTML.inline("`m_hr` is m_hr") == "<code>m_hr</code> is m<sub>hr</sub>")
  }
}

/// The slider of a part shows tensors whose names differ in the number of the part.
@Suite("Names of any part")
struct AnyPartTests {
  @Test(arguments: [
    ("part03_density2d", "part_density2d"), ("part12_layer4", "part_layer4"),
    ("part_density2d", "part_density2d"), ("fused_density3d", "fused_density3d"),
    ("parts", "parts"),
  ])
  func theNumberIsLeftOut(name: String, kind: String) {
    #expect(DumpName.ofAnyPart(name) == kind)
  }

  @Test func aSliderMovesAcrossParts() throws {
    let chapter = Chapter(
      "parts", title: "Parts", equations: "", introduction: "",
      parameters: [
        Parameter(choice: "part", 1, of: ["ground", "face", "nose"], meaning: "the part")
      ]
    ) {
      Step("One", "Which?", sweep: Sweep("part", [0, 1, 2], moving: ["part_depth2d"])) { page in
        page.map("part0\(Int(page["part"]))_depth2d", Tensor([1, 2], [0, page["part"]]))
      }
    }
    let outcome = chapter.withFrames(
      chapter.run(step: 0, settings: chapter.defaults, memory: Memory()), settings: chapter.defaults
    )
    let text = try StepSection(
      outcome, parameters: chapter.parameters, links: PackageLinks(from: nil)
    ).html
    for part in 0..<3 { #expect(text.contains("part0\(part)_depth2d")) }
    #expect(text.contains("data-labels=\"ground|face|nose\""))
    #expect(text.contains("data-frame=\"2\""))
  }
}
