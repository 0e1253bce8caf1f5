import Inspection
import Tensors
import VolumeWeights

// Equations 2–4: from the densities along a ray to what the camera sees.
extension Chapter {
  /// What a sample on a ray contributes to its pixel.
  public static var volumeWeights: Chapter {
    Chapter(
      "volume-weights", title: "What a sample on a ray contributes", equations: "Eq. 2–4",
      introduction: """
        A camera looks along a ray through matter of changing density. How much of what it sees comes \
        from where? Equation 3 says how much light reaches a sample, equation 2 how much of that the \
        sample stops, and equation 4 paints with the result.

        Nothing has to be known before. Start with "set sigma 0" and "set sigma 60" in the first step.
        """,
      parameters: [
        Parameter(
          "sigma", 6, in: 0...60, unit: "1 / world unit", meaning: "density of sample 3 on the ray"),
        Parameter(whole: "wall", 2, in: 0...7, meaning: "the sample that is a wall"),
        Parameter(whole: "samples", 12, in: 1...36, meaning: "N on each ray of the picture"),
        Parameter(whole: "row", 24, in: 0...47, meaning: "row of the pixel looked at"),
        Parameter(whole: "column", 24, in: 0...47, meaning: "column of the pixel looked at"),
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
  /// Eight samples between the near and the far end of the paper's camera.
  static let depths = Tensor.linspace(0.8, 1.2, 8, .float64)
  static let rendering = VolumeWeights(lastSpacing: .far(1.25))

  static func density(_ sigma: Double) -> Tensor { Tensor([8], [0, 0, 2, sigma, 14, 5, 0, 3]) }

  static let oneRay = Step(
    "Eq. 2–3", "Eight samples on one ray: which of them does the camera see?",
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
    page.bars("ray_density", density.scalars, caption: "σ of each sample")
    page.curves(
      "ray_light",
      [
        Series("T, light that arrives", x: depths.scalars, y: ray.transmittance.scalars),
        Series("opacity, share stopped", x: depths.scalars, y: ray.opacity.scalars),
        Series("w, their product", x: depths.scalars, y: ray.renderingWeights.scalars),
      ], xLabel: "distance t", caption: "the dense sample 4 is seen through what stands before it")
    page.bars("ray_weights", ray.renderingWeights.scalars, caption: "w of each sample")
    let opticalDepth = density * rendering.spacing(depths) * rendering.opticalScale
    let stopped = -(-opticalDepth.sum()).exponentialMinusOne().item
    page.number("Σ w, what the ray stops of the light", ray.renderingWeights.sum().item)
    page.holds(
      "Σ w = 1 − exp(−Σ σδ)", ray.renderingWeights.sum().item, equals: stopped, within: 1e-12)
    page.holds("all light reaches the first sample", ray.transmittance.at(0, 0).item, in: 1...1)
    let rises =
      ray.transmittance.sliced(0, from: 1, length: 7)
      - ray.transmittance.sliced(0, from: 0, length: 7)
    page.holds("light never comes back (largest rise of T)", rises.maximum().item, atMost: 0)
    page.why(
      """
      exp(−σδ) is the share of the light that passes a sample of density σ and thickness δ. Shares \
      multiply, so exponents add: T is the exponential of a sum over all samples in front, and not \
      over the sample itself.
      """)
  }

  static let wall = Step(
    "Eq. 2, limit", "And if one of them is a wall?",
    code: [CodeExcerpt(source, declaration: "func rendered")]
  ) { page in
    let wall = Int(page["wall"])
    let density = Tensor([8], (0..<8).map { $0 < wall ? 0 : 1e9 })
    let ray = rendering.ray(density: density, at: depths)
    page.bars("ray_weights_wall", ray.renderingWeights.scalars, caption: "w of each sample")
    let oneHot = Tensor([8], (0..<8).map { $0 == wall ? 1.0 : 0 })
    page.holds(
      "the wall takes everything, exactly (largest difference from one-hot)",
      (ray.renderingWeights - oneHot).absolute().maximum().item, atMost: 0)
    let depth = rendering.expectedDepth(ray.renderingWeights, at: depths)
    page.number("distance of the wall", depths.at(0, wall).item, unit: "world units")
    page.holds(
      "Σ w t is where the wall stands", depth.item, equals: depths.at(0, wall).item, within: 1e-15)
  }

  static let lastSpacing = Step(
    "δ_N, note 5", "How far is it from the last sample to the next, which does not exist?",
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
      caption: "the same ray with either last spacing: only the last weight changes")
    page.holds(
      "with δ_N = 10¹⁰ the last sample takes all that is left",
      infinite.renderingWeights.sum().item, equals: 1, within: 1e-12)
    page.holds(
      "up to the far end some light passes through",
      1 - far.renderingWeights.sum().item, atLeast: 1e-3)
    let before = (infinite.renderingWeights - far.renderingWeights).sliced(0, from: 0, length: 7)
    page.holds(
      "the samples before the last do not care", before.absolute().maximum().item, atMost: 0)
    page.why(
      """
      The paper does not say what δ_N is. The systems it builds on take 10¹⁰: whatever density the \
      last sample has stands for everything behind it. That is the default here; the other rule is \
      a switch.
      """)
  }

  static let fog = Step(
    "Eq. 2, numerics", "Does a fog so thin that 1 − exp(−x) rounds to 0 still count?",
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
    page.holds("opacity keeps its digits (relative)", worst, atMost: 1e-12)
    page.why(
      """
      Near 0 the difference 1 − exp(−x) cancels: at x = 1e-18 nothing would be left of the fog, nor of \
      its features' gradient, which is multiplied by w. expm1 computes exp(x) − 1 without the cancellation.
      """)
  }

  static let push = Step(
    "∂w/∂σ", "To see more of sample 4, where should matter be added and where taken away?"
  ) { page in
    let density = density(page["sigma"]).tracked(as: "density")
    let ray = rendering.ray(density: density, at: depths)
    let slope = try gradient(of: ray.renderingWeights.at(0, 4), withRespectTo: density)
    page.bars("weight4_gradient", slope.scalars, caption: "∂w₄/∂σᵢ: the slope by every density")
    page.holds(
      "matter in front dims it (largest slope in front)",
      slope.sliced(0, from: 0, length: 4).maximum().item, atMost: 0)
    page.holds("matter at the sample itself shows it", slope.at(0, 4).item, atLeast: 1e-6)
    page.holds(
      "what is behind does not matter at all",
      slope.sliced(0, from: 5, length: 3).absolute().maximum().item, atMost: 0)
  }

  /// A soft ball in front of nothing, seen by 48 × 48 parallel rays.
  static func ball(_ page: Page) -> BallScene {
    page.shared("ball") { BallScene(side: 48, samples: Int(page["samples"])) }
  }

  static let paint = Step(
    "Eq. 4", "How do weights paint a feature map?",
    formulas: [#"f_{\text{render}}(r) = \sum_{i=1}^{N} w_i\,f_i^{3d}"#],
    symbols: [
      Symbol("f_i^{3d}", "features", shape: "[…, N, C]"),
      Symbol(#"f_{\text{render}}"#, "rendered(_:_:)", shape: "[…, C]"),
    ],
    code: [CodeExcerpt(source, declaration: "func rendered")]
  ) { page in
    let scene = ball(page)
    let weights = scene.ray.renderingWeights
    let painted = scene.rendering.rendered(weights, scene.features)
    page.tensor(
      "ray_density", scene.density, axes: "[H, W, N]", caption: "σ along five of the rays")
    page.tensor(
      "ray_weights", weights, axes: "[H, W, N]", caption: "w along the same rays")
    page.image(
      "render_feature", painted.permuted([2, 0, 1]), range: .unit,
      caption: "three channels shown as red, green, blue")
    let constant = Tensor([3], [0.25, 0.5, 1]).cast(to: .float32)
    let flat = scene.rendering.rendered(weights, constant.broadcast(to: scene.features.shape))
    page.holds(
      "a constant feature f comes back as f Σ w",
      (flat - weights.sum([-1]).expanded(-1) * constant).absolute().maximum().item, atMost: 1e-6)
    page.holds("no pixel is brighter than what it sees", painted.maximum().item, atMost: 1 + 1e-6)
  }

  static let depth = Step(
    "Σ w t", "How deep is what a pixel sees?",
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
    page.map("render_depth", expected, unit: "world units", caption: "Σ w t")
    page.map(
      "render_depth_normalized", normalized, unit: "world units", caption: "Σ w t / Σ w")
    page.number("Σ w of the pixel", weights.at(0, row).at(0, column).sum().item)
    page.number("Σ w t of the pixel", expected.at(0, row).at(0, column).item)
    page.number("Σ w t / Σ w of the pixel", normalized.at(0, row).at(0, column).item)
    page.holds("Σ w t is never the larger", (expected - normalized).maximum().item, atMost: 1e-6)
    let middle = normalized.at(0, 24).at(0, 24).item
    let front = scene.depths.minimum().item
    page.holds("the mean depth lies on the ray", middle, in: front - 1e-6...scene.far)
    page.why(
      """
      Where light passes through, Σ w < 1 draws Σ w t towards 0, the camera. The reference systems \
      show that number; the quotient is the mean depth of what stops the light.
      """)
  }
}

/// A soft ball seen by parallel rays: the input of the pictures, not part of any equation.
private struct BallScene {
  let rendering = VolumeWeights(lastSpacing: .far(1.2))
  let far = 1.2
  /// `[H, W, N]`.
  let depths: Tensor
  /// `[H, W, N]`.
  let density: Tensor
  /// `[H, W, N, 3]`.
  let features: Tensor
  let ray: VolumeWeights.Ray

  init(side: Int, samples: Int) {
    let shape = [side, side, samples]
    let across = Tensor.linspace(-1, 1, side)
    let x = across.reshaped([1, side, 1]).broadcast(to: shape)
    let y = across.reshaped([side, 1, 1]).broadcast(to: shape)
    depths = Tensor.linspace(0.8, 1.17, samples).broadcast(to: shape)
    // Distance from the middle of the ball, in its radii; a thin mist lies around it.
    let z = (depths - 1) * 6
    let distance = (x.squared() + y.squared() + z.squared()).squareRoot()
    density = ((0.7 - distance) * 20).sigmoid() * 40 + 0.15
    features = Tensor.stacked([x * 0.5 + 0.5, y * 0.5 + 0.5, z * -0.35 + 0.5], -1).clamped(0, 1)
    ray = rendering.ray(density: density, at: depths)
  }
}
