/// The sections of a dump's page.
///
/// A kind is a dump name without its part; a numbered kind stands for all its numbers.
struct DumpStation {
  let headline: String
  let explanation: String
  let kinds: [String]

  /// The kinds that are followed by a number, for example `layer0`.
  static let numberedKinds = ["layer", "noise"]

  /// The sections, following figure 2 from left to right.
  static let all = [
    DumpStation(
      headline: "Latents",
      explanation: "A random z is mapped to w, and w is repeated to form W⁺ (equation 1).",
      kinds: ["z", "z_mixed", "w", "w_mixed", "wplus", "wplus_expanded"]),
    DumpStation(
      headline: "Part generators",
      explanation: "Each part's network computes 2D maps from positions and latents (figure 3).",
      kinds: [
        "fourier", "base_scale", "base_shift", "layer", "depth2d", "depth_absolute", "density2d",
        "feature2d",
      ]),
    DumpStation(
      headline: "Lifting",
      explanation: "ψ spreads each pixel along z around its depth (equations 5 to 7).",
      kinds: ["psi", "density3d", "feature3d"]),
    DumpStation(
      headline: "Fusion", explanation: "The volumes of the parts are added (equation 8).",
      kinds: ["fused_density3d", "fused_feature3d"]),
    DumpStation(
      headline: "Rays",
      explanation: "Samples on the camera rays, and their weights (equations 2, 3 and 11).",
      kinds: [
        "ray_points", "ray_depths", "ray_density", "ray_transmittance", "ray_weights",
      ]),
    DumpStation(
      headline: "Parts along the rays",
      explanation: "The density of each part at the samples (equation 11).",
      kinds: ["part_ray_density"]),
    DumpStation(
      headline: "Rendered view",
      explanation: "Feature, depth and masks of the view (equations 4, 9 and 10).",
      kinds: ["render_feature", "render_depth", "mask_init", "mask_coarse"]),
    DumpStation(
      headline: "Portrait and mask", explanation: "The output of the render net.",
      kinds: ["noise", "image", "mask_residual", "mask_final"]),
  ]

  /// How to read the pictures, for a page that shows some of these kinds.
  static func reading(_ kinds: Set<String>) -> String {
    var paragraphs = [
      "Pictures of one kind have the same colors for all parts, so that an absent part is dark and not "
        + "stretched to full brightness. Below each picture stand the shape, the least and the greatest "
        + "value, the unit, and the values at the two ends of the colors."
    ]
    let (planes, ray) = (["depth2d", "depth_absolute"], "render_depth")
    let hasPlanes = planes.contains(where: kinds.contains)
    if hasPlanes && kinds.contains(ray) {
      paragraphs.append(
        "Depth occurs in two ways. `depth2d` and `depth_absolute` are depths of the parts in planes of "
          + "the volume, which do not turn with the camera: plane 0 is far, and the last plane is near "
          + "the frontal camera. `render_depth` is what the camera sees: the distance along each ray in "
          + "world units, where small is near.")
    }
    if hasPlanes || kinds.contains(ray) {
      paragraphs.append("In every picture of a depth, bright is near.")
    }
    return paragraphs.joined(separator: "\n\n")
  }
}
