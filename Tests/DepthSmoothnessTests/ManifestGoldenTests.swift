import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// Every case of `Fixtures/DepthSmoothness`, values and first derivatives.
@Suite("Eq. 12–13, golden files")
struct ManifestGoldenTests {
  @Test(arguments: try GoldenCase.all(of: "DepthSmoothness"))
  func agreesWithTheGoldenFiles(_ golden: GoldenCase) throws {
    try expectGolden(golden) { try answers(of: golden, to: $0) }
  }

  @Test func theGoldenFilesCoverTheChoices() throws {
    let cases = try GoldenCase.all(of: "DepthSmoothness").map(\.name)
    #expect(Set(cases) == ["one_image", "background_left_out", "batch"])
  }
}

/// What this module says to a golden case.
func answers(of golden: GoldenCase, to inputs: [String: Tensor]) throws -> [String: Tensor] {
  guard let depth = inputs["depth"] else { return [:] }
  guard let adversarial = inputs["ssgan_loss"] else {
    let images = (0..<depth.shape[0]).map { DepthSmoothness().loss(depth.at(0, $0)) }
    return [
      "smoothness": DepthSmoothness().loss(depth), "smoothness_per_image": .stacked(images),
    ]
  }
  let smoothness = try smoothness(of: golden)
  let loss = smoothness.loss(depth)
  return [
    "smoothness": loss,
    "smoothness_gradient": try gradient(of: loss, withRespectTo: depth),
    "total": smoothness.total(adversarial: adversarial, depth: depth),
  ]
}

/// The loss with a case's parameters.
func smoothness(of golden: GoldenCase) throws -> DepthSmoothness {
  DepthSmoothness(
    weight: try golden.number("smoothnessWeight"),
    includesBackground: try golden.whole("partsLeftOut") == 0)
}
