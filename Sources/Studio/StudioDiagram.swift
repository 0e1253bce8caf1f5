/// The boxes of figure 2 and the tensors that leave them.
enum StudioDiagram {
  /// What a tensor depends on, so that a move of the camera asks only for what it changes.
  enum Reads: String {
    case latents, lifting, everything
  }

  /// An arrow of the figure.
  struct Tensor {
    /// The dump name, in which `{k}` stands for the two-digit part.
    let name: String
    let symbol: String
    let meaning: String
    let reads: Reads

    init(_ name: String, _ symbol: String, _ meaning: String, _ reads: Reads) {
      (self.name, self.symbol, self.meaning, self.reads) = (name, symbol, meaning, reads)
    }
  }

  /// A box of the figure.
  struct Stage {
    let title: String
    let equations: String
    let tensors: [Tensor]
    var isOfMasks = false
  }

  static let stages = [
    Stage(
      title: "Latents", equations: "Eq. 1",
      tensors: [.init("wplus", "W⁺", "one row each", .latents)]),
    Stage(
      title: "Part generators", equations: "Fig. 3",
      tensors: [
        .init("part{k}_feature2d", "fₖ²ᵈ", "features", .latents),
        .init("part{k}_density2d", "σₖ²ᵈ", "densities", .latents),
        .init("part{k}_depth2d", "dₖ", "depths", .latents),
        .init("part{k}_depth_absolute", "d̂ₖ", "in the volume", .latents),
      ]),
    Stage(
      title: "Lifting", equations: "Eq. 5–7",
      tensors: [
        .init("part{k}_psi", "ψₖ", "bells along z", .lifting),
        .init("part{k}_density3d", "σₖ³ᵈ", "density volume", .lifting),
        .init("part{k}_feature3d", "fₖ³ᵈ", "feature volume", .lifting),
      ]),
    Stage(
      title: "Fusion", equations: "Eq. 8",
      tensors: [
        .init("fused_density3d", "σ³ᵈ", "all densities", .lifting),
        .init("fused_feature3d", "f³ᵈ", "all features", .lifting),
      ]),
    Stage(
      title: "Volume renderer", equations: "Eq. 2–4",
      tensors: [
        .init("ray_transmittance", "Tᵢ", "transmittance", .everything),
        .init("ray_weights", "wᵢ", "weights", .everything),
        .init("render_feature", "f", "rendered features", .everything),
        .init("render_depth", "Σwᵢtᵢ", "rendered depth", .everything),
      ]),
    Stage(
      title: "Mask renderer", equations: "Eq. 9–11",
      tensors: [
        .init("part{k}_ray_density", "σₖᵢ", "on the rays", .everything),
        .init("mask_init", "m init", "mask logits", .everything),
        .init("mask_coarse", "m", "coarse mask", .everything),
      ], isOfMasks: true),
    Stage(
      title: "Render net", equations: "§3.3",
      tensors: [
        .init("image", "x", "image", .everything),
        .init("mask_residual", "Δm", "mask residual", .everything),
        .init("mask_final", "m hr", "final mask", .everything),
      ]),
  ]
}
