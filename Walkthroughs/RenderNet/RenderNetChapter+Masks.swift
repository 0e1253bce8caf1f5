import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

// The final mask, the learned styles and the noise of the render net.
extension RenderNetSteps {
  static let residual = Step(
    "m_hr, Δm", "How does the render net change the mask?",
    formulas: [#"m_{\text{hr}} = \text{upsample}(2m - 1) + \Delta m"#],
    symbols: [
      Symbol(#"\Delta m"#, "maskResidual", shape: "[B, K, S, S]"),
      Symbol(#"m_{\text{hr}}"#, "mask", shape: "[B, K, S, S]", unit: "about −1 … 1 once trained"),
    ],
    code: [
      CodeExcerpt(
        "Sources/Equations/MaskSoftmax/MaskSoftmax.swift", declaration: "func finalMask")
    ]
  ) { page in
    let (work, part) = (work(page), Int(page["part"]))
    let name = LittleModel.names[part]
    func own(_ masks: Tensor) -> Tensor { masks[0, part] }
    page.signedMap(
      "mask_coarse", own(work.coarseMask), unit: "2m − 1", reach: 1,
      caption:
        "coarse mask of one part, \(name): red is present, blue is absent, white is undecided")
    page.signedMap(
      "mask_residual", own(work.portraits.maskResidual), unit: "Δm",
      caption: "Δm: added by the render net, computed from the rendered feature only")
    page.signedMap(
      "mask_final", own(work.portraits.mask), unit: "m_hr",
      caption: "final mask: the sum, at twice the resolution")
    let plain = work.coarseMask.upsampledTwice()
    page.holds(
      "the upsampled coarse mask plus Δm is the final mask (largest difference)",
      largestDifference(plain + work.portraits.maskResidual, work.portraits.mask), atMost: 1e-5)
    var sum = work.blocks[0].mask
    for block in work.blocks.dropFirst() { sum = sum.upsampledTwice() + block.mask }
    page.holds(
      "Δm is the upsampled sum of the mask outputs of all blocks (largest difference)",
      largestDifference(sum, work.portraits.maskResidual), atMost: 1e-5)
    let opposite = withoutGradients { work.net()(work.feature, coarseMask: -work.coarseMask) }
    page.holds(
      "negating the coarse mask does not change the portrait, to the bit (largest difference)",
      largestDifference(opposite.image, work.portraits.image), atMost: 0)
    page.holds(
      "negating the coarse mask does not change Δm, to the bit: the net does not read this mask",
      largestDifference(opposite.maskResidual, work.portraits.maskResidual), atMost: 0)
    var silent = work.model.generator.parameters
    for block in work.blocks.indices {
      let weight = "render_net.to_segs.\(block).conv.weight"
      silent.tensors[weight] = silent[weight] * 0
    }
    let unchanged = withoutGradients {
      work.net(silent)(work.feature, coarseMask: work.coarseMask).mask
    }
    page.holds(
      "with the mask heads' weights at 0, the final mask is the upsampled coarse mask (largest difference)",
      largestDifference(unchanged, plain), atMost: 1e-6)
    page.why(
      """
      The rays determine occlusion, and the render net learns the shape of outlines. Since Δm is \
      added, the rendered mask remains the basis. A loss on the difference between coarse and final \
      mask (step 6 of the chapter on training) prevents the render net from producing an independent \
      mask. With fresh weights it still produces one.

      The paper prints upsample(m) in place of upsample(2m − 1). Real masks have the range −1 … 1. \
      Beyond the border, the filter reads zeros. With 2m − 1 a zero means "undecided", with m it \
      would mean "certainly not" (note 17 in Docs/PaperNotes.md).
      """)
  }

  static let styles = Step(
    "Learned styles", "Where do the styles come from if the render net reads no latent?",
    formulas: [#"W'' = \frac{W \odot s}{\|W \odot s\|}"#],
    symbols: [
      Symbol("s", "convs.{i}.modulation", shape: "[1, in, 1, 1]", unit: "1 before training")
    ],
    code: [CodeExcerpt(source, declaration: "func layer")]
  ) { page in
    let work = work(page)
    let old = work.model.generator.parameters
    func image(_ layer: Int, _ change: (Tensor) -> Tensor) -> Tensor {
      var parameters = old
      let name = "render_net.convs.\(layer).modulation"
      parameters.tensors[name] = change(old[name])
      return withoutGradients {
        work.net(parameters)(work.feature, coarseMask: work.coarseMask).image
      }
    }
    let count = work.blocks.count * 2
    let common = (0..<count).map { layer in
      largestDifference(image(layer) { $0 * 5 }, work.portraits.image)
    }
    page.holds(
      "multiplying all styles of a layer by 5 does not change the portrait (largest difference)",
      common.max() ?? 1, atMost: 1e-4)
    let tracked = old.tracked()
    let names = (0..<count).map { "render_net.convs.\($0).modulation" }
    let made = work.net(tracked)(work.feature, coarseMask: work.coarseMask)
    let gradients = try gradients(
      of: made.image.squared().mean(), withRespectTo: names.map { tracked[$0] })
    page.bars(
      "style_influence", gradients.map { $0.squared().sum().squareRoot().item },
      labels: (0..<count).map { "layer \($0)" },
      caption:
        "norm of the gradient of the portrait's mean square with respect to each layer's styles")
    // Demodulation removes a factor common to all styles of a layer, so it has no gradient.
    let along = gradients.map { ($0.sum() / $0.absolute().sum()).absolute().item }
    page.holds(
      "the gradient with respect to a factor on all styles of a layer is 0 (relative to Σ |gradient|)",
      along.max() ?? 1, atMost: 1e-3)
    let single = image(0) { style in
      Tensor(
        style.shape, style.scalars.enumerated().map { $0 == 0 ? 4 * $1 : $1 }
      ).cast(to: .float32)
    }
    page.signedMap(
      "style_change", (single - work.portraits.image)[0].mean(axes: [0]), unit: "mean of r, g, b",
      caption:
        "change of the portrait when the style of channel 0 in the first layer is 4 instead of 1")
    page.holds(
      "multiplying a single style by 4 changes the portrait (largest change)",
      largestDifference(single, work.portraits.image), atLeast: 0.02)
    page.why(
      "In StyleGAN, styles are computed from the latent. Here the rendered feature already contains "
        + "all information from the latent, and also the view and the occlusion. The styles of the "
        + "render net are therefore ordinary parameters, and the identity of the person comes from the "
        + "rendered feature only.")
  }

  static let noise = Step(
    "Noise", "What is the noise for, and are results still reproducible?",
    formulas: [#"y = \text{conv}(x) + \text{weight} \cdot \text{noise}"#],
    code: [
      CodeExcerpt(source, declaration: "public enum NoiseSource"),
      CodeExcerpt(source, declaration: "public var noiseSizes"),
    ]
  ) { page in
    let work = work(page)
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
    let fresh = work.model.generator.parameters
    page.holds(
      "with fresh weights, every noise weight is 0: other noise does not change the portrait, to the bit",
      largestDifference(image(fresh, .buffers), image(fresh, maps(0))), atMost: 0)
    var noisy = fresh
    for layer in sizes.indices {
      noisy.tensors["render_net.convs.\(layer).noise.weight"] =
        Tensor([1], [page["noise"]]).cast(to: .float32)
    }
    let draws = (0..<12).map { image(noisy, maps($0)) }
    let stack = Tensor.concatenated(draws, axis: 0)
    let deviation = (stack - stack.mean(axes: [0])).squared().mean(axes: [0, 1]).squareRoot()
    page.picture(
      "image_noise", imagePictures(draws.prefix(4).map { $0[0] / 2 + 0.5 }, factor: 5),
      caption: "the same feature with four draws of noise of weight \(Float(page["noise"]))")
    page.map(
      "noise_deviation", deviation,
      caption: "standard deviation of each pixel over 12 draws of noise")
    page.holds(
      "with nonzero noise weights, other noise changes the portrait (mean standard deviation)",
      deviation.mean().item, atLeast: 0.005)
    page.holds(
      "the same noise gives the same portrait, to the bit (largest difference)",
      largestDifference(image(noisy, maps(3)), draws[3]), atMost: 0)
    page.holds(
      "two runs with the stored noise give the same portrait, to the bit (largest difference)",
      largestDifference(image(noisy, .buffers), image(noisy, .buffers)), atMost: 0)
    page.table(
      "noise maps, one for each 3 × 3 layer", columns: ["layer", "resolution"],
      rows: sizes.enumerated().map { ["\($0)", "\($1) × \($1)"] })
    page.holds(
      "there are two noise maps at each resolution from 8 to 32", sizes == [8, 8, 16, 16, 32, 32])
    page.why(
      "Hair and skin have fine random detail that the latent need not encode. Training draws new noise "
        + "every time, so the render net can use it only for detail that may differ from one image to "
        + "the next. Stored noise maps make pictures and tests reproducible.")
  }
}
