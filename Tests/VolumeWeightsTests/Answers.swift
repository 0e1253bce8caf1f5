import TestSupport
import Tensors
import VolumeWeights

/// What this module answers to a golden case.
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
