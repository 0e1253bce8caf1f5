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
          "Sources/Equations/MaskSoftmax/MaskSoftmax.swift", declaration: "func maskLogits")
      ]
    ) { page in
      let weighted = Self.turns.map { view(page, turned: $0) }
      let unweighted = Self.turns.map { unweightedView(page, turned: $0) }
      let truths = Self.turns.compactMap { truth(page, turned: $0)?.labels }
      let rows =
        [weighted.map(\.labels), unweighted.map(\.labels)] + (truths.isEmpty ? [] : [truths])
      page.picture(
        "masks", .column(rows.map { palettePictures($0, factor: 2) }, gap: 4),
        tensor: .stacked(weighted.map { $0.labels }), axes: "[view, n, n]",
        caption:
          "masks from yaw −0.6 to 0.6 rad; first row: with the weights wᵢ; second row: with wᵢ = 1"
          + (truths.isEmpty ? "" : "; third row: the ground truth"))
      page.probabilities(
        "mask_coarse", weighted[Self.turns.count / 2].rendered.maskProbabilities[0],
        palette: .portrait,
        caption: "mask probabilities m from the front")
      let sums = weighted[0].rendered.maskProbabilities.sum(axes: [1])
      page.holds(
        "the mask probabilities of every pixel sum to 1 (largest error)",
        (sums - 1).absolute().maximum().item, atMost: 1e-5)
      page.why(
        """
        Without the weights, a mask sums the densities of everything on the ray, visible or occluded. \
        From the front, the mask is nearly as good, because the densities were made for that view. From \
        the side, the far cheek and the background count as much as the parts that occlude them.
        """)
      compare(&page, weighted, unweighted)
    }
  }

  private func unweightedView(_ page: Page, turned angle: Double) -> PortraitView {
    page.shared("unweighted \(angle)") {
      lifted(page).view(from: CameraPose(turnedLeft: angle), weighting: .ones)
    }
  }

  /// Compares the masks with and without weights with the ray-cast ground truth.
  ///
  /// The bounds were fixed before the first run on the shipped portrait.
  private func compare(_ page: inout Page, _ weighted: [PortraitView], _ unweighted: [PortraitView])
  {
    var rows: [[String]] = []
    for (index, angle) in Self.turns.enumerated() {
      guard let truth = truth(page, turned: angle)?.labels else { return }
      func agreement(_ view: PortraitView) -> LabelAgreement {
        LabelAgreement(view.labels, with: truth, classes: PartClass.count)
      }
      let agreements = (agreement(weighted[index]), agreement(unweighted[index]))
      let (with, without) = (agreements.0.mean, agreements.1.mean)
      rows.append([angle.formatted, with.formatted, without.formatted])
      if angle == 0 {
        perClass(&page, agreements.0, agreements.1)
        page.holds(
          "from the front, masks with and without the weights agree equally well with the ground "
            + "truth (difference of mIoU)",
          abs(with - without), atMost: 0.02)
      } else if abs(angle) == 0.35 {
        page.holds(
          "at yaw \(angle.formatted) rad, the weights improve the mask (increase of mIoU)",
          with - without, atLeast: 0.05)
      }
    }
    page.table(
      "mIoU of the masks against the ray-cast ground truth",
      columns: ["yaw (rad)", "with wᵢ", "wᵢ = 1"], rows: rows)
  }

  private func perClass(
    _ page: inout Page, _ weighted: LabelAgreement, _ unweighted: LabelAgreement
  ) {
    func cell(_ value: Double?) -> String { value?.formatted ?? "absent" }
    page.table(
      "IoU of each class from the front, against the ray-cast ground truth",
      columns: ["class", "with wᵢ", "wᵢ = 1"],
      rows: PartClass.allCases.map { part in
        [
          part.name, cell(weighted.perClass[part.rawValue]),
          cell(unweighted.perClass[part.rawValue]),
        ]
      })
  }
}
