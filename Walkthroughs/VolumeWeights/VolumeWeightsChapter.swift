import Foundation
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

        This chapter has no prerequisites. Samples are counted from 1, the nearest to the camera, as \
        in the formulas; in the code, the index of sample 1 is 0. In the first step, move the slider, \
        or type `set sigma 0` and then `set sigma 60` in the terminal.
        """,
      parameters: [
        Parameter(
          "sigma", 6, in: 0...60, unit: "per world unit",
          meaning: "density σ₄ of sample 4 of 8 on the ray"),
        Parameter(
          "last", 0.05, in: 0.01...10, unit: "world units",
          meaning: "spacing δ_N of the last sample, from it to the far end of the ray"),
        Parameter(
          whole: "wall", 3, in: 1...12,
          meaning: "the first of 12 samples that is inside the opaque wall"),
        Parameter(
          whole: "fog", -9, in: -18 ... -6,
          meaning: "optical depth of the fog as a power of ten: −9 means 10⁻⁹"),
        Parameter(
          whole: "samples", 12, in: 1...36,
          meaning: "N, the number of samples on each ray through the ball"),
        Parameter(
          whole: "row", 24, in: 0...47, meaning: "row of the pixel that is looked at; 0 is on top"),
        Parameter(
          whole: "column", 24, in: 0...47,
          meaning: "column of the pixel that is looked at; 0 is on the left"),
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
enum VolumeWeightsSteps {
  static let source = "Sources/Equations/VolumeWeights/VolumeWeights.swift"
  static let tests = "Tests/VolumeWeightsTests"
  /// Distances of eight samples between the near and the far end of the default camera.
  static let depths = Tensor.linspace(0.8, 1.2, 8, .float64)
  /// The numbers of the eight samples, from 1.
  static let numbers = (1...8).map(Double.init)
  static let labels = (1...8).map { "sample \($0)" }
  /// The values of `sigma` that the sliders show.
  static let densities: [Double] = [0, 1, 2, 4, 6, 8, 10, 14, 20, 28, 40, 50, 60]

  static func density(_ sigma: Double) -> Tensor { Tensor([8], [0.5, 0, 2, sigma, 14, 5, 0, 3]) }

  static func rendering(_ page: Page) -> VolumeWeights {
    VolumeWeights(lastSpacing: .far(1.2 + page["last"]))
  }

  /// The line of equation 3, in the function of equations 2 and 3.
  static let equation3 = CodeExcerpt(
    source, declaration: "func ray(density: Tensor, spacing",
    marking: "let transmittance = (-before).exponential()")

  static let oneRay = Step(
    "Eq. 2–3", "Which of eight samples on a ray does the camera see?",
    formulas: [
      #"w_i = T_i\,(1 - \exp(-\sigma_i \delta_i))"#,
      #"T_i = \exp\left(-\sum_{j=1}^{i-1} \sigma_j \delta_j\right)"#,
    ],
    symbols: [
      Symbol(#"\sigma_i"#, "density", shape: "[…, N]", unit: "≥ 0, per world unit"),
      Symbol(#"\delta_i"#, "spacing(_:)", shape: "[…, N]", unit: "world units"),
      Symbol("T_i", "transmittance", shape: "[…, N]", unit: "0 … 1"),
      Symbol("w_i", "renderingWeights", shape: "[…, N]", unit: "0 … 1"),
      Symbol("s", "opticalScale", shape: "scalar", unit: "factor on every σδ, 1 here (note 19)"),
    ],
    code: [equation3],
    sweep: Sweep("sigma", densities, moving: ["ray_light", "ray_density", "ray_weights"]),
    answers: AnswerBox(
      "Eq. 2–3", line: equation3, doubling: "doubling all densities", notes: [5, 19, 31],
      proofs: [
        "\(tests)/HandGoldenTests.swift", "\(tests)/PropertyTests.swift",
        "\(tests)/GoldenFileTests.swift", "Fixtures/VolumeWeights/infinite",
        "Fixtures/VolumeWeights/far", "Fixtures/VolumeWeights/extreme",
      ], golden: .transmittance, exercise: "E03")
  ) { page in
    let (rendering, density) = (rendering(page), density(page["sigma"]))
    let ray = rendering.ray(density: density, at: depths)
    let (light, weights) = (ray.transmittance, ray.renderingWeights)
    page.curves(
      "ray_light",
      [
        Series("T, share that arrives", x: numbers, y: light.scalars),
        Series("1 − exp(−σδ), share stopped", x: numbers, y: ray.opacity.scalars),
        Series("w, their product", x: numbers, y: weights.scalars),
      ], xLabel: "sample, 1 is nearest to the camera", yLabel: "share",
      caption:
        "light along the ray: sample 5 (σ = 14) can stop only the light that samples 1 to 4 let pass"
    )
    page.bars(
      "ray_density", density.scalars, labels: labels,
      caption: "density σ of each sample, per world unit; the slider moves that of sample 4")
    page.bars(
      "ray_weights", weights.scalars + [1 - weights.sum().item], labels: labels + ["not stopped"],
      caption: "weight w of each sample, and the share of the light that no sample stops")
    let (sigma, spacing) = (density.scalars, rendering.spacing(depths).scalars)
    let passed: Arithmetic = .sum(sigma[..<4].map { .number($0) }) * .number(spacing[0])
    page.equality("T_5", .exp(-passed), equals: light[4].item, within: 1e-12)
    for (index, symbol) in [(3, Formula("w_4")), (4, Formula("w_5"))] {
      let own = Arithmetic.number(sigma[index]) * .number(spacing[index])
      page.equality(
        symbol, .number(light[index].item) * (1 - .exp(-own)), equals: weights[index].item,
        within: 1e-12)
    }
    let opticalDepth = density * rendering.spacing(depths) * rendering.opticalScale
    let stopped = -(-opticalDepth.sum()).exponentialMinusOne().item
    page.number("Σ w, the share of the light that the ray stops", weights.sum().item)
    page.holds(
      "the weights add up to 1 − exp(−Σ σδ)", weights.sum().item, equals: stopped, within: 1e-12)
    let twice = rendering.ray(density: 2 * density, at: depths)
    page.holds(
      "doubling all densities squares every T (largest difference)",
      (twice.transmittance - light.squared()).absolute().maximum().item, atMost: 1e-15)
    // Sample 1 has a density, so T₁ would be less than 1 if the sum included the sample itself.
    page.holds("the transmittance T of the first sample is 1", light[0].item, equals: 1, within: 0)
    let rises =
      light.sliced(axis: 0, from: 1, length: 7) - light.sliced(axis: 0, from: 0, length: 7)
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
    code: [CodeExcerpt(source, declaration: "func expectedDepth")],
    sweep: Sweep("wall", (1...12).map(Double.init))
  ) { page in
    let (rendering, wall) = (rendering(page), Int(page["wall"]))
    // N = 12, as in the paper's training.
    let depths = Tensor.linspace(0.8, 1.2, 12, .float64)
    let density = Tensor([12], (1...12).map { $0 < wall ? 0 : 1e9 })
    let ray = rendering.ray(density: density, at: depths)
    page.bars(
      "ray_weights_wall", ray.renderingWeights.scalars, labels: (1...12).map { "sample \($0)" },
      caption: "weight w of each sample; the wall begins at sample \(wall) of 12")
    let oneHot = Tensor([12], (1...12).map { $0 == wall ? 1.0 : 0 })
    page.holds(
      "the first sample of the wall has weight 1, all others exactly 0 (largest difference)",
      (ray.renderingWeights - oneHot).absolute().maximum().item, atMost: 0)
    let depth = rendering.expectedDepth(ray.renderingWeights, at: depths)
    page.number("distance of the wall from the camera", depths[wall - 1].item, unit: "world units")
    page.holds(
      "the expected depth Σ w t is the distance of the wall", depth.item,
      equals: depths[wall - 1].item, within: 1e-15)
    let alone = Tensor([12], (1...12).map { $0 == wall ? 1e9 : 0 })
    page.holds(
      "what is behind the first sample of the wall changes no weight (largest difference)",
      (rendering.ray(density: alone, at: depths).renderingWeights - ray.renderingWeights)
        .absolute().maximum().item, atMost: 0)
    page.why(
      """
      Behind the first sample of the wall T is 0, so all further samples have the weight 0, whatever \
      their density. A surface therefore gives one weight of 1, and the pixel shows the feature of \
      the surface alone.
      """)
  }

  static let lastSpacing = Step(
    "δ_N, note 5", "Which spacing δ does the last sample get, although it has no next sample?",
    formulas: [#"\delta_i = t_{i+1} - t_i"#],
    code: [
      CodeExcerpt(source, declaration: "enum LastSpacing"),
      CodeExcerpt(source, declaration: "func spacing"),
    ],
    sweep: Sweep("last", [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 2, 5, 10])
  ) { page in
    let (rendering, density) = (rendering(page), density(page["sigma"]))
    let infinite = VolumeWeights().ray(density: density, at: depths)
    let far = rendering.ray(density: density, at: depths)
    let spacing = rendering.spacing(depths)[7].item
    page.curves(
      "last_spacing",
      [
        Series("δ₈ = 10¹⁰", x: numbers, y: infinite.renderingWeights.scalars),
        Series("δ₈ up to the far end", x: numbers, y: far.renderingWeights.scalars),
      ], xLabel: "sample, 1 is nearest to the camera", yLabel: "w",
      caption: "weights of the same ray with two values of δ₈: only the weight of sample 8 changes")
    let own = Arithmetic.number(density[7].item) * .number(spacing)
    page.equality(
      "w_8", .number(far.transmittance[7].item) * (1 - .exp(-own)),
      equals: far.renderingWeights[7].item, within: 1e-12)
    page.number(
      "share of the light that passes sample 8, 1 − Σ w", 1 - far.renderingWeights.sum().item)
    page.holds(
      "with δ₈ = 10¹⁰, the last sample stops all the light that is left (sum of the weights)",
      infinite.renderingWeights.sum().item, equals: 1, within: 1e-12)
    page.holds(
      "with δ₈ up to the far end, the last sample gets less weight (weight with 10¹⁰ − weight)",
      (infinite.renderingWeights - far.renderingWeights)[7].item, atLeast: 1e-16)
    let twice = VolumeWeights(lastSpacing: .far(1.2 + 2 * spacing)).ray(
      density: density, at: depths)
    page.holds(
      "doubling δ₈ squares the share of the arriving light that sample 8 lets pass (difference)",
      ((1 - twice.opacity) - (1 - far.opacity).squared())[7].absolute().item, atMost: 1e-12)
    let before = (infinite.renderingWeights - far.renderingWeights).sliced(
      axis: 0, from: 0, length: 7)
    page.holds(
      "δ₈ does not change the weights of the other samples (largest difference)",
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
    code: [
      CodeExcerpt(
        source, declaration: "func ray(density: Tensor, spacing",
        marking: "let opacity = -(-opticalDepth).exponentialMinusOne()")
    ],
    sweep: Sweep("fog", (-18 ... -6).map(Double.init))
  ) { page in
    let powers = (-18 ... -6).map(Double.init)
    let fog = Tensor([13], powers.map { pow(10, $0) })
    // Thirteen rays of one sample each, whose spacing δ is 1.
    let opacity = VolumeWeights().ray(
      density: fog.unsqueezed(axis: -1), spacing: .ones([13, 1], .float64)
    ).opacity[axis: 1, 0]
    let (series, difference) = (fog - fog.squared() / 2, 1 - (-fog).exponential())
    func error(_ values: Tensor) -> Tensor { (values / series - 1).absolute() }
    page.curves(
      "fog_error",
      [
        Series("opacity of the code", x: powers, y: error(opacity).scalars),
        Series("1 − exp(−x) as a difference", x: powers, y: error(difference).scalars),
      ], xLabel: "x as a power of ten", yLabel: "relative error",
      caption: "relative error of the opacity for optical depths x from 10⁻¹⁸ to 10⁻⁶")
    let index = Int(page["fog"]) + 18
    let x = Arithmetic.number(fog[index].item)
    page.equality(
      #"1 - \exp(-x)"#, x - .power(x, 2) / 2, equals: opacity[index].item,
      within: 1e-12 * opacity[index].item)
    page.number(
      "relative error of the difference in double precision", error(difference)[index].item)
    page.holds(
      "the opacity of a thin fog is accurate (largest relative error)",
      error(opacity).maximum().item, atMost: 1e-12)
    page.holds(
      "the difference 1 − exp(−x) loses the thinnest fog completely (its relative error)",
      error(difference)[0].item, equals: 1, within: 0)
    page.why(
      """
      For x near 0, the difference 1 − exp(−x) suffers from cancellation. At x = 10⁻¹⁸ it rounds to \
      0. The fog would then disappear from the image. Its features would get no gradient, because \
      their gradient is multiplied by w. The code uses expm1, which computes exp(x) − 1 without \
      cancellation.
      """)
  }

  static let push = Step(
    "∂w/∂σ", "How does the weight of sample 5 depend on the density of each sample?",
    sweep: Sweep("sigma", densities)
  ) { page in
    let density = density(page["sigma"]).tracked(as: "density")
    let rendering = rendering(page)
    let ray = rendering.ray(density: density, at: depths)
    let gradient = try gradient(of: ray.renderingWeights[4], withRespectTo: density)
    page.bars(
      "weight5_gradient", gradient.scalars, labels: (1...8).map { "σ of sample \($0)" },
      caption:
        "gradient ∂w₅/∂σⱼ of the weight of sample 5 with respect to the density of each sample"
    )
    let spacing = Arithmetic.number(rendering.spacing(depths)[4].item)
    let (light, weight) = (ray.transmittance[4].item, ray.renderingWeights[4].item)
    page.equality(
      #"\frac{\partial w_5}{\partial \sigma_4}"#, -(spacing * .number(weight)),
      equals: gradient[3].item, within: 1e-12)
    page.equality(
      #"\frac{\partial w_5}{\partial \sigma_5}"#,
      spacing * .number(light) * .exp(-(14 * spacing)), equals: gradient[4].item, within: 1e-12)
    page.holds(
      "density in front of sample 5 decreases its weight (largest gradient in front)",
      gradient.sliced(axis: 0, from: 0, length: 4).maximum().item, atMost: -1e-4)
    page.holds(
      "density at sample 5 increases its weight (gradient)", gradient[4].item, atLeast: 1e-4)
    page.holds(
      "density behind sample 5 does not change its weight (largest absolute gradient)",
      gradient.sliced(axis: 0, from: 5, length: 3).absolute().maximum().item, atMost: 0)
    page.why(
      """
      Training moves densities along this gradient. If the image needs more of sample 5, the density \
      of sample 5 grows and that of every sample in front of it shrinks. Samples behind it are not \
      seen by this weight and get no gradient from it.
      """)
  }
}
