import Inspection

extension PaperMap {
  static func paths(portrait: Chapter?) -> [TourMap.Path] {
    [
      TourMap.Path(
        "Every equation once",
        text: "One step for each equation, with its line of code. A quick way to check a formula.",
        targets: [
          Target("w-plus-factorization", step: "Eq. 1"),
          Target("volume-weights", step: "Eq. 2–3"),
          Target("volume-weights", step: "Eq. 4"),
          Target("relative-depth", step: "§3.2, d̂"),
          Target("gaussian-lifting", step: "Eq. 7"),
          Target("gaussian-lifting", step: "Eq. 5–6"),
          Target("part-fusion", step: "Eq. 8, Fig. 8"),
          Target("mask-softmax", step: "Eq. 10–11"),
          Target("mask-softmax", step: "Eq. 9"),
          Target("depth-smoothness", step: "Eq. 13, a bump"),
          Target("depth-smoothness", step: "Eq. 12"),
          Target("mean-difference", step: "Eq. 14"),
        ]),
      TourMap.Path(
        "The whole model",
        text: "How the parts work together, from a latent to a face that turns.",
        targets: [Target("generated-faces")] + (portrait.map { [Target($0.name)] } ?? []) + [
          Target("mapping-and-latents"), Target("part-generator"), Target("pipeline"),
          Target("render-net"),
        ]),
      TourMap.Path(
        "Training",
        text: "What the model minimizes, and how gradients of gradients are computed and checked.",
        targets: [
          Target("gradients"), Target("depth-smoothness"), Target("discriminator"),
          Target("training-step"),
        ]),
    ]
  }
}
