import Inspection

// The map of the tour: the paper's figure 2, redrawn, with the losses of equations 12 and 13.
extension TourMap {
  /// The map of the chapters that explain the paper.
  ///
  /// - Parameter portrait: the chapter on a portrait, which the library of chapters does not contain, for
  ///   the path through the whole model; nil leaves it out.
  /// - Returns: a map whose links lead to these chapters.
  public static func paper(with portrait: Chapter? = nil) -> TourMap {
    TourMap(
      title: "The model on one page",
      caption: """
        The paper's figure 2: from random numbers and a camera to a portrait and its mask, and to the \
        losses that train the model. Every box and every arrow leads to the step that explains it. \
        Green arrows belong to the mask renderer.
        """,
      boxes: PaperMap.generating + PaperMap.rendering + PaperMap.training,
      arrows: PaperMap.arrowsOfGenerating + PaperMap.arrowsOfRendering + PaperMap.arrowsOfTraining,
      paths: PaperMap.paths(portrait: portrait))
  }
}

/// The boxes and arrows of the map, in the order of the computation.
enum PaperMap {
  typealias Box = TourMap.Box
  typealias Arrow = TourMap.Arrow
  typealias Target = TourMap.Target

  // The rows of the wide and the columns of the narrow diagram are the same lanes: features, densities,
  // and depths, which the masks follow.

  static let generating: [Box] = [
    Box(
      "noise", "Noise z", meaning: "random numbers from a normal distribution",
      target: Target("mapping-and-latents", step: "§3.1, pixel norm"),
      wide: .init(0, 0), narrow: .init(1, 0)),
    Box(
      "mapping", "Mapping\nnetwork", equation: "§3.1", meaning: "an MLP from z to w",
      target: Target("mapping-and-latents", step: "§3.1, mapping layers"),
      wide: .init(0, 1), narrow: .init(2, 0)),
    Box(
      "wplus", "Latents W⁺", equation: "Eq. 1",
      meaning: "a base latent, and a shape and a texture latent for every part",
      target: Target("w-plus-factorization", step: "Eq. 1"),
      wide: .init(0, 2), narrow: .init(2, 1)),
    Box(
      "fourier", "Fourier\nfeatures", equation: "Fig. 3",
      meaning: "sines and cosines of the position of a pixel",
      target: Target("part-generator", step: "Fourier features"),
      wide: .init(1, 0), narrow: .init(1, 1)),
    Box(
      "generators", "Part\ngenerators\nG₁ … G_K", equation: "Fig. 3",
      meaning: "one 2D generator for each semantic part", target: Target("part-generator"),
      wide: .init(1, 1, rows: 3), narrow: .init(0, 2, columns: 3)),
    Box(
      "depth", "Relative to\nabsolute", equation: "§3.2, d̂",
      meaning: "adds the depth of the face base to the relative depths of the parts above it",
      target: Target("relative-depth", step: "§3.2, d̂"),
      wide: .init(2, 3), narrow: .init(0, 3)),
    Box(
      "lifting", "Gaussian\nlifting", equation: "Eq. 5–7",
      meaning: "spreads each pixel along z around its depth",
      target: Target("gaussian-lifting", step: "Eq. 7"),
      wide: .init(3, 1, rows: 3), narrow: .init(0, 4, columns: 3)),
    Box(
      "fusion", "Fusion\nof all parts", equation: "Eq. 8",
      meaning: "adds up the volumes of all parts",
      target: Target("part-fusion", step: "Eq. 8, Fig. 8"),
      wide: .init(4, 1, rows: 2), narrow: .init(1, 5, columns: 2)),
  ]

  static let rendering: [Box] = [
    Box(
      "camera", "Camera", meaning: "yaw and pitch of the view",
      target: Target("pipeline", step: "Camera"), wide: .init(5, 0), narrow: .init(1, 7)),
    Box(
      "volume renderer", "Volume renderer", meaning: "walks along a ray for every pixel",
      target: Target("volume-weights"), wide: .init(5, 1, rows: 3),
      narrow: .init(0, 6, columns: 3), isFrame: true),
    Box(
      "weights", "Weights\nalong rays", equation: "Eq. 2–3",
      meaning: "the share of each sample in the light of its ray",
      target: Target("volume-weights", step: "Eq. 2–3"), wide: .init(5, 2), narrow: .init(1, 6)),
    Box(
      "feature renderer", "Feature\nrenderer", equation: "Eq. 4",
      meaning: "sums the features along each ray", target: Target("volume-weights", step: "Eq. 4"),
      wide: .init(5, 1), narrow: .init(2, 6)),
    Box(
      "mask renderer", "Mask\nrenderer", equation: "Eq. 9–11",
      meaning:
        "3D-aware: sums the density of each part along each ray; softmax makes masks of the sums",
      target: Target("mask-softmax", step: "Eq. 10–11"), wide: .init(5, 3), narrow: .init(0, 6)),
    Box(
      "render net", "Render\nnet R", equation: "§3.3",
      meaning: "a 2D network from the rendered features to the portrait",
      target: Target("render-net", step: "§3.3, blocks"),
      wide: .init(6, 1, rows: 2), narrow: .init(1, 8, columns: 2)),
    Box(
      "mask sum", "Upsample\nand add Δm", equation: "§3.3",
      meaning: "the final mask: the enlarged coarse mask plus a residual",
      target: Target("render-net", step: "m_hr, Δm"), wide: .init(6, 3), narrow: .init(0, 8)),
  ]

  static let training: [Box] = [
    Box(
      "data", "Real\nportraits", equation: "§3.4",
      meaning: "photographs with their masks", target: Target("training-step", step: "Real batch"),
      wide: .init(7, 0), narrow: .init(1, 9)),
    Box(
      "discriminator", "Discriminator\nD", equation: "§3.4",
      meaning: "one score for a portrait with its mask", target: Target("discriminator"),
      wide: .init(7, 1, rows: 3), narrow: .init(0, 10, columns: 3)),
    Box(
      "SSGAN loss", "Loss\nof SSGAN", equation: "§3.4",
      meaning: "adversarial loss, mask loss and regularization",
      target: Target("training-step", step: "Generator loss"),
      wide: .init(7, 4), narrow: .init(2, 11)),
    Box(
      "smoothness loss", "Depth\nsmoothness", equation: "Eq. 13",
      meaning: "a loss on differences between neighboring depths",
      target: Target("depth-smoothness", step: "Eq. 13, a bump"),
      wide: .init(5, 4), narrow: .init(0, 11)),
    Box(
      "total loss", "Total loss", equation: "Eq. 12", meaning: "the weighted sum of both losses",
      target: Target("depth-smoothness", step: "Eq. 12"), wide: .init(6, 4), narrow: .init(1, 11)),
  ]
}
