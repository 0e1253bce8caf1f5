import PortraitClasses
import GaussianLifting
import Inspection
import MaskSoftmax
import Tensors
import VolumeRendering

// Equations 9–11: the semantic mask of a view.
extension Chapter {
  /// The chapter on equations 9–11: semantic masks for any camera.
  public static var maskSoftmax: Chapter {
    Chapter(
      "mask-softmax", title: "Semantic masks for any view", equations: "Eq. 9–11",
      cover: "masks_turning",
      introduction: """
        The discriminator judges an image together with its semantic mask. The mask must therefore \
        be rendered from the same camera as the image. Equation 11 samples the density of each part \
        along the ray. Equation 10 adds up these samples with the rendering weights w, so that \
        occluded samples count little. Equation 9 turns the sums into probabilities.

        It helps to know the weights w of equations 2–3 first. To turn the camera, type \
        `set yaw 0.9` in the terminal.
        """,
      parameters: [
        Parameter(
          "yaw", 0.6, in: -1.2...1.2, unit: "rad", meaning: "angle of the camera from the front"),
        Parameter(
          "pitch", 0, in: -0.6...0.6, unit: "rad", meaning: "angle by which the camera is raised"),
        Parameter(
          whole: "weights", 1, in: 0...1,
          meaning: "1 uses the weights w in equation 10, 0 sets w = 1"),
        Parameter("shift", 5, in: -50...50, meaning: "constant added to the logits of all parts"),
        Parameter("residual", 1, in: 0...4, meaning: "factor that multiplies the mask residual Δm"),
      ]
    ) {
      MaskSoftmaxSteps.oneRay
      MaskSoftmaxSteps.softmax
      MaskSoftmaxSteps.turn
      MaskSoftmaxSteps.oneView
      MaskSoftmaxSteps.final
    }
  }
}

/// The steps of the chapter on equations 9–11.
private enum MaskSoftmaxSteps {
  static let source = "Sources/Equations/MaskSoftmax/MaskSoftmax.swift"
  static let streaming = "Sources/VolumeRendering/StreamingLift.swift"
  static let names = LittleFace.names

  static func view(_ page: Page, turned: Double, raised: Double = 0) -> RenderedView {
    page.shared("view \(turned) \(raised)") {
      let lifting = GaussianLifting(alpha: 1, depthPlanes: LittleFace.planes)
      return LittleFace.view(
        of: LittleFace().stack(), LittleFace.renderer(lifting), turned: turned, raised: raised)
    }
  }

  /// Returns the masks m of a view, equations 9 and 10, with the given weighting, `[K, n, n]`.
  static func masks(_ view: RenderedView, _ weighting: MaskWeighting) -> Tensor {
    let masks = MaskSoftmax(weighting)
    let logits = masks.maskLogits(
      partDensities: view.partDensities, renderingWeights: view.ray.renderingWeights)
    return masks.maskProbabilities(logits)[0].transposed()
      .reshaped([names.count, view.size, view.size])
  }

  /// Returns the visible part of every pixel: the densest one at the sample of largest weight, `[n, n]`.
  static func seen(_ view: RenderedView) -> Tensor {
    let weights = view.ray.renderingWeights[0]
    let nearest = weights.isEqual(to: weights.maximum(axes: [-1], keepingAxes: true))
    let densities = (view.partDensities[0] * nearest.unsqueezed(axis: -1)).sum(axes: [-2])
    return densities.argmax(axis: -1).reshaped([view.size, view.size])
  }

  static let oneRay = Step(
    "Eq. 10–11", "How much does each part contribute to the mask of one pixel?",
    formulas: [
      #"\sigma_k^i(u,v) = \text{SAMPLE}(\sigma_k^{3d}, X_i(u,v))"#,
      #"m_k^{\text{init}}(u,v) = \sum_{i=1}^{N} w_i(u,v)\,\sigma_k^i(u,v)"#,
    ],
    symbols: [
      Symbol(#"\sigma_k^i"#, "partDensities", shape: "[…, N, K]", unit: "≥ 0"),
      Symbol("w_i", "renderingWeights", shape: "[…, N]", unit: "0 … 1"),
      Symbol(#"m_k^{\text{init}}"#, "maskLogits", shape: "[…, K]", unit: "≥ 0"),
    ],
    code: [
      CodeExcerpt(source, declaration: "func maskLogits"),
      CodeExcerpt(source, declaration: "func sampled"),
      CodeExcerpt(streaming, declaration: "public func density(lifted"),
    ]
  ) { page in
    let view = view(page, turned: page["yaw"], raised: page["pitch"])
    let middle = view.size / 2 * view.size + view.size / 2
    let densities = view.partDensities[0, middle]
    let weights = view.ray.renderingWeights[0, middle]
    let depths = view.rayDepths[0, middle].scalars
    page.curves(
      "ray_part_densities",
      names.indices.map { Series(names[$0], x: depths, y: densities[axis: 1, $0].scalars) },
      xLabel: "t", yLabel: "σ",
      caption: "density of each part along the ray through the middle of the image")
    page.curve(
      "ray_weights_middle", weights.scalars, x: depths, xLabel: "t", yLabel: "w",
      caption: "rendering weight w of each sample on the same ray")
    let (rendering, ones) = (MaskSoftmax(.rendering), MaskSoftmax(.ones))
    let weighted = rendering.maskLogits(partDensities: densities, renderingWeights: weights)
    let plain = ones.maskLogits(partDensities: densities, renderingWeights: weights)
    page.bars(
      "mask_init_middle", weighted.scalars, labels: names, unit: "Σ w σ",
      caption: "densities of each part added up with the weights w: occluded samples count little")
    page.bars(
      "mask_init_middle_ones", plain.scalars, labels: names, unit: "Σ σ",
      caption: "the same sums with w = 1: occluded samples count as much as visible ones")
    page.holds(
      "no weighted sum exceeds the sum with w = 1, since every w ≤ 1 (largest excess)",
      (weighted - plain).maximum().item, atMost: 1e-5)
    let wall = Tensor([2, 2], [7.0, 0, 0, 900])
    let hidden = rendering.maskLogits(partDensities: wall, renderingWeights: Tensor([2], [1, 0.0]))
    page.holds(
      "the logit of a part behind an opaque wall is 0, however dense the part is",
      hidden[1].item, equals: 0, within: 0)
    page.why(
      """
      Training computes equation 10 with `maskLogits`, the function shown here. For equation 11 it \
      runs `density(lifted:)` instead of `sampled(_:at:)`. Both give the same numbers, but \
      `density(lifted:)` samples all parts together. The reason is memory: the same 8 voxels around \
      each sample are used for the features, so that no feature volume is built. At the paper's size \
      the feature volumes would take 1.63 GiB for one image.
      """)
  }

  static let softmax = Step(
    "Eq. 9", "How do the sums of densities become probabilities?",
    formulas: [
      #"m_k(u,v) = \frac{\exp(m_k^{\text{init}}(u,v))}{\sum_{j=1}^{K} \exp(m_j^{\text{init}}(u,v))}"#
    ],
    symbols: [Symbol("m_k", "maskProbabilities", shape: "[…, K]", unit: "0 … 1, sums to 1")],
    code: [CodeExcerpt(source, declaration: "func maskProbabilities")]
  ) { page in
    let masks = MaskSoftmax()
    let logits = Tensor([6], [0.2, 2.4, 0, 0.5, 1.2, 0.9])
    let probabilities = masks.maskProbabilities(logits)
    page.bars(
      "masks_of_a_pixel", probabilities.scalars, labels: names, unit: "m",
      caption: "probabilities of the six parts for made-up logits of one pixel")
    let shifted = masks.maskProbabilities(logits + page["shift"])
    page.holds(
      "the probabilities of all parts add up to 1", probabilities.sum().item, equals: 1,
      within: 1e-15)
    page.holds(
      "a constant added to all logits does not change the probabilities (largest difference)",
      (shifted - probabilities).absolute().maximum().item, atMost: 1e-14)
    // As printed, the numerator is exp(m_k). With m in 0 … 1, the sum over the parts is not 1 in general.
    let printed = probabilities.exponential() / logits.exponential().sum()
    page.number("Σ m with the numerator of equation 9 as printed", printed.sum().item)
    page.holds(
      "with equation 9 as printed, the masks do not add up to 1 (distance from 1)",
      abs(printed.sum().item - 1), atLeast: 0.1)
    let huge = masks.maskProbabilities(Tensor([2], [1e4, -1e4]))
    page.holds(
      "logits of ±10⁴ do not overflow (sum of the probabilities)", huge.sum().item, equals: 1,
      within: 0)
    page.why(
      """
      The paper prints exp(m_k) in the numerator, without "init". Its text calls equation 9 a softmax \
      of m_init, and only with m_init in the numerator do the masks add up to 1 (note 1). Training \
      computes equation 9 with this function.
      """)
  }

  static let turns = [-0.9, -0.6, -0.3, 0, 0.3, 0.6, 0.9]

  static let turn = Step(
    "Eq. 10, Fig. 9", "Why does equation 10 use the rendering weights?",
    code: [CodeExcerpt(source, declaration: "enum MaskWeighting")]
  ) { page in
    let views = turns.map { view(page, turned: $0) }
    let truths = views.map(seen)
    let rows = MaskWeighting.allCases.map { weighting in
      views.map { masks($0, weighting).argmax(axis: 0) }
    }
    page.picture(
      "masks_turning", .column((rows + [truths]).map { palettePictures($0) }, gap: 4),
      tensor: .stacked(rows[0]), axes: "[view, n, n]", unit: "class id",
      caption:
        "masks for yaw angles from −0.9 to 0.9 rad off the front: with the weights w (top), with w = 1 "
        + "(middle), and the visible part (bottom)")
    func agreement(_ labels: [Tensor]) -> [Double] {
      zip(labels, truths).map { map, truth in
        map.cast(to: .float32).isEqual(to: truth.cast(to: .float32)).mean().item
      }
    }
    let (with, without) = (agreement(rows[0]), agreement(rows[1]))
    page.curves(
      "mask_agreement",
      [Series("with w", x: turns, y: with), Series("w = 1", x: turns, y: without)],
      xLabel: "yaw, rad", yLabel: "share of pixels",
      caption: "share of pixels whose mask is the visible part")
    page.holds(
      "from the front, both weightings are right for almost the same share of pixels (difference)",
      abs(with[3] - without[3]), atMost: 0.05)
    for index in [0, 6] {
      page.holds(
        "at yaw \(turns[index]), the weights give a right mask for a tenth more of all pixels (difference)",
        with[index] - without[index], atLeast: 0.1)
    }
    page.why(
      """
      With w = 1, a mask counts everything on the ray, occluded or not. From the front this works, \
      because the densities of this face were made for that view and are low where another part \
      occludes them. From the side, the ray meets other parts behind the visible one, and they count \
      as much as the visible one.
      """)
  }

  static let oneView = Step(
    "Eq. 9–11, view", "How certain is the mask of one view?",
    code: [
      CodeExcerpt(
        "Sources/VolumeRendering/VolumeRenderer.swift", declaration: "public func view(")
    ]
  ) { page in
    let view = view(page, turned: page["yaw"], raised: page["pitch"])
    let weighting: MaskWeighting = page["weights"] == 1 ? .rendering : .ones
    let mask = masks(view, weighting)
    page.image(
      "render_feature", view.feature[0], range: .unit,
      caption: "rendered feature; its three channels are shown as red, green and blue")
    page.probabilities(
      "mask_coarse", mask, palette: .portrait,
      caption: "colors of the parts, blended with the probabilities m, and each part alone")
    page.labels(
      "mask_labels", mask.argmax(axis: 0), palette: .portrait,
      caption: "the most probable part of every pixel"
    )
    page.holds(
      "the probabilities of every pixel add up to 1 (largest error)",
      (mask.sum(axes: [0]) - 1).absolute().maximum().item, atMost: 1e-6)
    page.holds("no probability is negative (smallest one)", mask.minimum().item, atLeast: 0)
  }

  static let final = Step(
    "m_hr, §3.3", "How does the coarse mask become the final mask?",
    formulas: [#"m_{\text{hr}} = \text{upsample}(2m - 1) + \Delta m"#],
    symbols: [
      Symbol(#"\Delta m"#, "maskResidual", shape: "[B, K, S, S]"),
      Symbol(
        #"m_{\text{hr}}"#, "finalMask(coarseMask:maskResidual:)", shape: "[B, K, S, S]",
        unit: "about −1 … 1"
      ),
    ],
    code: [CodeExcerpt(source, declaration: "func finalMask")]
  ) { page in
    let mask = masks(view(page, turned: 0), .rendering).unsqueezed(axis: 0)
    let zero = Tensor.zeros([1, names.count, 96, 96])
    let coarse = MaskSoftmax.coarseMask(mask)
    let plain = MaskSoftmax.finalMask(coarseMask: coarse, maskResidual: zero)
    // A made-up residual that sharpens the mask: it is positive where m is above 0.5, negative below.
    let residual = page["residual"] * plain
    let final = MaskSoftmax.finalMask(coarseMask: coarse, maskResidual: residual)
    page.map(
      "mask_coarse_face", mask[0, 1], unit: "m, 0 … 1",
      caption: "coarse mask m of the face, as rendered along the rays")
    page.signedMap(
      "mask_residual_face", residual[0, 1], unit: "Δm",
      caption: "mask residual Δm of the face, made up here; in the model the render net predicts it"
    )
    page.signedMap(
      "mask_final_face", final[0, 1], unit: "m_hr, −1 … 1",
      caption: "final mask m_hr of the face at twice the resolution: upsampled mask plus Δm")
    page.holds(
      "with Δm = 0, m_hr is 2m − 1 after plain upsampling (largest difference)",
      (plain - coarse.upsampledTwice()).absolute().maximum().item, atMost: 0)
    page.holds(
      "Δm is added to the upsampled mask without a change (largest difference)",
      (final - plain - residual).absolute().maximum().item, atMost: 1e-6)
    page.why(
      """
      The layers of the render net do not read the coarse mask. For the mask they predict only Δm, \
      the correction of the upsampled coarse mask. The sum uses 2m − 1 in place of m, so that 0 \
      means "undecided". The upsampling filter reads zeros outside the map, and they then mean \
      "undecided" too (note 17). Training computes m_hr with this function.
      """)
  }
}
