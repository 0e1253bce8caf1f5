import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

// The mask's way through the render net, its learned styles, its noise.
extension RenderNetSteps {
  static let residual = Step(
    "m_hr, Δm", "What does the render net do to the mask?",
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
      caption: "the \(name)'s coarse mask: red has it, blue has not, white is undecided")
    page.signedMap(
      "mask_residual", own(work.portraits.maskResidual), unit: "Δm",
      caption: "what the render net adds, learned from the rendered feature alone")
    page.signedMap(
      "mask_final", own(work.portraits.mask), unit: "m_hr", caption: "the sum at twice the size")
    let plain = work.coarseMask.upsampledTwice()
    page.holds(
      "coarse mask, upsampled, plus Δm is the final mask (largest difference)",
      largestDifference(plain + work.portraits.maskResidual, work.portraits.mask), atMost: 1e-5)
    var sum = work.blocks[0].mask
    for block in work.blocks.dropFirst() { sum = sum.upsampledTwice() + block.mask }
    page.holds(
      "Δm is the sum of the blocks' mask heads (largest difference)",
      largestDifference(sum, work.portraits.maskResidual), atMost: 1e-5)
    let opposite = withoutGradients { work.net()(work.feature, coarseMask: -work.coarseMask) }
    page.holds(
      "with the opposite coarse mask the portrait is the same, to the bit",
      largestDifference(opposite.image, work.portraits.image), atMost: 0)
    page.holds(
      "and so is Δm: the net never sees the mask",
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
      "with its mask heads at zero, the mask is plainly upsampled (largest difference)",
      largestDifference(unchanged, plain), atMost: 1e-6)
    page.why(
      """
      The rays know what hides what; the net knows what an outline looks like. Adding keeps the \
      first as the base, and a price on the difference (step 6 of the chapter on training) keeps the \
      net from painting a mask of its own. Fresh weights still do just that.

      The paper prints upsample(m) in place of upsample(2m − 1). Real masks are −1 … 1, and beyond the \
      border the filter meets zeros: they should say "undecided", not "certainly not" (note 17).
      """)
  }

  static let styles = Step(
    "Learned styles", "Where do the styles come from, if no latent enters?",
    formulas: [#"W'' = \frac{W \odot s}{\|W \odot s\|}"#],
    symbols: [Symbol("s", "convs.{i}.modulation", shape: "[1, in, 1, 1]", unit: "1 at first")],
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
      "a layer's styles five times as large change nothing (largest difference)",
      common.max() ?? 1, atMost: 1e-4)
    let tracked = old.tracked()
    let names = (0..<count).map { "render_net.convs.\($0).modulation" }
    let made = work.net(tracked)(work.feature, coarseMask: work.coarseMask)
    let gradients = try gradients(
      of: made.image.squared().mean(), withRespectTo: names.map { tracked[$0] })
    page.bars(
      "style_influence", gradients.map { $0.squared().sum().squareRoot().item },
      labels: (0..<count).map { "layer \($0)" },
      caption: "how strongly the styles of each 3 × 3 layer bear on the portrait's contrast")
    // Demodulation takes out what all styles of a layer have in common, so along it nothing changes.
    let along = gradients.map { ($0.sum() / $0.absolute().sum()).absolute().item }
    page.holds(
      "their gradient has no share along what they have in common (largest)",
      along.max() ?? 1, atMost: 1e-3)
    let single = image(0) { style in
      Tensor(
        style.shape, style.scalars.enumerated().map { $0 == 0 ? 4 * $1 : $1 }
      ).cast(to: .float32)
    }
    page.signedMap(
      "style_change", (single - work.portraits.image)[0].mean(axes: [0]), unit: "mean of r, g, b",
      caption: "the portrait when channel 0 of the first layer's style is 4 in place of 1")
    page.holds(
      "one style alone four times as large changes the portrait (largest change)",
      largestDifference(single, work.portraits.image), atLeast: 0.02)
    page.why(
      "In StyleGAN a style is made of the latent. Here all that the latent has to say is in the "
        + "rendered feature, view and hidden parts included; so the render net's styles are plain "
        + "parameters, and it cannot add a person of its own.")
  }

  static let noise = Step(
    "Noise", "What is the noise for, and does it spoil the comparison of two runs?",
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
      "fresh, its weight is 0 in every layer: other noise, the same portrait to the bit",
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
      caption: "the same feature with four draws of noise, its weight \(Float(page["noise"]))")
    page.map(
      "noise_deviation", deviation,
      caption: "how much each pixel scatters over 12 draws of noise")
    page.holds(
      "other noise, another portrait (mean scatter)", deviation.mean().item, atLeast: 0.005)
    page.holds(
      "the same noise, the same portrait to the bit",
      largestDifference(image(noisy, maps(3)), draws[3]), atMost: 0)
    page.holds(
      "stored noise too: two runs agree to the bit",
      largestDifference(image(noisy, .buffers), image(noisy, .buffers)), atMost: 0)
    page.table(
      "noise maps, one for each 3 × 3 layer", columns: ["layer", "size"],
      rows: sizes.enumerated().map { ["\($0)", "\($1) × \($1)"] })
    page.holds("two of each size", sizes == [8, 8, 16, 16, 32, 32])
    page.why(
      "Hair and skin have detail that no latent needs to remember. Training draws new noise each "
        + "time, so the net may use it only for what need not be the same twice; stored maps make "
        + "pictures and tests repeatable.")
  }
}
