import PortraitClasses
import Inspection
import Tensors
import VolumeWeights

// Equations 2–4: from the densities along a ray to the feature of a pixel.
extension Chapter {
  /// The chapter on equations 2–4: the contribution of a sample on a ray to its pixel.
  public static var volumeWeights: Chapter {
    Chapter(
      "volume-weights", title: "How much each sample on a ray contributes to its pixel",
      equations: "Eq. 2–4", cover: "ray_weights",
      introduction: """
        A camera looks along a ray through matter of varying density. How much does each sample on \
        the ray contribute to the pixel? Equation 3 gives the transmittance, the share of the light \
        that reaches a sample. Equation 2 multiplies it by the share of this light that the sample \
        stops. The product is the weight of the sample. Equation 4 adds up the features of all \
        samples with these weights.

        This chapter has no prerequisites. Samples are numbered from 0, as in the code; the formulas \
        count from 1. In the first step, type `set sigma 0` and then `set sigma 60` in the terminal.
        """,
      parameters: [
        Parameter(
          "sigma", 6, in: 0...60, unit: "1 / world unit",
          meaning: "density σ of sample 3 on the ray (samples count from 0)"),
        Parameter(whole: "wall", 2, in: 0...7, meaning: "the first sample inside the opaque wall"),
        Parameter(
          whole: "samples", 12, in: 1...36,
          meaning: "N, the number of samples on each ray through the ball"),
        Parameter(whole: "row", 24, in: 0...47, meaning: "row of the pixel whose depth is shown"),
        Parameter(
          whole: "column", 24, in: 0...47, meaning: "column of the pixel whose depth is shown"),
      ]
    ) {
      VolumeWeightsSteps.oneRay
      VolumeWeightsSteps.wall
      VolumeWeightsSteps.lastSpacing
      VolumeWeightsSteps.fog
      VolumeWeightsSteps.push
      VolumeWeightsSteps.paint
      VolumeWeightsSteps.depth
    }
  }
}

/// The steps of the chapter on equations 2–4.
private enum VolumeWeightsSteps {
  static let source = "Sources/Equations/VolumeWeights/VolumeWeights.swift"
  static let streaming = "Sources/VolumeRendering/StreamingLift.swift"
  /// Distances of eight samples between the near and the far end of the default camera.
  static let depths = Tensor.linspace(0.8, 1.2, 8, .float64)
  static let rendering = VolumeWeights(lastSpacing: .far(1.25))

  static func density(_ sigma: Double) -> Tensor { Tensor([8], [0, 0, 2, sigma, 14, 5, 0, 3]) }

  static let oneRay = Step(
    "Eq. 2–3", "Which of eight samples on a ray does the camera see?",
    formulas: [
      #"w_i = T_i\,(1 - \exp(-\sigma_i \delta_i))"#,
      #"T_i = \exp\left(-\sum_{j=1}^{i-1} \sigma_j \delta_j\right)"#,
    ],
    symbols: [
      Symbol(#"\sigma_i"#, "density", shape: "[…, N]", unit: "≥ 0"),
      Symbol(#"\delta_i"#, "spacing(_:)", shape: "[…, N]", unit: "world units"),
      Symbol("T_i", "transmittance", shape: "[…, N]", unit: "0 … 1"),
      Symbol("w_i", "renderingWeights", shape: "[…, N]", unit: "0 … 1"),
    ],
    code: [CodeExcerpt(source, declaration: "func ray(density: Tensor, spacing")]
  ) { page in
    let density = density(page["sigma"])
    let ray = rendering.ray(density: density, at: depths)
    page.bars("ray_density", density.scalars, caption: "density σ of each sample")
    page.curves(
      "ray_light",
      [
        Series("T, share that arrives", x: depths.scalars, y: ray.transmittance.scalars),
        Series("opacity, share stopped", x: depths.scalars, y: ray.opacity.scalars),
        Series("w, their product", x: depths.scalars, y: ray.renderingWeights.scalars),
      ], xLabel: "distance t",
      caption:
        "light along the ray: sample 4 (σ = 14) can stop only the light that samples 0 … 3 let pass"
    )
    page.bars("ray_weights", ray.renderingWeights.scalars, caption: "weight w of each sample")
    let opticalDepth = density * rendering.spacing(depths) * rendering.opticalScale
    let stopped = -(-opticalDepth.sum()).exponentialMinusOne().item
    page.number("Σ w, the share of the light that the ray stops", ray.renderingWeights.sum().item)
    page.holds(
      "the weights add up to 1 − exp(−Σ σδ)", ray.renderingWeights.sum().item, equals: stopped,
      within: 1e-12)
    page.holds("the transmittance T of the first sample is 1", ray.transmittance[0].item, in: 1...1)
    let rises =
      ray.transmittance.sliced(axis: 0, from: 1, length: 7)
      - ray.transmittance.sliced(axis: 0, from: 0, length: 7)
    page.holds(
      "the transmittance T never rises along the ray (largest rise)", rises.maximum().item,
      atMost: 0)
    page.why(
      """
      A sample of density σ and thickness δ lets the share exp(−σδ) of the light pass. The shares \
      of consecutive samples multiply, so their exponents add up. T is therefore the exponential of \
      a sum. The sum contains all samples in front, but not the sample itself. Training computes \
      equations 2 and 3 with this function.
      """)
  }

  static let wall = Step(
    "Eq. 2, opaque wall", "What are the weights if the ray hits an opaque wall?",
    code: [CodeExcerpt(source, declaration: "func rendered")]
  ) { page in
    let wall = Int(page["wall"])
    let density = Tensor([8], (0..<8).map { $0 < wall ? 0 : 1e9 })
    let ray = rendering.ray(density: density, at: depths)
    page.bars(
      "ray_weights_wall", ray.renderingWeights.scalars,
      caption: "weight w of each sample; the wall begins at sample \(wall)")
    let oneHot = Tensor([8], (0..<8).map { $0 == wall ? 1.0 : 0 })
    page.holds(
      "the first sample of the wall has weight 1, all others exactly 0 (largest difference)",
      (ray.renderingWeights - oneHot).absolute().maximum().item, atMost: 0)
    let depth = rendering.expectedDepth(ray.renderingWeights, at: depths)
    page.number("distance of the wall", depths[wall].item, unit: "world units")
    page.holds(
      "the expected depth Σ w t is the distance of the wall", depth.item, equals: depths[wall].item,
      within: 1e-15)
  }

  static let lastSpacing = Step(
    "δ_N, note 5", "Which spacing δ does the last sample get, although it has no next sample?",
    formulas: [#"\delta_i = t_{i+1} - t_i"#],
    code: [
      CodeExcerpt(source, declaration: "enum LastSpacing"),
      CodeExcerpt(source, declaration: "func spacing"),
    ]
  ) { page in
    let density = density(page["sigma"])
    let infinite = VolumeWeights().ray(density: density, at: depths)
    let far = rendering.ray(density: density, at: depths)
    page.curves(
      "last_spacing",
      [
        Series("δ_N = 1e10", infinite.renderingWeights.scalars),
        Series("δ_N up to the far end", far.renderingWeights.scalars),
      ], xLabel: "sample", yLabel: "w",
      caption: "weights of the same ray with two values of δ_N: only the last weight changes")
    page.holds(
      "with δ_N = 10¹⁰, the last sample stops all the light that is left (sum of the weights)",
      infinite.renderingWeights.sum().item, equals: 1, within: 1e-12)
    page.holds(
      "with δ_N up to the far end, some light passes the last sample (1 − Σ w)",
      1 - far.renderingWeights.sum().item, atLeast: 1e-3)
    let before = (infinite.renderingWeights - far.renderingWeights).sliced(
      axis: 0, from: 0, length: 7)
    page.holds(
      "δ_N does not change the weights of the other samples (largest difference)",
      before.absolute().maximum().item, atMost: 0)
    page.why(
      """
      The paper does not define δ_N. The systems it builds on use 10¹⁰: the density of the last \
      sample then stands for everything behind it. This value is the default here. `lastSpacing` \
      switches to the distance to the far end of the ray.
      """)
  }

  static let fog = Step(
    "Eq. 2, numerics", "Does a fog keep its opacity if it is so thin that 1 − exp(−x) rounds to 0?",
    formulas: [#"1 - \exp(-x) = x - \frac{x^2}{2} + \cdots"#],
    code: [CodeExcerpt(source, declaration: "func ray(density: Tensor, spacing")]
  ) { page in
    let densities = [1e-4, 1e-6, 1e-9, 1e-12, 1e-15, 1e-18]
    var rows: [[String]] = []
    var worst = 0.0
    for sigma in densities {
      let opacity = rendering.ray(density: Tensor([1], [sigma]), spacing: .ones([1], .float64))
        .opacity.item
      let series = sigma - sigma * sigma / 2 + sigma * sigma * sigma / 6
      worst = max(worst, (opacity / series - 1).magnitude)
      rows.append(["\(sigma)", "\(opacity)"])
    }
    page.table("opacity of one sample with δ = 1", columns: ["σ", "opacity"], rows: rows)
    page.holds(
      "the opacity of a thin fog is accurate (largest relative error)", worst, atMost: 1e-12)
    page.why(
      """
      For x near 0, the difference 1 − exp(−x) suffers from cancellation. At x = 1e-18 it rounds to \
      0. The fog would then disappear from the image. Its features would get no gradient, because \
      their gradient is multiplied by w. The code uses expm1, which computes exp(x) − 1 without \
      cancellation.
      """)
  }

  static let push = Step(
    "∂w/∂σ", "How does the weight of sample 4 depend on the density of each sample?"
  ) { page in
    let density = density(page["sigma"]).tracked(as: "density")
    let ray = rendering.ray(density: density, at: depths)
    let gradient = try gradient(of: ray.renderingWeights[4], withRespectTo: density)
    page.bars(
      "weight4_gradient", gradient.scalars,
      caption: "gradient ∂w₄/∂σᵢ of the weight of sample 4 with respect to each density")
    page.holds(
      "density in front of sample 4 does not increase its weight (largest gradient in front)",
      gradient.sliced(axis: 0, from: 0, length: 4).maximum().item, atMost: 0)
    page.holds(
      "density at sample 4 increases its weight (gradient)", gradient[4].item, atLeast: 1e-6)
    page.holds(
      "density behind sample 4 does not change its weight (largest absolute gradient)",
      gradient.sliced(axis: 0, from: 5, length: 3).absolute().maximum().item, atMost: 0)
  }

  /// Returns a soft ball in front of an empty background, seen along 48 × 48 parallel rays.
  static func ball(_ page: Page) -> BallScene {
    page.shared("ball") { BallScene(side: 48, samples: Int(page["samples"])) }
  }

  static let paint = Step(
    "Eq. 4", "How do the weights combine the features along a ray?",
    formulas: [#"f_{\text{render}}(r) = \sum_{i=1}^{N} w_i\,f_i^{3d}"#],
    symbols: [
      Symbol("f_i^{3d}", "features", shape: "[…, N, C]"),
      Symbol(#"f_{\text{render}}"#, "rendered(_:_:)", shape: "[…, C]"),
    ],
    code: [
      CodeExcerpt(source, declaration: "func rendered"),
      CodeExcerpt(streaming, declaration: "public func renderedFeature("),
    ]
  ) { page in
    let scene = ball(page)
    let weights = scene.ray.renderingWeights
    let painted = scene.rendering.rendered(weights, scene.features)
    page.tensor(
      "ray_density", scene.density, axes: "[H, W, N]", palette: .portrait,
      caption: "density σ: the maximum along every ray, and the values along five rays")
    page.tensor(
      "ray_weights", weights, axes: "[H, W, N]", palette: .portrait,
      caption: "weight w: the maximum along every ray, and the values along the same five rays")
    page.image(
      "render_feature", painted.permuted(axes: [2, 0, 1]), range: .unit,
      caption: "rendered feature; its three channels are shown as red, green and blue")
    let constant = Tensor([3], [0.25, 0.5, 1]).cast(to: .float32)
    let flat = scene.rendering.rendered(weights, constant.broadcast(to: scene.features.shape))
    page.holds(
      "a feature f that is the same at all samples gives the pixel f Σ w (largest difference)",
      (flat - weights.sum(axes: [-1]).unsqueezed(axis: -1) * constant).absolute().maximum().item,
      atMost: 1e-6)
    page.holds(
      "no value of the rendered feature exceeds 1, the upper limit of the features (largest value)",
      painted.maximum().item, atMost: 1 + 1e-6)
    page.why(
      """
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
    ]
  ) { page in
    let scene = ball(page)
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    let weights = scene.ray.renderingWeights
    let expected = scene.rendering.expectedDepth(weights, at: scene.depths)
    let normalized = scene.rendering.normalizedDepth(weights, at: scene.depths)
    page.distanceMap(
      "render_depth", expected, unit: "world units",
      caption: "expected depth Σ w t; bright is a small value")
    page.distanceMap(
      "render_depth_normalized", normalized, unit: "world units",
      caption: "mean depth Σ w t / Σ w; bright is near the camera")
    page.number("Σ w of the pixel", weights[row, column].sum().item)
    page.number("Σ w t of the pixel", expected[row, column].item)
    page.number("Σ w t / Σ w of the pixel", normalized[row, column].item)
    page.holds(
      "Σ w t is never larger than Σ w t / Σ w (largest excess)",
      (expected - normalized).maximum().item, atMost: 1e-6)
    let middle = normalized[24, 24].item
    let front = scene.depths.minimum().item
    page.holds(
      "the mean depth of the middle pixel lies on its ray", middle, in: front - 1e-6...scene.far)
    page.why(
      """
      Where some light passes through, Σ w is less than 1, and Σ w t is pulled toward 0, the camera. \
      The reference systems show Σ w t. The quotient Σ w t / Σ w is the mean depth of the samples \
      that stop the light.
      """)
  }
}

/// A soft ball seen by parallel rays: the input of the pictures, not part of any equation.
private struct BallScene {
  let rendering = VolumeWeights(lastSpacing: .far(1.2))
  let far = 1.2
  /// Distances of the samples along the rays, world units, `[H, W, N]`.
  let depths: Tensor
  /// Density of the samples, `[H, W, N]`.
  let density: Tensor
  /// Features of the samples, 0 … 1, `[H, W, N, 3]`.
  let features: Tensor
  let ray: VolumeWeights.Ray

  init(side: Int, samples: Int) {
    let shape = [side, side, samples]
    let across = Tensor.linspace(-1, 1, side)
    let x = across.reshaped([1, side, 1]).broadcast(to: shape)
    let y = across.reshaped([side, 1, 1]).broadcast(to: shape)
    depths = Tensor.linspace(0.8, 1.17, samples).broadcast(to: shape)
    // Distance from the center of the ball, whose radius is 0.7; a thin mist surrounds the ball.
    let z = (depths - 1) * 6
    let distance = (x.squared() + y.squared() + z.squared()).squareRoot()
    density = ((0.7 - distance) * 20).sigmoid() * 40 + 0.15
    features = Tensor.stacked([x * 0.5 + 0.5, y * 0.5 + 0.5, z * -0.35 + 0.5], axis: -1).clamped(
      0, 1)
    ray = rendering.ray(density: density, at: depths)
  }
}
