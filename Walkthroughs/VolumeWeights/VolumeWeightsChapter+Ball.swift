import Inspection
import Tensors
import VolumeWeights

// Equation 4 on many rays: a soft ball, painted with the weights, and its depth.
extension VolumeWeightsSteps {
  /// Returns a soft ball in front of an empty background, seen along 48 × 48 parallel rays.
  private static func ball(_ page: Page) -> BallScene {
    page.shared("ball") { BallScene(side: 48, samples: Int(page["samples"])) }
  }

  /// The line of equation 4.
  private static let equation4 = CodeExcerpt(
    source, declaration: "public func rendered",
    marking: "renderingWeights.unsqueezed(axis: -2).matmul(features)")

  static let paint = Step(
    "Eq. 4", "How do the weights combine the features along a ray?",
    formulas: [#"f_{\text{render}}(r) = \sum_{i=1}^{N} w_i\,f_i^{3d}"#],
    symbols: [
      Symbol("f_i^{3d}", "features", shape: "[…, N, C]"),
      Symbol(#"f_{\text{render}}"#, "rendered(_:_:)", shape: "[…, C]"),
    ],
    code: [
      equation4,
      CodeExcerpt(
        "Sources/VolumeRendering/StreamingLift.swift", declaration: "public func renderedFeature("),
    ],
    sweep: Sweep(
      "samples", [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36],
      moving: ["render_feature", "pixel_weights", "ray_weights"]),
    answers: AnswerBox(
      "Eq. 4", line: equation4, doubling: "doubling all features", notes: [3, 15, 16, 20],
      proofs: [
        "\(tests)/HandGoldenTests.swift", "\(tests)/TwinTests.swift",
        "\(tests)/GoldenFileTests.swift", "Tests/VolumeRenderingTests/RenderedRaysTests.swift",
        "Fixtures/VolumeWeights/infinite", "Fixtures/VolumeWeights/far",
      ], exercise: "E04")
  ) { page in
    let scene = ball(page)
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let weights = scene.ray.renderingWeights
    let painted = scene.rendering.rendered(weights, scene.features)
    page.image(
      "render_feature", painted.permuted(axes: [2, 0, 1]), range: .unit,
      caption:
        "rendered feature of a ball with N = \(scene.samples); its three channels are shown as "
        + "red, green and blue")
    let (own, feature) = (weights[row, column], scene.features[row, column])
    let t = scene.depths[row, column].scalars
    page.curves(
      "pixel_weights",
      [
        Series("T, share that arrives", x: t, y: scene.ray.transmittance[row, column].scalars),
        Series("w, weight", x: t, y: own.scalars),
        Series("feature, blue", x: t, y: feature[axis: 1, 2].scalars),
      ], xLabel: "distance t from the camera, world units",
      caption:
        "the ray of the pixel in row \(row) and column \(column): the weights pick the feature "
        + "where the ray meets the ball")
    page.equality(
      #"f_{\text{blue}}"#, LongSum.of(own, times: feature[axis: 1, 2], showing: 2),
      equals: painted[row, column, 2].item, within: 1e-6)
    page.rays(
      "ray_weights", weights, depths: scene.depths,
      caption: "weight w of all rays: the largest on each ray, and the curves of five rays")
    let constant = Tensor([3], [0.25, 0.5, 1]).cast(to: .float32)
    let flat = scene.rendering.rendered(weights, constant.broadcast(to: scene.features.shape))
    page.holds(
      "doubling all features doubles the pixels (largest difference)",
      (scene.rendering.rendered(weights, 2 * scene.features) - 2 * painted).absolute().maximum()
        .item,
      atMost: 1e-6)
    page.holds(
      "a feature f that is the same at all samples gives the pixel f Σ w (largest difference)",
      (flat - weights.sum(axes: [-1]).unsqueezed(axis: -1) * constant).absolute().maximum().item,
      atMost: 1e-6)
    page.holds(
      "no value of the rendered feature exceeds 1, the upper limit of the features (largest value)",
      painted.maximum().item, atMost: 1 + 1e-6)
    page.why(
      """
      In the formula with numbers, the last term adds up the samples that are not shown.

      The first excerpt is equation 4 as printed, the second is the function that runs in training. \
      `renderedFeature` adds up the same terms in another order, with equations 5 and 8 inside, and \
      builds no feature volume. The reason is memory: at the paper's size the feature volumes of 13 \
      parts would take 13 × 128 MiB for one image.
      """)
  }

  static let depth = Step(
    "Σ w t", "How is the depth of a pixel computed from the weights?",
    formulas: [#"\sum_i w_i t_i"#, #"\frac{\sum_i w_i t_i}{\sum_i w_i}"#],
    code: [
      CodeExcerpt(source, declaration: "func expectedDepth"),
      CodeExcerpt(source, declaration: "func normalizedDepth"),
    ],
    sweep: Sweep(
      "column", [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 47], moving: ["depth_profile"])
  ) { page in
    let scene = ball(page)
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let weights = scene.ray.renderingWeights
    let expected = scene.rendering.expectedDepth(weights, at: scene.depths)
    let normalized = scene.rendering.normalizedDepth(weights, at: scene.depths)
    page.curves(
      "depth_profile",
      [
        Series("Σ w t", expected[axis: 1, column].scalars),
        Series("Σ w t / Σ w", normalized[axis: 1, column].scalars),
        Series("Σ w", weights[axis: 1, column].sum(axes: [-1]).scalars),
      ], xLabel: "row of the pixel, 0 is on top",
      caption:
        "the pixels of column \(column): both depths in world units, and the sum of the weights")
    let own = weights[row, column]
    page.equality(
      #"\sum_i w_i t_i"#, LongSum.of(own, times: scene.depths[row, column], showing: 2),
      equals: expected[row, column].item, within: 2e-6, unit: "world units")
    page.equality(
      #"\frac{\sum_i w_i t_i}{\sum_i w_i}"#,
      .number(expected[row, column].item) / .number(own.sum().item),
      equals: normalized[row, column].item, within: 2e-6, unit: "world units")
    page.distanceMap(
      "render_depth", expected, unit: "world units",
      caption: "expected depth Σ w t; bright is near, so beside the ball it says near by mistake")
    page.distanceMap(
      "render_depth_normalized", normalized, unit: "world units",
      caption: "mean depth Σ w t / Σ w, the distance from the camera; bright is near")
    page.holds(
      "beside the ball, Σ w t is smaller than the distance of every sample (Σ w t of the corner)",
      expected[0, 0].item, atMost: 0.1)
    page.holds(
      "Σ w t is never larger than Σ w t / Σ w (largest excess)",
      (expected - normalized).maximum().item, atMost: 1e-6)
    let (center, front) = (scene.centerPixel, scene.front)
    page.holds(
      "through the middle of the ball, the mean depth is that of its front, to within one spacing and "
        + "1 / σ (distance)",
      (normalized[center.row, center.column].item - front).magnitude,
      atMost: scene.spacing + 1 / scene.innerDensity)
    page.why(
      """
      Where some light passes through, Σ w is less than 1, and Σ w t is pulled toward 0, the camera. \
      The reference systems show Σ w t. The quotient Σ w t / Σ w is the mean depth of the samples \
      that stop the light. In the formulas with numbers, the last term of a long sum adds up the \
      samples that are not shown.
      """)
  }
}

/// A soft ball seen by parallel rays: the input of the pictures, not part of any equation.
private struct BallScene {
  let rendering = VolumeWeights(lastSpacing: .far(1.2))
  /// The number of samples on each ray.
  let samples: Int
  /// The density inside the ball, per world unit.
  let innerDensity = 40.0
  /// Distances of the samples along the rays, world units, `[H, W, N]`.
  let depths: Tensor
  /// Features of the samples, 0 … 1, `[H, W, N, 3]`.
  let features: Tensor
  let ray: VolumeWeights.Ray
  /// The pixel whose ray passes nearest to the center of the ball.
  let centerPixel: (row: Int, column: Int)
  /// The distance of the front of the ball, world units.
  let front = 1 - BallScene.radius / BallScene.stretch
  /// The largest distance of two samples, or of the last one from the far end, world units.
  let spacing: Double

  // The ball is beside the middle, so that rays above, below, left and right of it differ. A coordinate
  // of 1 reaches the edge of the picture; along the ray, 1 / 6 world unit is as long.
  private static let (radius, stretch) = (0.7, 6.0)
  private static let (centerX, centerY) = (0.2, -0.12)

  init(side: Int, samples: Int) {
    self.samples = samples
    let shape = [side, side, samples]
    let across = Tensor.linspace(-1, 1, side)
    let x = across.reshaped([1, side, 1]).broadcast(to: shape)
    let y = across.reshaped([side, 1, 1]).broadcast(to: shape)
    depths = Tensor.linspace(0.8, 1.17, samples).broadcast(to: shape)
    spacing = samples == 1 ? 0.4 : max(0.37 / Double(samples - 1), 0.03)
    // Distance from the center of the ball, whose edge is soft; a thin mist surrounds the ball.
    let z = (depths - 1) * Self.stretch
    let distance =
      ((x - Self.centerX).squared() + (y - Self.centerY).squared() + z.squared()).squareRoot()
    let density = ((Self.radius - distance) * 20).sigmoid() * innerDensity + 0.15
    features = Tensor.stacked([x * 0.5 + 0.5, y * 0.5 + 0.5, z * -0.35 + 0.5], axis: -1).clamped(
      0, 1)
    ray = rendering.ray(density: density, at: depths)
    func pixel(_ coordinate: Double) -> Int {
      Int(((coordinate + 1) / 2 * Double(side - 1)).rounded())
    }
    centerPixel = (row: pixel(Self.centerY), column: pixel(Self.centerX))
  }
}
