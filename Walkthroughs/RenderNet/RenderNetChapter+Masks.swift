import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

// The final mask, the learned styles and the noise of the render net.
extension RenderNetSteps {
  /// The line that adds Δm.
  private static let sumLine = CodeExcerpt(
    "Sources/Equations/MaskSoftmax/MaskSoftmax.swift", declaration: "func finalMask",
    marking: "return mask + maskResidual")

  var residual: Step {
    Step(
      "m_hr, Δm", "How does the render net change the mask?",
      formulas: [#"m_{\text{hr}} = \text{upsample}(2m - 1) + \Delta m"#],
      symbols: [
        Symbol(#"\Delta m"#, "maskResidual", shape: "[B, K, S, S]"),
        Symbol(#"m_{\text{hr}}"#, "mask", shape: "[B, K, S, S]", unit: "about −1 … 1"),
      ],
      code: [Self.sumLine],
      sweep: Sweep(
        "scale", [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3], moving: ["masks_by_scale"]),
      answers: AnswerBox(
        "Δm", line: Self.sumLine, doubling: "doubling Δm", notes: [17, 24, 56],
        proofs: [
          "Tests/MaskSoftmaxTests/HandGoldenTests.swift",
          "Tests/MaskSoftmaxTests/BrokenTwinTests.swift",
          "Tests/MaskSoftmaxTests/GoldenFileTests.swift", "Fixtures/MaskSoftmax/final_mask",
        ], exercise: "EMask")
    ) { page in
      let (work, part, scale) = (try work(page), Int(page["part"]), page["scale"])
      let name = ClassPalette.portrait.name(part)
      let residual = work.portraits.maskResidual
      func final(_ scale: Double) -> Tensor {
        MaskSoftmax.finalMask(coarseMask: work.coarseMask, maskResidual: residual * scale)
      }
      let (plain, scaled) = (final(0), final(scale))
      func one(_ mask: Tensor) -> Picture {
        Rendering.signedMap(mask[0, part], reach: 1).compact
      }
      page.gallery(
        "masks_by_scale",
        [
          .face("portrait", work.portraits.image[0]),
          .mask("most probable part", scaled[0]),
          .picture("\(name): upsampled 2m − 1", one(plain)),
          .picture("\(name): m_hr", one(scaled)),
        ], columns: 2, tensor: scaled, axes: "[1, K, S, S]",
        caption:
          "the mask with \(scale.brief) Δm in place of Δm. In the lower row, for the part \(name), red "
          + "is present, blue is absent, white is undecided")
      page.signedMap(
        "mask_residual", residual[0, part], unit: "Δm",
        caption:
          "Δm of the part \(name): added by the render net, computed from the rendered feature")
      let coarse = work.coarseMask[0, part]
      let pixel = RenderNetSteps.steepest(coarse)
      page.equality(
        #"m_{\text{hr}}"#,
        RenderNetSteps.upsampled(coarse, pixel)
          + .number(scale) * .number(residual[0, part, pixel.row, pixel.column].item),
        equals: scaled[0, part, pixel.row, pixel.column].item, within: 2e-6)
      page.number(
        "share of pixels whose most probable part Δm changes",
        1
          - scaled.argmax(axis: 1).cast(to: .float32)
          .isEqual(to: plain.argmax(axis: 1).cast(to: .float32)).mean().item)
      page.holds(
        "the upsampled coarse mask plus Δm is the final mask (largest difference)",
        largestDifference(work.coarseMask.upsampledTwice() + residual, work.portraits.mask),
        atMost: 1e-6)
      page.holds(
        "doubling Δm doubles the distance between m_hr and the upsampled coarse mask (largest "
          + "difference)",
        largestDifference(final(2) - plain, 2 * (work.portraits.mask - plain)), atMost: 1e-5)
      var sum = work.blocks[0].mask
      for block in work.blocks.dropFirst() { sum = sum.upsampledTwice() + block.mask }
      page.holds(
        "Δm is the upsampled sum of the mask outputs of all blocks (largest difference)",
        largestDifference(sum, residual), atMost: 1e-5)
      let opposite = withoutGradients { work.net()(work.feature, coarseMask: -work.coarseMask) }
      page.holds(
        "negating the coarse mask changes neither the portrait nor Δm, to the bit: the net does not "
          + "read this mask (largest difference)",
        max(
          largestDifference(opposite.image, work.portraits.image),
          largestDifference(opposite.maskResidual, residual)), atMost: 0)
      let shown = final(1).argmax(axis: 1).cast(to: .float32)
      page.holds(
        "after training, Δm changes the most probable part only in few pixels (share)",
        1 - shown.isEqual(to: plain.argmax(axis: 1).cast(to: .float32)).mean().item, atMost: 0.1)
      page.why(
        """
        The rays determine occlusion, and the render net learns the shape of outlines. Since Δm is \
        added, the rendered mask remains the basis. A loss on the difference between coarse and final \
        mask (step 6 of the chapter on training) prevents the render net from producing an independent \
        mask. The formula shows row \(pixel.row + 1), column \(pixel.column + 1), where the coarse mask \
        of the part is steepest.

        The paper upsamples m, not 2m − 1. Real masks have the range −1 … 1. \
        Beyond the border, the filter reads zeros. With 2m − 1 a zero means "undecided", with m it \
        would mean "certainly not" (note 17 in Docs/PaperNotes.md).
        """)
    }
  }

  /// What the styles of the render net do to a portrait.
  struct Styles: Sendable {
    /// The gradient of the portrait's mean square with respect to the styles of each layer.
    let gradients: [Tensor]
    /// The largest change of the portrait when all styles of one layer are multiplied by 5.
    let changeByCommonFactor: Double

    init(_ work: Work) throws {
      let count = work.blocks.count * 2
      changeByCommonFactor =
        (0..<count).map { layer in
          largestDifference(Self.image(work, layer) { $0 * 5 }, work.portraits.image)
        }.max() ?? .infinity
      let tracked = work.faces.generator.parameters.tracked()
      let made = work.net(tracked)(work.feature, coarseMask: work.coarseMask)
      gradients = try Tensors.gradients(
        of: made.image.squared().mean(), withRespectTo: (0..<count).map { tracked[Self.name($0)] })
    }

    private static func name(_ layer: Int) -> String { "render_net.convs.\(layer).modulation" }

    /// Returns the styles of a layer.
    static func of(_ layer: Int, _ work: Work) -> Tensor {
      work.faces.generator.parameters[name(layer)]
    }

    /// Returns the portrait with other styles of one layer.
    static func image(_ work: Work, _ layer: Int, _ change: (Tensor) -> Tensor) -> Tensor {
      var parameters = work.faces.generator.parameters
      parameters.tensors[name(layer)] = change(of(layer, work))
      return withoutGradients {
        work.net(parameters)(work.feature, coarseMask: work.coarseMask).image
      }
    }
  }

  var styles: Step {
    Step(
      "Learned styles", "Where do the styles come from if the render net reads no latent?",
      formulas: [#"W'' = \frac{W \odot s}{\|W \odot s\|}"#],
      symbols: [
        Symbol("s", "convs.{i}.modulation", shape: "[1, in, 1, 1]", unit: "1 before training")
      ],
      code: [CodeExcerpt(Self.source, declaration: "func layer")],
      sweep: Sweep(
        "style", [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4], moving: ["portrait_by_style", "style_change"])
    ) { page in
      let work = try work(page)
      let styles = try keptStyles.value(page["seed"]) { try Styles(work) }
      page.bars(
        "style_influence", styles.gradients.map { $0.squared().sum().squareRoot().item },
        labels: styles.gradients.indices.map { "layer \($0 + 1)" },
        caption:
          "norm of the gradient of the portrait's mean square with respect to each layer's styles")
      page.holds(
        "multiplying all styles of a layer by 5 does not change the portrait (largest difference)",
        styles.changeByCommonFactor, atMost: 1e-4)
      // Demodulation removes a factor common to all styles of a layer: the derivative along s is 0.
      let products = styles.gradients.enumerated().map { $1 * Styles.of($0, work) }
      page.holds(
        "the derivative with respect to a factor on all styles of a layer is 0 (relative to the sum of "
          + "magnitudes)",
        products.map { abs($0.sum().item) / $0.absolute().sum().item }.max() ?? 1, atMost: 1e-4)
      let (layer, factor) = (products.count - 1, page["style"])
      let influence = products[layer].absolute().flattened()
      let channel = Int(influence.argmax(axis: 0).integers.first ?? 0)
      let single = Styles.image(work, layer) { style in
        Tensor(
          style.shape, style.scalars.enumerated().map { $0 == channel ? factor * $1 : $1 }
        ).cast(to: .float32)
      }
      page.image(
        "portrait_by_style", single[0], range: .signed,
        caption:
          "the portrait with the style of channel \(channel + 1) of the last layer multiplied by "
          + "\(factor.brief)")
      page.signedMap(
        "style_change", (single - work.portraits.image)[0].mean(axes: [0]), unit: "mean of r, g, b",
        reach: 1, caption: "change of the portrait: brighter where red, darker where blue")
      page.holds(
        "multiplying a single style changes the portrait (largest change)",
        largestDifference(single, work.portraits.image), atLeast: 0.2 * abs(factor - 1))
      page.why(
        "In StyleGAN, styles are computed from the latent. Here the rendered feature already contains "
          + "all information from the latent, and also the view and the occlusion. The styles of the "
          + "render net are therefore ordinary parameters, and the identity of the person comes from the "
          + "rendered feature only.")
    }
  }

  var noise: Step {
    Step(
      "Noise", "What is the noise for, and are results still reproducible?",
      formulas: [#"y = \text{conv}(x) + \text{weight} \cdot \text{noise}"#],
      code: [
        CodeExcerpt(Self.source, declaration: "public enum NoiseSource"),
        CodeExcerpt(Self.source, declaration: "public var noiseSizes"),
      ],
      sweep: Sweep(
        "noise", [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5],
        moving: ["image_noise", "noise_deviation"])
    ) { page in
      let (work, weight) = (try work(page), page["noise"])
      func image(_ parameters: Parameters, _ noise: NoiseSource) -> Tensor {
        withoutGradients {
          work.net(parameters)(work.feature, coarseMask: work.coarseMask, noise: noise).image
        }
      }
      let sizes = work.net().noiseSizes
      func maps(_ stream: UInt64) -> NoiseSource {
        var numbers = RandomNumbers(seed: UInt64(page["seed"]), stream: 20 + stream)
        return .maps(sizes.map { numbers.normal([1, 1, $0, $0]) })
      }
      let trained = work.faces.generator.parameters
      var noisy = trained
      let names = sizes.indices.map { "render_net.convs.\($0).noise.weight" }
      for name in names { noisy.tensors[name] = Tensor([1], [weight]).cast(to: .float32) }
      let draws = (0..<4).map { image(noisy, maps($0)) }
      let stack = Tensor.concatenated(draws, axis: 0)
      let deviation = (stack - stack.mean(axes: [0])).squared().mean(axes: [0, 1]).squareRoot()
      page.gallery(
        "image_noise", draws.enumerated().map { .face("draw \($0 + 1)", $1[0]) }, columns: 2,
        caption:
          "the same feature with four draws of noise; the noise weight of every layer is "
          + "\(weight.brief)")
      page.map(
        "noise_deviation", deviation, unit: "−1 … 1 scale",
        caption: "standard deviation of each pixel over the four draws of noise")
      page.bars(
        "noise_weights", names.map { trained[$0].item },
        labels: sizes.indices.map { "layer \($0 + 1)" },
        caption: "the noise weights that training has learned, from 0 at the start")
      page.number("mean standard deviation of a pixel", deviation.mean().item)
      let fresh = ParameterPlan.generator(work.configuration).fresh(seed: UInt64(page["seed"]))
      page.holds(
        "before training, every noise weight is 0 (largest magnitude)",
        names.map { abs(fresh[$0].item) }.max() ?? 1, atMost: 0)
      page.holds(
        "after training, the noise weights are no longer 0 (largest magnitude)",
        names.map { abs(trained[$0].item) }.max() ?? 0, atLeast: 1e-4)
      if weight == 0 {
        page.holds(
          "with noise weights of 0, all four draws give the same portrait, to the bit (largest difference)",
          draws.map { largestDifference($0, draws[0]) }.max() ?? 1, atMost: 0)
      } else {
        page.holds(
          "with nonzero noise weights, other noise changes the portrait (mean standard deviation)",
          deviation.mean().item, atLeast: 0.3 * weight)
      }
      page.holds(
        "the same noise gives the same portrait, to the bit (largest difference)",
        largestDifference(image(noisy, maps(3)), draws[3]), atMost: 0)
      page.holds(
        "there are two noise maps at each resolution from 16 to 64",
        sizes == [16, 16, 32, 32, 64, 64])
      page.why(
        """
        Hair and skin have fine random detail that the latent need not encode. Training draws new noise \
        every time, so the render net can use it only for detail that may differ from one image to the \
        next. This small model has learned to use almost none: procedural portraits have little random \
        detail. The slider sets much larger weights. The stored noise maps make pictures and tests \
        reproducible.
        """)
    }
  }
}
