import GaussianLifting
import Inspection
import MaskSoftmax
import Tensors
import VolumeRendering
import VolumeWeights

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

        It helps to know the weights w of equations 2–3 first. The first two steps follow one pixel. \
        To turn the camera, type `set yaw 0.9` in the terminal.
        """,
      parameters: [
        Parameter(
          "yaw", 0.6, in: -1.2...1.2, unit: "rad", meaning: "angle of the camera from the front"),
        Parameter(
          "pitch", 0, in: -0.6...0.6, unit: "rad", meaning: "angle by which the camera is raised"),
        Parameter(
          whole: "row", 26, in: 0...47, meaning: "row of the pixel that is followed; 0 is the top"),
        Parameter(
          whole: "column", 28, in: 0...47,
          meaning: "column of the pixel that is followed; 0 is on the left"),
        Parameter(
          choice: "part", 5, of: LittleFace.names, meaning: "part in the formulas with numbers"),
        Parameter(
          "factor", 1, in: 0...8, meaning: "factor on all logits of the pixel before the softmax"),
        Parameter(
          whole: "weights", 1, in: 0...1,
          meaning: "1 uses the weights w in equation 10, 0 sets w = 1 (steps 2 and 4)"),
        Parameter("shift", 5, in: -50...50, meaning: "constant added to the logits of all parts"),
        Parameter("residual", 1, in: 0...2, meaning: "factor on the mask residual Δm"),
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
enum MaskSoftmaxSteps {
  static let source = "Sources/Equations/MaskSoftmax/MaskSoftmax.swift"
  static let streaming = "Sources/VolumeRendering/StreamingLift.swift"
  static let names = LittleFace.names
  static let tests = [
    "Tests/MaskSoftmaxTests/HandGoldenTests.swift", "Tests/MaskSoftmaxTests/PropertyTests.swift",
    "Tests/MaskSoftmaxTests/GoldenFileTests.swift", "Tests/MaskSoftmaxTests/BrokenTwinTests.swift",
  ]

  /// The line of equation 10.
  static let equation10 = CodeExcerpt(
    source, declaration: "func maskLogits",
    marking: "renderingWeights.unsqueezed(axis: -2).matmul(partDensities)")
  /// The line of equation 11.
  static let equation11 = CodeExcerpt(
    source, declaration: "func sampled", marking: ".sampled(at: samplePoints)")
  /// The line of equation 9.
  static let equation9 = CodeExcerpt(
    source, declaration: "func maskProbabilities", marking: "maskLogits.softmax(axis: -1)")

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
      equation10,
      equation11,
      CodeExcerpt(streaming, declaration: "public func density(lifted"),
    ],
    sweep: Sweep("column", [2, 6, 10, 14, 18, 22, 25, 28, 30, 32, 34, 38, 44]),
    answers: AnswerBox(
      "Eq. 10–11", line: equation10, doubling: "doubling w", notes: [10, 12, 19, 35, 49],
      proofs: tests + ["Fixtures/MaskSoftmax/masks", "Fixtures/MaskSoftmax/sample"],
      golden: .maskLogit, exercise: "E11")
  ) { page in
    let pixel = LittlePixel(page)
    let (rendering, ones) = (MaskSoftmax(.rendering), MaskSoftmax(.ones))
    page.gallery(
      "pixel_on_mask", [pixel.tile(of: labels(pixel.view, .rendering))], columns: 1,
      tensor: labels(pixel.view, .rendering), axes: "[n, n]", unit: "class id",
      caption: "the most probable part of every pixel; the square marks the \(pixel.name)")
    page.curves(
      "ray_part_densities",
      names.indices.map {
        Series(names[$0], x: pixel.depths, y: pixel.densities[axis: 1, $0].scalars)
      }, xLabel: "t, from near to far", yLabel: "σ",
      caption: "density of each part along the ray through this pixel")
    page.curve(
      "ray_weights_pixel", pixel.weights.scalars, x: pixel.depths, xLabel: "t, from near to far",
      yLabel: "w", caption: "rendering weight w of each sample on the same ray")
    let weighted = rendering.maskLogits(
      partDensities: pixel.densities, renderingWeights: pixel.weights)
    let plain = ones.maskLogits(partDensities: pixel.densities, renderingWeights: pixel.weights)
    page.bars(
      "mask_init_pixel", weighted.scalars, labels: names, unit: "Σ w σ",
      caption: "logits of equation 10: densities added up with the weights w")
    page.bars(
      "mask_init_pixel_ones", plain.scalars, labels: names, unit: "Σ σ",
      caption: "the same sums with w = 1: occluded samples count as much as visible ones")
    let part = Int(page["part"])
    addTerms(pixel, part: part, logit: weighted.scalars[part], to: &page)
    page.holds(
      "doubling w doubles the logit of every part (largest difference)",
      (rendering.maskLogits(partDensities: pixel.densities, renderingWeights: 2 * pixel.weights)
        - 2 * weighted).absolute().maximum().item, atMost: 0)
    page.number(
      "logit of the part \(names[part]) with all densities doubled and w computed again",
      pixel.logitsOfDoubledDensities().scalars[part])
    let rendered = pixel.view.maskLogits[0][axis: 1, pixel.row][axis: 1, pixel.column]
    page.holds(
      "the renderer has the same logits for this pixel (largest difference)",
      (rendered.cast(to: .float64) - weighted).absolute().maximum().item,
      atMost: 1e-6 * max(1, weighted.maximum().item))
    page.holds(
      "the logit of a part behind an opaque wall is 0, however dense the part is",
      logitsBehindAWall().scalars[1], equals: 0, within: 0)
    page.table(
      "axes of equation 10: R rays, N samples on each, K parts", columns: axesColumns,
      rows: axesRows)
    page.why(
      """
      Training computes equation 10 with `maskLogits`, the function shown here. For equation 11 it \
      runs `density(lifted:)` instead of `sampled(_:at:)`. Both give the same numbers, but \
      `density(lifted:)` samples all parts together. The reason is memory: the same 8 voxels around \
      each sample are used for the features, so that no feature volume is built. At the paper's size \
      the feature volumes would take 1.63 GiB for one image.
      """)
    page.why(
      """
      In a rendered view, w is no free factor: it depends on the densities by equations 2 and 3. If \
      all densities double, σ doubles in every term, but w moves to samples nearer the camera. The \
      logit need not double then; the number above says what it becomes.
      """)
    page.why(
      """
      The formula writes the part k first; code and golden case have the parts on the last axis. \
      Equation 10 is then one matrix product of w, [1, N], and the densities, [N, K], for every ray, \
      and equation 9 runs along adjacent numbers.
      """)
  }

  /// The columns of the table of axes.
  static let axesColumns = ["tensor", "in the code", "golden file", "in the golden file"]
  /// The axes of the code and of the case `Fixtures/MaskSoftmax/masks`.
  static let axesRows = [
    ["σ_k^i", "partDensities [R, N, K]", "part_density.npy", "[R, N, K]"],
    ["w_i", "renderingWeights [R, N]", "weights.npy", "[R, N]"],
    ["m_k^init", "maskLogits [R, K]", "mask_logits.npy", "[R, K]"],
  ]

  /// Adds the largest terms of equation 10 for one part, as a table and as a formula with numbers.
  private static func addTerms(
    _ pixel: LittlePixel, part: Int, logit: Double, to page: inout Page
  ) {
    let weights = pixel.weights.scalars
    let densities = pixel.densities[axis: 1, part].scalars
    let terms = zip(weights, densities).map { $0 * $1 }
    let order = terms.indices.sorted { (terms[$0], -$0) > (terms[$1], -$1) }
    func rest(after count: Int) -> Double { order.dropFirst(count).reduce(0) { $0 + terms[$1] } }
    let products: [Arithmetic] = order.prefix(2).map {
      .number(weights[$0]) * .number(densities[$0])
    }
    page.equality(
      Formula(#"m_{\text{\#(names[part])}}^{\text{init}}"#),
      .sum(products + [.number(rest(after: 2))]), equals: logit, within: 1e-12)
    page.table(
      "largest terms of this sum, and all others together",
      columns: ["sample", "t", "w", "σ of the part \(names[part])", "w σ"],
      rows: order.prefix(4).map { index in
        ["\(index + 1) of \(terms.count)"]
          + [pixel.depths[index], weights[index], densities[index], terms[index]].map(\.brief)
      } + [["the others", "", "", "", rest(after: 4).brief]])
  }

  /// Returns the logits of two parts on a ray that meets a wall of the first before the second.
  private static func logitsBehindAWall() -> Tensor {
    let densities = Tensor([2, 2], [1e5, 0, 0, 900])
    let ray = VolumeWeights().ray(density: densities.sum(axes: [-1]), at: Tensor([2], [0.9, 1]))
    return MaskSoftmax().maskLogits(
      partDensities: densities, renderingWeights: ray.renderingWeights)
  }

  static let softmax = Step(
    "Eq. 9", "How do the sums of densities become probabilities?",
    formulas: [
      #"m_k(u,v) = \frac{\exp(m_k^{\text{init}}(u,v))}{\sum_{j=1}^{K} \exp(m_j^{\text{init}}(u,v))}"#
    ],
    symbols: [Symbol("m_k", "maskProbabilities", shape: "[…, K]", unit: "0 … 1, sums to 1")],
    code: [equation9],
    sweep: Sweep("factor", [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8]),
    answers: AnswerBox(
      "Eq. 9", line: equation9, doubling: "doubling all logits", notes: [1],
      proofs: tests + ["Fixtures/MaskSoftmax/masks", "Fixtures/MaskSoftmax/extreme_logits"],
      exercise: "E11")
  ) { page in
    let (masks, pixel) = (MaskSoftmax(weighting(page)), LittlePixel(page))
    let unscaled = masks.maskLogits(
      partDensities: pixel.densities, renderingWeights: pixel.weights)
    let logits = page["factor"] * unscaled
    let probabilities = masks.maskProbabilities(logits)
    page.bars(
      "masks_of_a_pixel", probabilities.scalars, labels: names, unit: "m",
      caption: "probability of each part at the \(pixel.name), with its logits of step 1"
        + (page["factor"] == 1 ? "" : " times \(page["factor"].brief)"))
    let factors = Tensor.linspace(0, 8, 33, .float64)
    let over = masks.maskProbabilities(factors.unsqueezed(axis: -1) * unscaled)
    page.curves(
      "masks_over_factor",
      names.indices.map { Series(names[$0], x: factors.scalars, y: over[axis: 1, $0].scalars) },
      xLabel: "factor on the logits", yLabel: "m",
      caption: "the same probabilities for all factors: large logits make a mask certain")
    let part = Int(page["part"])
    page.equality(
      Formula(#"m_{\text{\#(names[part])}}"#), share(of: part, logits.scalars),
      equals: probabilities.scalars[part], within: 1e-12)
    let doubled = masks.maskProbabilities(2 * logits)
    let ratios = (probabilities / probabilities[part]).squared()
    page.holds(
      "doubling all logits squares the ratio of two probabilities (largest relative difference)",
      (doubled / doubled[part] / ratios - 1).absolute().maximum().item, atMost: 1e-12)
    let shifted = masks.maskProbabilities(logits + page["shift"])
    page.holds(
      "the probabilities of all parts add up to 1", probabilities.sum().item, equals: 1,
      within: 1e-14)
    page.holds(
      "a constant added to all logits does not change the probabilities (largest difference)",
      (shifted - probabilities).absolute().maximum().item, atMost: 1e-12)
    // As printed, the numerator is exp(m_k). With m in 0 … 1, the sum over the parts is not 1.
    let all = masks.maskLogits(
      partDensities: pixel.view.partDensities, renderingWeights: pixel.view.ray.renderingWeights)
    let printed =
      masks.maskProbabilities(all).exponential().sum(axes: [-1])
      / all.exponential().sum(axes: [-1])
    page.number(
      "Σ m of the pixel with the numerator of equation 9 as printed", printed[0, pixel.ray].item)
    page.holds(
      "with equation 9 as printed, masks do not add up to 1 (largest distance from 1 in this view)",
      (printed - 1).absolute().maximum().item, atLeast: 0.1)
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

  /// Returns the softmax of one part, written out: its own term, the largest other one, the rest.
  private static func share(of part: Int, _ logits: [Double]) -> Arithmetic {
    let others = logits.indices.filter { $0 != part }.sorted { logits[$0] > logits[$1] }
    let mine = Arithmetic.exp(.number(logits[part]))
    let rest = others.dropFirst().map { Arithmetic.exp(.number(logits[$0])).value }.reduce(0, +)
    return mine / .sum([mine, .exp(.number(logits[others[0]])), .number(rest)])
  }
}
