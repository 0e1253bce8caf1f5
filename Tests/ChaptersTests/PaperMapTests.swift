import Chapters
import Testing

@testable import Inspection

/// The map of the tour: the paper's figure 2 with links to the steps.
@Suite("Map of the paper")
struct PaperMapTests {
  private let map = TourMap.paper()

  @Test func everyLinkLeadsToAStepThatExists() {
    for target in map.targets {
      #expect(
        target.address(among: Chapter.every) != nil, "\(target.chapter), \(target.step ?? "")")
    }
  }

  /// The links of the map together reach every chapter, apart from the gradients and the measure of edits,
  /// which figure 2 does not contain; the paths reach those.
  @Test func everyChapterIsReached() {
    let reached = Set(map.targets.map(\.chapter))
    #expect(reached == Set(Chapter.every.map(\.name)))
  }

  /// The arrows of figure 2 by its caption and by the sentences of §3.1 to §3.4 that describe it.
  @Test(arguments: [
    // §3.1: "a MLP is used to map z … into W space. Then, W is further expanded into W⁺."
    ("noise", "mapping"), ("mapping", "wplus"),
    // §3.1: "generators can then be used to generate … features from each Wᵏ"; §3.2: "Each G_k takes the
    // Fourier features, the generated latent Wᵏ".
    ("wplus", "generators"), ("fourier", "generators"),
    // §3.2: G_k "outputs a 2D feature map, 2D pseudo-depth map and 2D density map"; the lifting uses the
    // absolute depth d̂ = d + d_faceBase.
    ("generators", "lifting"), ("generators", "depth"), ("depth", "lifting"),
    // §3.3: "we first fuse them into a global 3D feature volume", and the density "in a similar way".
    ("lifting", "fusion"), ("fusion", "feature renderer"), ("fusion", "weights"),
    // §3.3: "given a camera pose, a 2D feature map could be obtained by a feature renderer", Eq. 4.
    ("camera", "volume renderer"), ("weights", "feature renderer"),
    // The green arrows, Eq. 10 and 11: σ_k is sampled and weighted by w_i.
    ("lifting", "mask renderer"), ("weights", "mask renderer"),
    // §3.3: R's "input is the rendered feature map, and the output is a rendered high-res image and a mask
    // residual"; m_hr = upsample(m) + Δm.
    ("feature renderer", "render net"), ("mask renderer", "mask sum"), ("render net", "mask sum"),
    // §3.4: D works "on the synthesized images and their corresponding masks" and on real pairs.
    ("render net", "discriminator"), ("mask sum", "discriminator"), ("data", "discriminator"),
    // Eq. 12 and 13.
    ("discriminator", "SSGAN loss"), ("SSGAN loss", "total loss"),
    ("generators", "smoothness loss"), ("smoothness loss", "total loss"),
  ])
  func everyArrowOfFigure2IsThere(start: String, end: String) {
    #expect(map.arrows.contains { $0.start == start && $0.end == end })
  }

  /// Features and densities are two tensors on the way through lifting and fusion.
  @Test func featuresAndDensitiesHaveArrowsOfTheirOwn() {
    for (start, end) in [("generators", "lifting"), ("lifting", "fusion")] {
      #expect(map.arrows.filter { $0.start == start && $0.end == end }.count == 2)
    }
  }

  @Test func namesAreUniqueAndEveryArrowHasBothItsBoxes() {
    let names = map.boxes.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(map.arrows.allSatisfy { names.contains($0.start) && names.contains($0.end) })
    #expect((map.boxes.map(\.meaning) + map.arrows.map(\.meaning)).allSatisfy { !$0.isEmpty })
  }

  /// Boxes do not overlap, and no arrow crosses a box between its ends.
  @Test(arguments: [MapDrawing.Layout.wide, .narrow])
  func nothingIsDrawnOverABox(layout: MapDrawing.Layout) {
    let drawing = MapDrawing(map: map, layout: layout, chapters: Chapter.every)
    let boxes = map.boxes.filter { !$0.isFrame }
    for (index, box) in boxes.enumerated() {
      let area = drawing.area(of: box)
      #expect(area.x >= 0 && area.right <= drawing.size.width)
      for other in boxes.dropFirst(index + 1) {
        #expect(!area.meets(drawing.area(of: other)), "\(box.name) and \(other.name)")
      }
      for arrow in map.arrows {
        let spots = drawing.line(of: arrow)
        #expect(spots.count > 1, "\(arrow.start) to \(arrow.end)")
        #expect(spots.allSatisfy { $0.x >= 0 && $0.y >= 0 })
        for (start, end) in zip(spots, spots.dropFirst()) {
          #expect(start.x == end.x || start.y == end.y)
          let line = MapDrawing.Area(
            x: min(start.x, end.x), y: min(start.y, end.y), width: abs(start.x - end.x),
            height: abs(start.y - end.y))
          #expect(!area.meets(line), "\(arrow.start) to \(arrow.end) crosses \(box.name)")
        }
      }
    }
  }

  /// The narrow drawing fits beside the margins of a window of 420 pixels without being reduced much.
  @Test func theNarrowMapFitsOnAPhone() {
    let width = MapDrawing(map: map, layout: .narrow, chapters: []).size.width
    #expect(width <= 420)
  }

  @Test(arguments: Chapter.every.map(\.name))
  func everyChapterHasThePictureOfItsCard(name: String) throws {
    let chapter = try #require(Chapter.every.first { $0.name == name })
    let cover = try #require(chapter.cover, "\(name) names no view for its card")
    let names = chapter.run().steps.flatMap { $0.page.views.map(\.name) }
    #expect(names.contains(cover), "\(name) has no view \(cover): \(names)")
  }
}

extension MapDrawing.Area {
  /// Whether the inner areas of two rectangles meet; a common edge does not count.
  fileprivate func meets(_ other: MapDrawing.Area) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }
}
