import Inspection
import MaskSoftmax
import PortraitModel
import Tensors
import Training
import VolumeRendering

// §3.4 and note 12: the first iterations, in which equation 10 has no weights.
extension TrainingSteps {
  /// The number of iterations with wᵢ = 1 in the paper.
  private static let paperWarmup = 2000

  static let warmup = Step(
    "§3.4, note 12", "What changes between iteration 1 999 and iteration 2 000?",
    formulas: [
      #"m_k^{\text{init}} = \sum_{i=1}^{N} \sigma_k^i \quad \text{in iterations } 0 \ldots 1999"#,
      #"m_k^{\text{init}} = \sum_{i=1}^{N} w_i\,\sigma_k^i \quad \text{from iteration } 2000"#,
    ],
    symbols: [
      Symbol(#"\sigma_k^i"#, "partDensities", shape: "[…, N, K]", unit: "≥ 0"),
      Symbol("w_i", "renderingWeights", shape: "[…, N]", unit: "0 … 1"),
      Symbol(#"m_k^{\text{init}}"#, "maskLogits", shape: "[…, K]", unit: "≥ 0"),
    ],
    code: [
      CodeExcerpt(
        "Sources/Training/TrainingState+Iteration.swift",
        declaration: "public func maskWeighting(at",
        marking: "configuration.maskWarmup"),
      CodeExcerpt(
        "Sources/Equations/MaskSoftmax/MaskSoftmax.swift",
        declaration: "public func maskLogits"),
    ],
    sweep: Sweep(
      "iteration", [0, 500, 1000, 1500, 1900, 1998, 1999, 2000, 2001, 2500, 3000, 4000],
      moving: ["coarse_masks", "mask_of_a_portrait"])
  ) { page in
    let start = start(page)
    var configuration = start.model.configuration
    configuration.maskWarmup = paperWarmup
    let state = TrainingState(
      configuration, generator: start.model.generator.parameters,
      discriminator: start.model.discriminator)
    let weighting = state.maskWeighting(at: Int(page["iteration"]))
    func portraits(_ weighting: MaskWeighting) -> GeneratedPortraits {
      kept("portraits, \(weighting.rawValue)", page) {
        withoutGradients { start.portraits(start.model.generator.parameters, weighting) }
      }
    }
    let made = portraits(weighting)
    let words = weighting == .ones ? "wᵢ = 1" : "the weights of equation 2"
    page.gallery(
      "coarse_masks",
      (0..<batch).map {
        .mask("portrait \($0 + 1)", made.coarseMask[$0], of: .littleModel)
      }, columns: 2,
      tensor: made.coarseMask, axes: "[B, K, H, W]",
      caption:
        "the most probable part of each ray in the four portraits, in iteration \(Int(page["iteration"])): "
        + words)
    page.sheet(
      "mask_of_a_portrait", made.view.maskProbabilities[0], titles: LittleModel.names,
      axes: "[K, H, W]", unit: "probability",
      caption: "probability of each part in the first portrait, with \(words)")
    page.holds(
      "the weights enter in iteration 2 000, and not one earlier",
      state.maskWeighting(at: paperWarmup - 1) == .ones
        && state.maskWeighting(at: paperWarmup) == .rendering)
    let (without, with) = (portraits(.ones), portraits(.rendering))
    oneRay(&page, made.view, weighting, without.view.maskLogits - with.view.maskLogits)
    page.holds(
      "the weights of the mask change no pixel of the portraits (largest difference)",
      largestDifference(without.image, with.image), atMost: 0)
    let excess = with.view.maskLogits - without.view.maskLogits
    page.holds(
      "the weights lower every logit, because each is at most 1 (largest difference)",
      excess.maximum().item, atMost: 0)
    page.holds(
      "with the weights, the masks differ (largest change of a probability)",
      largestDifference(with.view.maskProbabilities, without.view.maskProbabilities), atLeast: 0.1)
    page.why(
      """
      The weights of equation 2 say which samples are visible, and early in training nothing is where \
      it belongs: they "are not well-trained in the early training stage" (§3.4). With wᵢ = 1, occluded \
      samples count as much as visible ones, so every part gets a gradient along the whole ray. The \
      training loop compares the iteration with `maskWarmup`. It is 2 000 by default, 400 for `small` \
      and `mini`, and 0 for `tiny`, so all other steps of this chapter use the weights.
      """)
  }

  /// Shows equation 10 with the numbers of the ray of the first portrait at which the weights change the
  /// logit of the face most.
  private static func oneRay(
    _ page: inout Page, _ view: RenderedView, _ weighting: MaskWeighting, _ change: Tensor
  ) {
    let part = 1
    let ray = Int(change[0, part].flattened().argmax().cast(to: .float64).item)
    let (row, column) = (ray / view.size, ray % view.size)
    let densities = view.partDensities[0, ray][axis: 1, part].scalars
    let weights = view.ray.renderingWeights[0, ray].scalars
    let terms: [Arithmetic] = zip(weights, densities).map { weight, density in
      weighting == .ones ? .number(density) : .number(weight) * .number(density)
    }
    let bySize = terms.indices.sorted { terms[$0].value > terms[$1].value }
    let shown = bySize.prefix(2).sorted().map { terms[$0] }
    let rest = bySize.dropFirst(2).reduce(0) { $0 + terms[$1].value }
    page.number("row of this ray, counted from 1", Double(row + 1), unit: "of \(view.size)")
    page.number("column of this ray, counted from 1", Double(column + 1), unit: "of \(view.size)")
    let logit = view.maskLogits[0, part, row, column].item
    page.equality(
      #"m_{\text{face}}^{\text{init}}"#, .sum(shown + [.number(rest)]), equals: logit,
      within: 1e-12 * max(1, logit))
  }
}
