import ModelConfiguration

/// The names of all tensors that can be dumped, in the order of figure 2.
public enum DumpNames {
  /// Returns a part's prefix with its two-digit number, for example `part03`.
  public static func part(_ part: Int) -> String { part < 10 ? "part0\(part)" : "part\(part)" }

  /// Returns all names for a model of this configuration.
  public static func all(_ model: Configuration) -> [String] {
    let between =
      switch model.kind {
      case .lifted: maps(model) + volumes(model) + view(model)
      case .field: volumes(model) + view(model)
      case .flat: flat(model)
      }
    return latents + between + ["image", "mask_residual", "mask_final"]
  }

  /// The names of the latents, equation 1.
  static let latents = ["z", "w", "wplus", "wplus_expanded"]

  static func flat(_ model: Configuration) -> [String] {
    (0..<model.parts).map { "\(part($0))_depth2d" } + ["render_feature", "mask_coarse"]
  }

  static func maps(_ model: Configuration) -> [String] {
    // The two base maps of scaleShift are not layers of Fig. 3.
    let base = model.baseStyle == .scaleShift ? ["base_scale", "base_shift"] : []
    let layers = model.layersPerPart - (model.baseStyle == .scaleShift ? model.baseLayers : 0)
    let kinds =
      ["fourier"] + base + (0..<layers).map { "layer\($0)" }
      + ["depth2d", "depth_absolute", "density2d", "feature2d"]
    return (0..<model.parts).flatMap { part in kinds.map { "\(self.part(part))_\($0)" } }
  }

  /// Returns the names of the volumes, `[D, H, W]` or `[C, D, H, W]`; none for a flat model.
  ///
  /// A 3D generator per part has no stored volume. Its densities are evaluated at the voxel centers; its
  /// features are not dumped.
  public static func volumes(_ model: Configuration) -> [String] {
    guard model.kind == .lifted else {
      return model.kind == .flat
        ? [] : (0..<model.parts).map { "\(part($0))_density3d" } + ["fused_density3d"]
    }
    return (0..<model.parts).flatMap { part in
      ["psi", "density3d", "feature3d"].map { "\(self.part(part))_\($0)" }
    } + ["fused_density3d", "fused_feature3d"]
  }

  static func view(_ model: Configuration) -> [String] {
    ["ray_points", "ray_depths", "ray_density", "ray_transmittance", "ray_weights"]
      + (0..<model.parts).map { "\(part($0))_ray_density" }
      + ["render_feature", "render_depth", "mask_init", "mask_coarse"]
  }
}
