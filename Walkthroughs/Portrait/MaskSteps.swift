import Camera
import Chapters
import Evaluation
import Inspection
import MaskSoftmax
import PortraitClasses
import Tensors

// Which part every pixel shows: equations 9–11, and the ablation of Fig. 9.
extension PortraitChapter {
  var maskStep: Step {
    Step(
      "Eq. 9–11", "Why does the mask use the rendering weights wᵢ?",
      formulas: [
        #"m_k = \frac{\exp(m_k^{init})}{\sum_{j=1}^{K} \exp(m_j^{init})}"#,
        #"m_k^{init} = \sum_{i=1}^{N} w_i\,\sigma_k^i"#,
      ],
      symbols: [
        Symbol(#"\sigma_k^i"#, "partDensities", shape: "[…, N, K]", unit: "≥ 0"),
        Symbol("m_k^{init}", "maskLogits", shape: "[…, K]", unit: "≥ 0"),
        Symbol("m_k", "maskProbabilities", shape: "[…, K]", unit: "0 … 1, sums to 1"),
      ],
      code: [
        CodeExcerpt(
          "Sources/Equations/MaskSoftmax/MaskSoftmax.swift", declaration: "func maskLogits",
          marking: ".matmul(partDensities)")
      ],
      sweep: Sweep("yaw", Self.turns, moving: ["masks_by_yaw"])
    ) { page in
      let seen = seen(page, turned: page["yaw"])
      let truth = truth(turned: page["yaw"])?.labels
      page.gallery(
        "masks_by_yaw",
        zip(["with w", "w = 1", "truth"], [seen.labels, seen.unweightedLabels, truth])
          .compactMap { name, labels in
            labels.map { .labels(name, $0, palette: .portrait) }
          }, columns: 2, tensor: seen.labels, axes: "[n, n]", unit: "class id",
        caption:
          "the most probable part of each pixel, yaw \(page["yaw"].formatted) rad: with the weights "
          + "wᵢ, and with wᵢ = 1" + (truth == nil ? "" : "; below: the ray-cast ground truth"))
      maskOfOnePixel(&page, seen.middle)
      page.why(
        """
        Without the weights, a mask adds up the densities of everything on the ray, visible or \
        occluded. From the side, the far cheek and the background then count as much as the parts that \
        occlude them.
        """)
      compare(&page)
    }
  }

  /// Shows equations 9 and 10 with the numbers of the middle pixel.
  private func maskOfOnePixel(_ page: inout Page, _ ray: SeenPortrait.MiddleRay) {
    let face = PartClass.face.rawValue
    let terms = zip(
      ray.renderingWeights.scalars, ray.partDensities[axis: 1, face].scalars
    ).map { Arithmetic.number($0) * .number($1) }
    let logits = ray.logits.scalars
    page.equality(
      #"m_{\text{face}}^{\text{init}}"#, .sum(of: terms, showing: 2), equals: logits[face],
      within: 1e-6 * max(1, logits[face]))
    let others = logits.indices.filter { $0 != face }
      .reduce(0) { $0 + Arithmetic.exp(.number(logits[$1])).value }
    let own = Arithmetic.exp(.number(logits[face]))
    page.equality(
      #"m_{\text{face}}"#, own / (own + .number(others)),
      equals: ray.probabilities.scalars[face], within: 1e-6)
    page.number(
      "the same logit of the face with wᵢ = 1, middle pixel",
      ray.unweightedLogits.scalars[face])
  }

  /// Compares the masks with and without weights with the ray-cast ground truth.
  ///
  /// The bounds of the frontal view and of ±0.35 rad were fixed before the first run on the shipped
  /// portrait.
  private func compare(_ page: inout Page) {
    guard input.truth != nil else { return }
    func agreements(_ angle: Double) -> (with: LabelAgreement, without: LabelAgreement)? {
      guard let truth = truth(turned: angle)?.labels else { return nil }
      let seen = seen(page, turned: angle)
      func agreement(_ labels: Tensor) -> LabelAgreement {
        LabelAgreement(labels, with: truth, classes: PartClass.count)
      }
      return (agreement(seen.labels), agreement(seen.unweightedLabels))
    }
    let all = Self.turns.compactMap(agreements)
    page.curves(
      "mask_agreement",
      [
        Series("with w", x: Self.turns, y: all.map(\.with.mean)),
        Series("w = 1", x: Self.turns, y: all.map(\.without.mean)),
      ], xLabel: "yaw, rad", yLabel: "mIoU",
      caption:
        "agreement of both masks with the ray-cast ground truth from every side: the mean over the "
        + "parts of intersection over union (mIoU)")
    if let chosen = agreements(page["yaw"]) {
      page.number("mIoU at the chosen yaw, with wᵢ", chosen.with.mean)
      page.number("mIoU at the chosen yaw, wᵢ = 1", chosen.without.mean)
      page.holds(
        "at the chosen yaw, the weights cost the mask at most 0.02 of mIoU (increase of mIoU)",
        chosen.with.mean - chosen.without.mean, atLeast: -0.02)
      if abs(page["yaw"]) >= 0.3 {
        page.holds(
          "0.3 rad or more from the front, the weights improve the mask (increase of mIoU)",
          chosen.with.mean - chosen.without.mean, atLeast: 0.05)
      }
    }
    let sides = [-0.35, 0.35].compactMap(agreements).map { $0.with.mean - $0.without.mean }
    page.holds(
      "at yaw −0.35 and 0.35 rad, the weights improve the mask (smaller increase of mIoU)",
      sides.min() ?? .nan, atLeast: 0.05)
    if let front = agreements(0) { explainFront(&page, front.with, front.without) }
  }

  /// Explains why, from the front, most parts agree better with the ground truth without the weights.
  private func explainFront(
    _ page: inout Page, _ with: LabelAgreement, _ without: LabelAgreement
  ) {
    page.holds(
      "from the front, masks with and without the weights agree equally well with the ground truth "
        + "(difference of mIoU)",
      abs(with.mean - without.mean), atMost: 0.02)
    func cell(_ value: Double?) -> String { value?.formatted ?? "absent" }
    page.table(
      "IoU of each part from the front, against the ray-cast ground truth",
      columns: ["part", "true pixels", "with wᵢ", "wᵢ = 1"],
      rows: PartClass.allCases.map { part in
        [
          part.name, "\(with.truths[part.rawValue])", cell(with.perClass[part.rawValue]),
          cell(without.perClass[part.rawValue]),
        ]
      })
    guard let truth = truth(turned: 0)?.labels.integers else { return }
    let front = seen(page, turned: 0)
    let (seen, flat) = (front.labels.integers, front.unweightedLabels.integers)
    let distances = front.distances
    // Pixels at which only the mask without weights is right.
    let lost = truth.indices.filter { seen[$0] != truth[$0] && flat[$0] == truth[$0] }
    let nearer = lost.count { pixel in
      let along = distances[pixel].scalars
      return along[Int(seen[pixel])] < along[Int(truth[pixel])]
    }
    page.number(
      "pixels at which, from the front, only the mask with wᵢ = 1 is right", Double(lost.count))
    page.holds(
      "at most of these pixels, the weighted mask shows a part that is nearer than the true one (share)",
      Double(nearer) / Double(max(1, lost.count)), atLeast: 0.9)
    page.why(
      """
      From the front, most parts agree slightly better without the weights. The densities were made \
      for this view: at every map element, the part in front is six times as dense as the next one, so \
      the plain sum already finds it. The weights select by order along the ray instead. Between two \
      map elements the density of the nearer part falls gradually to 0, and even its thin fringe \
      stops light before the ray reaches the part behind. So parts in front grow by up to a pixel, and \
      the parts behind them lose as much. Only eyes, glasses and earrings gain: they lie in front of \
      what surrounds them, and the plain sum of a large part behind them can exceed theirs. No other \
      view has densities made for it: within 0.2 rad of the front, both masks are about equally good, \
      and from 0.3 rad on the weights win.
      """)
  }
}
