import Inspection
import Tensors
import Testing

@testable import Studio

/// The samples of a ray add up to what the renderer computed for its pixel.
@Suite("Rays of the studio")
struct RayTests {
  private static let pixels = [(0, 0), (16, 16), (31, 31), (5, 20), (20, 9)]

  @Test(arguments: pixels)
  func sumsAreTheRenderedPixel(pixel: (Int, Int)) throws {
    let model = try Small.model()
    for weights in [true, false] {
      let state = Small.state { $0.maskWeights = weights ? .rendering : .ones }
      let ray = try model.ray(row: pixel.0, column: pixel.1, of: state)
      #expect(ray.totals.count == 2 + 2 * Small.configuration.parts)
      for total in ray.totals {
        #expect(total.holds, "\(total.tensor), part \(total.part ?? -1): \(total.sum)")
      }
      // By hand, from the tensors of the view.
      let view = try model.made(state).portraits.view
      let index = ray.row * view.size + ray.column
      let weight = view.ray.renderingWeights[0, index].scalars
      let density = view.partDensities[0, index][axis: 1, 1].scalars
      let logit = zip(weight, density).reduce(0) { $0 + (weights ? $1.0 : 1) * $1.1 }
      let found = try #require(ray.totals.first { $0.tensor == "mask_init" && $0.part == 1 })
      #expect(abs(found.sum - logit) < 1e-12 * max(1, logit))
      #expect(abs(found.rendered - view.maskLogits[0, 1, ray.row, ray.column].item) == 0)
    }
  }

  /// The sums meet something dense, and rays differ, so that the test above can fail.
  @Test func someRayIsOpaqueAndSomeIsNot() throws {
    let model = try Small.model()
    let sums = try Self.pixels.map { row, column in
      try model.ray(row: row, column: column, of: Small.state).totals[0].sum
    }
    #expect((sums.max() ?? 0) > 0.1)
    #expect(Set(sums).count > 1)
  }

  @Test(arguments: pixels)
  func theEquationsHoldAtEverySample(pixel: (Int, Int)) throws {
    let ray = try Small.model().ray(row: pixel.0, column: pixel.1, of: Small.state)
    for index in ray.samples.indices {
      for equality in ray.equalities(at: index) {
        #expect(equality.claim.holds, "sample \(index): \(equality.line)")
      }
    }
  }

  /// The corners of the image are the corners of the coarse maps.
  @Test func cornersAreCorners() throws {
    let model = try Small.model()
    let (last, size) = (Small.configuration.imageSize - 1, Small.configuration.coarseSize)
    let ray = try model.ray(row: last, column: 0, of: Small.state)
    #expect(ray.row == size - 1 && ray.column == 0)
    for (row, column) in [(-1, 0), (0, last + 1), (Int.max, 0), (0, Int.min)] {
      #expect {
        try model.ray(row: row, column: column, of: Small.state)
      } throws: {
        "\($0)".contains("there is no pixel in row \(row), column \(column)")
      }
    }
  }

  @Test func theFragmentShowsTheSampleThatIsAskedFor() throws {
    let ray = try Small.model().ray(row: 16, column: 16, of: Small.state)
    let html = try RayFragment(ray, pixel: (16, 16), sample: 3).html
    #expect(html.contains("at sample <output>3</output>"))
    #expect(html.contains("<tr class=\"chosen\"><td>3</td>"))
    #expect(!html.contains("✗"))
    #expect(throws: StudioError("sample is 24, expected 0 … 23")) {
      try RayFragment(ray, pixel: (16, 16), sample: 24)
    }
  }
}
