import PortraitClasses
import GaussianLifting
import Inspection
import MaskSoftmax
import Tensors
import VolumeRendering

// Equations 9–11: which part a pixel shows.
extension Chapter {
  /// Which part every pixel shows, from any side.
  public static var maskSoftmax: Chapter {
    Chapter(
      "mask-softmax", title: "Which part a pixel shows, from any side", equations: "Eq. 9–11",
      introduction: """
        The discriminator judges an image together with its semantic mask, so the mask has to be \
        rendered like the image. Equation 11 samples every part's own density along the ray, equation \
        10 weights it by what the ray can see, and equation 9 turns the sums into probabilities.

        It helps to know the weights w of equations 2–3. Then turn the camera: \
        type `set yaw 0.9` in the terminal.
        """,
      parameters: [
        Parameter("yaw", 0.6, in: -1.2...1.2, unit: "rad", meaning: "how far the camera is turned"),
        Parameter("pitch", 0, in: -0.6...0.6, unit: "rad", meaning: "how far the camera is raised"),
        Parameter(whole: "weights", 1, in: 0...1, meaning: "0 leaves the weights w out"),
        Parameter("shift", 5, in: -50...50, meaning: "added to every part's logit"),
        Parameter("residual", 1, in: 0...4, meaning: "factor on Δm"),
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
  static let names = LittleFace.names

  static func view(_ page: Page, turned: Double, raised: Double = 0) -> RenderedView {
    page.shared("view \(turned) \(raised)") {
      let lifting = GaussianLifting(alpha: 1, depthPlanes: LittleFace.planes)
      return LittleFace.view(
        of: LittleFace().stack(), LittleFace.renderer(lifting), turned: turned, raised: raised)
    }
  }

  /// m of a view with either weighting, `[K, n, n]`.
  static func masks(_ view: RenderedView, _ weighting: MaskWeighting) -> Tensor {
    let masks = MaskSoftmax(weighting)
    let logits = masks.maskLogits(
      partDensities: view.partDensities, renderingWeights: view.ray.renderingWeights)
    return masks.maskProbabilities(logits)[0].transposed()
      .reshaped([names.count, view.size, view.size])
  }

  /// What the camera sees: the densest part where the ray's weight is largest, `[n, n]`.
  static func seen(_ view: RenderedView) -> Tensor {
    let weights = view.ray.renderingWeights[0]
    let nearest = weights.isEqual(to: weights.maximum(axes: [-1], keepingAxes: true))
    let densities = (view.partDensities[0] * nearest.unsqueezed(axis: -1)).sum(axes: [-2])
    return densities.argmax(axis: -1).reshaped([view.size, view.size])
  }

  static let oneRay = Step(
    "Eq. 10–11", "What does each part contribute to one pixel?",
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
      xLabel: "t", yLabel: "σ", caption: "the ray through the middle of the image")
    page.curve(
      "ray_weights_middle", weights.scalars, x: depths, xLabel: "t", yLabel: "w",
      caption: "how much each sample of that ray counts")
    let (rendering, ones) = (MaskSoftmax(.rendering), MaskSoftmax(.ones))
    let weighted = rendering.maskLogits(partDensities: densities, renderingWeights: weights)
    let plain = ones.maskLogits(partDensities: densities, renderingWeights: weights)
    page.bars(
      "mask_init_middle", weighted.scalars, labels: names, unit: "Σ w σ",
      caption: "each part's densities added up with the weights: what is hidden counts little")
    page.bars(
      "mask_init_middle_ones", plain.scalars, labels: names, unit: "Σ σ",
      caption: "the same with every weight 1: what is hidden counts as much")
    page.holds(
      "a weight is at most 1, so weighting never adds (largest excess)",
      (weighted - plain).maximum().item, atMost: 1e-5)
    let wall = Tensor([2, 2], [7.0, 0, 0, 900])
    let hidden = rendering.maskLogits(partDensities: wall, renderingWeights: Tensor([2], [1, 0.0]))
    page.holds(
      "what an opaque wall hides adds nothing, however dense", hidden[1].item, equals: 0,
      within: 0)
  }

  static let softmax = Step(
    "Eq. 9", "How do sums of densities become a mask?",
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
      caption: "the parts' shares of one pixel")
    let shifted = masks.maskProbabilities(logits + page["shift"])
    page.holds(
      "masks add up to 1", probabilities.sum().item, equals: 1, within: 1e-15)
    page.holds(
      "a shift shared by all parts changes nothing (largest difference)",
      (shifted - probabilities).absolute().maximum().item, atMost: 1e-14)
    // As printed, the numerator is exp(m_k): with m in 0 … 1 no row can add up to 1 in general.
    let printed = probabilities.exponential() / logits.exponential().sum()
    page.number("Σ m with the numerator as printed", printed.sum().item)
    page.holds("as printed the masks do not add up to 1", abs(printed.sum().item - 1), atLeast: 0.1)
    let huge = masks.maskProbabilities(Tensor([2], [1e4, -1e4]))
    page.holds("huge logits do not overflow", huge.sum().item, equals: 1, within: 0)
    page.why(
      """
      The paper prints exp(m_k) above the line, without "init"; the text calls it a softmax of \
      m_init, and only then do masks add up to 1.
      """)
  }

  static let turns = [-0.9, -0.6, -0.3, 0, 0.3, 0.6, 0.9]

  static let turn = Step(
    "Eq. 10, Fig. 9", "Why are masks weighted by what the ray can see?",
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
      caption: "yaw −0.9 … 0.9 rad; with the weights, without them, and what the rays hit first")
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
      caption: "pixels whose mask is the part that the ray hits first")
    page.holds("from the front both are right alike", abs(with[3] - without[3]), atMost: 0.05)
    for index in [0, 6] {
      page.holds(
        "at yaw \(turns[index]) the weights are right for a tenth more of the pixels",
        with[index] - without[index], atLeast: 0.1)
    }
    page.why(
      """
      Without the weights a mask counts everything on the ray, hidden or not. From the front that \
      goes well, because the densities were made for that view: what is hidden there is thin. From \
      the side the ray meets other parts behind the first one, and they count as much.
      """)
  }

  static let oneView = Step(
    "Eq. 9–11, view", "How sure is the mask of one view?",
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
      caption: "three channels shown as red, green, blue")
    page.probabilities(
      "mask_coarse", mask, palette: .portrait, caption: "the classes' colours, blended by m")
    page.labels(
      "mask_labels", mask.argmax(axis: 0), palette: .portrait,
      caption: "the part with the largest share in every pixel"
    )
    page.holds(
      "every pixel's masks add up to 1 (largest error)",
      (mask.sum(axes: [0]) - 1).absolute().maximum().item, atMost: 1e-6)
    page.holds("no mask is negative", mask.minimum().item, atLeast: 0)
  }

  static let final = Step(
    "m_hr, §3.3", "How does the small mask become the large one?",
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
    // A residual that sharpens: where the mask is above undecided more of it, below it less.
    let residual = page["residual"] * plain
    let final = MaskSoftmax.finalMask(coarseMask: coarse, maskResidual: residual)
    page.map(
      "mask_coarse_face", mask[0, 1], unit: "m, 0 … 1",
      caption: "the face's share as it comes from the rays")
    page.signedMap(
      "mask_residual_face", residual[0, 1], unit: "Δm",
      caption: "what the upsampling network would add")
    page.signedMap(
      "mask_final_face", final[0, 1], unit: "m_hr, −1 … 1",
      caption: "the sum of the two, twice as fine")
    page.holds(
      "Δm = 0 gives plain upsampling of 2m − 1 (largest difference)",
      (plain - coarse.upsampledTwice()).absolute().maximum().item, atMost: 0)
    page.holds(
      "the residual is added as it is (largest difference)",
      (final - plain - residual).absolute().maximum().item, atMost: 1e-6)
    page.why(
      """
      The render net never sees the mask; it adds what the small mask is missing. The mask travels \
      as 2m − 1, so that 0 means undecided, also in the zeros the filter meets beyond the border.
      """)
  }
}
