import TestSupport
import Tensors
import Testing
import VolumeWeights

/// Every case of `Fixtures/VolumeWeights`, values and first derivatives.
@Suite("Eq. 2–4, golden files")
struct ManifestGoldenTests {
  @Test(arguments: try GoldenCase.all(of: "VolumeWeights"))
  func agreesWithTheGoldenFiles(_ golden: GoldenCase) throws {
    try expectGolden(golden) { try answers(of: golden, to: $0) }
  }

  /// Both rules for the last spacing, and a case of extreme densities.
  @Test func theGoldenFilesCoverTheChoices() throws {
    let cases = try GoldenCase.all(of: "VolumeWeights")
    let rules = try Set(cases.map { try $0.word("lastSpacing") })
    #expect(rules == ["infinite", "far"])
    #expect(cases.contains { $0.name == "extreme" })
  }
}

/// What this module says to a golden case.
func answers(of golden: GoldenCase, to inputs: [String: Tensor]) throws -> [String: Tensor] {
  let rendering = try rendering(of: golden)
  guard let density = inputs["density"], let depths = inputs["ray_depths"] else { return [:] }
  let ray = rendering.ray(density: density, at: depths)
  let weights = ray.renderingWeights
  var answers = [
    "spacing": rendering.spacing(depths), "opacity": ray.opacity,
    "transmittance": ray.transmittance, "weights": weights,
    "expected_depth": rendering.expectedDepth(weights, at: depths),
    "normalized_depth": rendering.normalizedDepth(weights, at: depths),
  ]
  answers["rendered_feature"] = inputs["features"].map { rendering.rendered(weights, $0) }
  return answers
}

/// The equations with a case's parameters.
func rendering(of golden: GoldenCase) throws -> VolumeWeights {
  let isInfinite = try golden.word("lastSpacing") == "infinite"
  return VolumeWeights(
    opticalScale: try golden.number("opticalScale"),
    lastSpacing: isInfinite ? .infinite : .far(try golden.number("far")))
}
