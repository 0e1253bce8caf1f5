import Inspection

extension PaperMap {
  private static func at(_ points: (Double, Double)...) -> [TourMap.Point] {
    points.map { TourMap.Point($0.0, $0.1) }
  }

  static let arrowsOfGenerating: [Arrow] = [
    Arrow(
      "noise", to: "mapping", "z", meaning: "the noise",
      target: Target("mapping-and-latents", step: "§3.1, pixel norm"),
      wide: at((0, 0), (0, 1)), narrow: at((1, 0), (2, 0))),
    Arrow(
      "mapping", to: "wplus", "w", meaning: "the latent",
      target: Target("mapping-and-latents", step: "Truncation"),
      wide: at((0, 1), (0, 2)), narrow: at((2, 0), (2, 1))),
    Arrow(
      "wplus", to: "generators", "Wᵏ", meaning: "the latents of part k",
      target: Target("w-plus-factorization", step: "W^k"),
      wide: at((0, 2), (1, 2)), narrow: at((2, 1), (2, 2))),
    Arrow(
      "fourier", to: "generators", "position", meaning: "64 channels that encode the position",
      target: Target("part-generator", step: "Base layer"),
      wide: at((1, 0), (1, 1)), narrow: at((1, 1), (1, 2))),
    Arrow(
      "generators", to: "lifting", "features fₖ²ᵈ", meaning: "the 2D feature map of part k",
      target: Target("part-generator", step: "Texture layers"),
      wide: at((1, 1), (3, 1)), narrow: at((2, 2), (2, 4))),
    Arrow(
      "generators", to: "lifting", "densities σₖ²ᵈ", meaning: "the 2D density map of part k",
      target: Target("part-generator", step: "Shape layers"),
      wide: at((1, 2), (3, 2)), narrow: at((1, 2), (1, 4))),
    Arrow(
      "generators", to: "depth", "dₖ", meaning: "the depth map of part k, relative to the face",
      target: Target("relative-depth", step: "§3.2, d"),
      wide: at((1, 3), (2, 3)), narrow: at((0, 2), (0, 3))),
    Arrow(
      "generators", to: "smoothness loss", "depths dₖ", meaning: "the depth maps of all parts",
      target: Target("training-step", step: "Eq. 12–13"),
      wide: at((1, 3), (1, 4), (5, 4)), narrow: at((0, 2), (-0.518, 2), (-0.518, 11), (0, 11))),
    Arrow(
      "depth", to: "lifting", "d̂ₖ", meaning: "the absolute depth of part k",
      target: Target("relative-depth", step: "§3.2, Fig. 7"),
      wide: at((2, 3), (3, 3)), narrow: at((0, 3), (0, 4))),
    Arrow(
      "lifting", to: "fusion", "fₖ³ᵈ", meaning: "the feature volume of part k",
      target: Target("gaussian-lifting", step: "Eq. 5–6"),
      wide: at((3, 1), (4, 1)), narrow: at((2, 4), (2, 5))),
    Arrow(
      "lifting", to: "fusion", "σₖ³ᵈ", meaning: "the density volume of part k",
      target: Target("pipeline", step: "Eq. 5–7"),
      wide: at((3, 2), (4, 2)), narrow: at((1, 4), (1, 5))),
    Arrow(
      "lifting", to: "mask renderer", "densities σₖ³ᵈ",
      meaning: "the density volume of part k, sampled on the rays",
      target: Target("pipeline", step: "Eq. 11, streaming"),
      wide: at((3, 3), (5, 3)), narrow: at((0, 4), (0, 6)), isOfMasks: true),
  ]

  static let arrowsOfRendering: [Arrow] = [
    Arrow(
      "fusion", to: "feature renderer", "f³ᵈ", meaning: "the fused feature volume",
      target: Target("pipeline", step: "Eq. 8"),
      wide: at((4, 1), (5, 1)), narrow: at((2, 5), (2, 6))),
    Arrow(
      "fusion", to: "weights", "σ³ᵈ", meaning: "the fused density volume",
      target: Target("part-fusion", step: "Eq. 8 in Eq. 11"),
      wide: at((4, 2), (5, 2)), narrow: at((1, 5), (1, 6))),
    Arrow(
      "camera", to: "volume renderer", "rays", meaning: "a ray for every pixel of the view",
      target: Target("pipeline", step: "Eq. 2–3"),
      wide: at((5, 0), (5, 1)), narrow: at((1, 7), (1, 6))),
    Arrow(
      "weights", to: "feature renderer", "wᵢ", meaning: "the weights of the samples on a ray",
      target: Target("volume-weights", step: "Eq. 4"),
      wide: at((5, 2), (5, 1)), narrow: at((1, 6), (2, 6))),
    Arrow(
      "weights", to: "mask renderer", "wᵢ", meaning: "the weights of the samples on a ray",
      target: Target("mask-softmax", step: "Eq. 10, Fig. 9"),
      wide: at((5, 2), (5, 3)), narrow: at((1, 6), (0, 6)), isOfMasks: true),
    Arrow(
      "feature renderer", to: "render net", "f", meaning: "the rendered feature map f_render",
      target: Target("pipeline", step: "Eq. 4"),
      wide: at((5, 1), (6, 1)), narrow: at((2, 6), (2, 8))),
    Arrow(
      "mask renderer", to: "mask sum", "m", meaning: "the coarse mask",
      target: Target("mask-softmax", step: "Eq. 9–11, view"),
      wide: at((5, 3), (6, 3)), narrow: at((0, 6), (0, 8)), isOfMasks: true),
    Arrow(
      "render net", to: "mask sum", "Δm", meaning: "the residual of the mask",
      target: Target("mask-softmax", step: "m_hr, §3.3"),
      wide: at((6, 2), (6, 3)), narrow: at((1, 8), (0, 8))),
    Arrow(
      "render net", to: "discriminator", "image", meaning: "the generated portrait",
      target: Target("pipeline", step: "Fig. 2, output"),
      wide: at((6, 1), (7, 1)), narrow: at((2, 8), (2, 10))),
    Arrow(
      "mask sum", to: "discriminator", "m_hr", meaning: "the final mask",
      target: Target("training-step", step: "Generated batch"),
      wide: at((6, 3), (7, 3)), narrow: at((0, 8), (0, 10))),
  ]

  static let arrowsOfTraining: [Arrow] = [
    Arrow(
      "data", to: "discriminator", "pairs", meaning: "real portraits with their masks",
      target: Target("training-step", step: "Discriminator loss"),
      wide: at((7, 0), (7, 1)), narrow: at((1, 9), (1, 10))),
    Arrow(
      "discriminator", to: "SSGAN loss", "scores",
      meaning: "the scores of real and generated pairs",
      target: Target("discriminator", step: "§3.4, sum"),
      wide: at((7, 3), (7, 4)), narrow: at((2, 10), (2, 11))),
    Arrow(
      "SSGAN loss", to: "total loss", "ℒ", meaning: "the loss of SemanticStyleGAN",
      target: Target("training-step", step: "Whole iteration"),
      wide: at((7, 4), (6, 4)), narrow: at((2, 11), (1, 11))),
    Arrow(
      "smoothness loss", to: "total loss", "ℒ_ds", meaning: "the depth smoothness loss",
      target: Target("depth-smoothness", step: "Eq. 12"),
      wide: at((5, 4), (6, 4)), narrow: at((0, 11), (1, 11))),
  ]
}
