import Inspection
import MaskSoftmax
import PortraitClasses
import Tensors
import VolumeRendering

// The steps on whole views: cameras that turn, the certainty of a mask, the final mask.
extension MaskSoftmaxSteps {
  /// The masks of one view as class numbers, `[n, n]` each.
  struct Labels: Sendable {
    /// With the rendering weights in equation 10.
    let weighted: Tensor
    /// With w = 1 in equation 10.
    let plain: Tensor
    /// The visible part.
    let visible: Tensor

    init(_ view: RenderedView) {
      weighted = labels(view, .rendering)
      plain = labels(view, .ones)
      visible = seen(view)
    }

    /// The share of the pixels whose mask is the visible part, with the weights and with w = 1.
    var shares: (weighted: Double, plain: Double) {
      func share(_ map: Tensor) -> Double {
        map.cast(to: .float32).isEqual(to: visible.cast(to: .float32)).mean().item
      }
      return (share(weighted), share(plain))
    }
  }

  static let turns = [
    -0.9, -0.75, -0.6, -0.45, -0.3, -0.15, 0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9,
  ]
  /// The masks from all yaw angles of `turns`.
  static let turning = turns.map { Labels(LittlePixel.view(turned: $0)) }

  static let turn = Step(
    "Eq. 10, Fig. 9", "Why does equation 10 use the rendering weights?",
    code: [CodeExcerpt(source, declaration: "enum MaskWeighting")],
    sweep: Sweep("yaw", turns, moving: ["masks_on_and_off"])
  ) { page in
    let known = page["pitch"] == 0 ? turns.firstIndex(of: page["yaw"]) : nil
    let here =
      known.map { turning[$0] }
      ?? Labels(LittlePixel.view(turned: page["yaw"], raised: page["pitch"]))
    page.gallery(
      "masks_on_and_off",
      [
        .labels("with the weights w", here.weighted, palette: .littleFace),
        .labels("with w = 1", here.plain, palette: .littleFace),
        .labels("the visible part", here.visible, palette: .littleFace),
      ], columns: 2, tensor: .stacked([here.weighted, here.plain]),
      axes: "[2, n, n]", unit: "class id",
      caption: "mask with the weights w, mask with w = 1, and below the visible part, all from a "
        + "camera turned by \(page["yaw"].brief) rad from the front")
    page.number("share of pixels with the right part, with w", here.shares.weighted)
    page.number("share of pixels with the right part, with w = 1", here.shares.plain)
    page.holds(
      "from this camera, the mask with w is right for at least as many pixels (difference of shares)",
      here.shares.weighted - here.shares.plain, atLeast: 0)
    let shown = Array(stride(from: 0, to: turns.count, by: 2))
    page.gallery(
      "masks_turning",
      shown.map { index in
        let (title, own) = ("yaw \(turns[index].brief)", turning[index])
        return Gallery.Tile.labels(title, own.weighted, palette: .littleFace)
          .above(.labels(title, own.plain, palette: .littleFace))
          .above(.labels(title, own.visible, palette: .littleFace))
      }, columns: 4, tensor: .stacked(shown.map { turning[$0].weighted }), axes: "[view, n, n]",
      unit: "class id",
      caption:
        "masks for yaw angles from −0.9 to 0.9 rad off the front: with the weights w (top), with w = 1 "
        + "(middle), and the visible part (bottom)")
    let (with, without) = (turning.map(\.shares.weighted), turning.map(\.shares.plain))
    page.curves(
      "mask_agreement",
      [Series("with w", x: turns, y: with), Series("w = 1", x: turns, y: without)],
      xLabel: "yaw, rad", yLabel: "share of pixels",
      caption: "share of pixels whose mask is the visible part")
    page.holds(
      "from the front, both weightings are right for almost the same share of pixels (difference)",
      abs(with[6] - without[6]), atMost: 0.05)
    for index in [0, 12] {
      page.holds(
        "at yaw \(turns[index].brief), the weights give a right mask for a tenth more of all pixels "
          + "(difference)",
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
    ],
    sweep: Sweep("pitch", [-0.6, -0.45, -0.3, -0.15, 0, 0.15, 0.3, 0.45, 0.6])
  ) { page in
    let view = LittlePixel.view(turned: page["yaw"], raised: page["pitch"])
    let mask = masks(view, weighting(page))
    let certainty = mask.maximum(axes: [0])
    page.map(
      "mask_certainty", certainty, unit: "m, 0 … 1", range: 0...1,
      caption: "probability of the most probable part at every pixel; the colors end at 0 and 1")
    page.probabilities(
      "mask_coarse", mask, palette: .portrait,
      caption: "colors of the parts, blended with the probabilities m, and each part alone")
    page.image(
      "render_feature", view.feature[0], range: .unit,
      caption: "rendered feature; its three channels are shown as red, green and blue")
    page.number("smallest probability of a most probable part", certainty.minimum().item)
    page.number("largest probability of a most probable part", certainty.maximum().item)
    page.holds(
      "the probabilities of every pixel add up to 1 (largest error)",
      (mask.sum(axes: [0]) - 1).absolute().maximum().item, atMost: 1e-6)
    page.holds(
      "with the weights w, the mask is the one that the renderer returns (largest difference)",
      (masks(view, .rendering) - view.maskProbabilities[0]).absolute().maximum().item, atMost: 1e-6)
    page.why(
      """
      The density of this face is at most 3 on a plane, so the logits are small and the softmax stays \
      undecided at the borders of parts: six equal logits give 1/6. Equation 10 does not divide by \
      the sum of the weights (note 10), so a ray through thin matter has a less certain mask than a \
      ray that ends in dense matter.
      """)
  }

  /// The line of the final mask.
  static let finalMask = CodeExcerpt(
    source, declaration: "func finalMask", marking: "return mask + maskResidual")
  /// The masks of the frontal view, `[1, K, 48, 48]`, in double precision.
  static let frontal = masks(LittlePixel.view(turned: 0), .rendering).cast(to: .float64)
    .unsqueezed(axis: 0)

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
    code: [finalMask],
    sweep: Sweep("residual", [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2]),
    answers: AnswerBox(
      "m_hr", line: finalMask, doubling: "doubling Δm", notes: [17, 24, 56],
      proofs: tests + ["Fixtures/MaskSoftmax/final_mask"], exercise: "EMask")
  ) { page in
    let coarse = MaskSoftmax.coarseMask(frontal)
    let plain = MaskSoftmax.finalMask(
      coarseMask: coarse, maskResidual: .zeros([1, names.count, 96, 96], .float64))
    // A made-up residual: with the factor 1, the sum is the upsampled mask of the most probable parts.
    let certain = frontal.isEqual(to: frontal.maximum(axes: [1], keepingAxes: true))
    let residual = page["residual"] * (MaskSoftmax.coarseMask(certain).upsampledTwice() - plain)
    let final = MaskSoftmax.finalMask(coarseMask: coarse, maskResidual: residual)
    page.signedMap(
      "mask_final_face", final[0, 1], unit: "m_hr", reach: 2,
      caption: "final mask m_hr of the face: upsampled mask plus Δm; the colors end at ±2")
    page.signedMap(
      "mask_residual_face", residual[0, 1], unit: "Δm", reach: 2,
      caption:
        "mask residual Δm of the face, made up here so that the factor 1 gives a certain mask; "
        + "the factor is \(page["residual"].brief); in the model the render net predicts Δm")
    page.signedMap(
      "mask_upsampled_face", plain[0, 1], unit: "−1 … 1", reach: 2,
      caption: "2m − 1 of the face, upsampled to twice the resolution")
    page.map(
      "mask_coarse_face", frontal[0, 1], unit: "m, 0 … 1", range: 0...1,
      caption: "coarse mask m of the face, as rendered along the rays from the front")
    addPixel(coarse, residual, final, to: &page)
    let twice = MaskSoftmax.finalMask(coarseMask: coarse, maskResidual: 2 * residual)
    page.holds(
      "doubling Δm adds Δm to m_hr once more (largest difference)",
      (twice - final - residual).absolute().maximum().item, atMost: 1e-14)
    page.holds(
      "with Δm = 0, m_hr is 2m − 1 after plain upsampling (largest difference)",
      (plain - coarse.upsampledTwice()).absolute().maximum().item, atMost: 0)
    // The filter of a corner pixel covers 3/4 · 3/4 of the map; the rest reads zeros.
    page.holds(
      "in a corner, upsample(2m − 1) lies 7/16 above 2 · upsample(m) − 1, since outside the map a 0 "
        + "means undecided",
      plain[0, 1, 0, 0].item - (2 * frontal.upsampledTwice()[0, 1, 0, 0].item - 1),
      equals: 7.0 / 16, within: 1e-12)
    page.why(
      """
      The layers of the render net do not read the coarse mask. For the mask they predict only Δm, \
      the correction of the upsampled coarse mask. The sum uses 2m − 1 in place of m, so that 0 \
      means "undecided". The upsampling filter reads zeros outside the map, and they then mean \
      "undecided" too (note 17). Training computes m_hr with this function.
      """)
    page.why(
      """
      In the formulas with numbers, u is the pixel of upsample(2m − 1). The filter takes 9/16 of the nearest pixel of 2m − 1, 3/16 of each of \
      the pixels above and to the left (they are added first), and 1/16 of the pixel between these two.
      """)
  }

  /// Adds the formula of the final mask of the face with the numbers of one pixel.
  private static func addPixel(
    _ coarse: Tensor, _ residual: Tensor, _ final: Tensor, to page: inout Page
  ) {
    let (row, column) = (Int(page["row"]), Int(page["column"]))
    // Pixel (2 · row, 2 · column) lies nearest to pixel (row, column) of the coarse mask, and the filter
    // also reads the pixels above and to the left.
    func near(_ above: Int, _ left: Int) -> Arithmetic {
      let isInside = row >= above && column >= left
      return .number(isInside ? coarse[0, 1, row - above, column - left].item : 0)
    }
    // One number for both, so that the formula fits on a line.
    let beside = Arithmetic.number((near(1, 0) + near(0, 1)).value)
    let place = (2 * row, 2 * column)
    let plain = coarse.upsampledTwice()[0, 1, place.0, place.1].item
    page.equality(
      "u", .sum([9 * near(0, 0), 3 * beside, near(1, 1)]) / 16, equals: plain,
      within: 1e-12)
    page.equality(
      #"m_{\text{hr}}"#, .number(plain) + .number(residual[0, 1, place.0, place.1].item),
      equals: final[0, 1, place.0, place.1].item, within: 1e-12)
    page.table(
      "the pixel of the formulas with numbers", columns: ["part", "row of m_hr", "column of m_hr"],
      rows: [[names[1], "\(place.0) of 0 … 95", "\(place.1) of 0 … 95"]])
  }
}
