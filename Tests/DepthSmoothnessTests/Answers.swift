import DepthSmoothness
import TestSupport
import Tensors

/// What this module answers to a golden case.
func answers(of golden: GoldenCase, to inputs: [String: Tensor]) throws -> [String: Tensor] {
  guard let depth = inputs["depth"] else { return [:] }
  guard let adversarial = inputs["ssgan_loss"] else {
    let images = (0..<depth.shape[0]).map { DepthSmoothness().loss(depth[$0]) }
    return [
      "smoothness": DepthSmoothness().loss(depth), "smoothness_per_image": .stacked(images),
    ]
  }
  let smoothness = try smoothness(of: golden)
  let loss = smoothness.loss(depth)
  return [
    "smoothness": loss,
    "smoothness_gradient": try gradient(of: loss, withRespectTo: depth),
    "total": smoothness.total(adversarial: adversarial, smoothness: loss),
  ]
}

/// The loss with a case's parameters.
func smoothness(of golden: GoldenCase) throws -> DepthSmoothness {
  DepthSmoothness(
    weight: try golden.number("smoothnessWeight"),
    includesBackground: try golden.whole("partsLeftOut") == 0)
}
