import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

// §3.3, final image and mask synthesis: the render net.
extension Chapter {
  /// How a small rendered feature becomes a portrait, and a small mask a large one.
  public static var renderNet: Chapter {
    Chapter(
      "render-net", title: "From 16 × 16 rays to a portrait and its mask",
      equations: "§3.3, R",
      introduction: """
        Rays are dear, so they make a small feature map, and an ordinary 2D network makes the large \
        image of it. Does it know whose portrait it is? What does it do to the mask? And what is the \
        noise for that StyleGAN adds to every layer?

        Needs: the chapter of figure 2. The model is the preset `tiny` with fresh weights, so what \
        the blocks paint are random mixtures of the rendered feature; how they are added up is the \
        trained model's way.
        """,
      parameters: [
        Parameter(whole: "seed", 5, in: 1...20, meaning: "which weights and which z are drawn"),
        Parameter(whole: "part", 1, in: 0...3, meaning: "the part whose mask is followed"),
        Parameter("noise", 0.05, in: 0.01...0.5, meaning: "the noise's weight in the last step"),
      ]
    ) {
      RenderNetSteps.blocks
      RenderNetSteps.skips
      RenderNetSteps.upsampling
      RenderNetSteps.residual
      RenderNetSteps.styles
      RenderNetSteps.noise
    }
  }
}

/// The steps of the chapter on the render net.
enum RenderNetSteps {
  static let source = "Sources/Networks/RenderNet.swift"

  /// The inputs of the render net and all it makes of them.
  struct Work: Sendable {
    let model: LittleModel
    /// f_render `[1, C, H, W]` and 2m − 1 `[1, K, H, W]`.
    let (feature, coarseMask): (Tensor, Tensor)
    let portraits: SynthesizedPortraits
    let blocks: [RenderNetBlock]

    func net(_ parameters: Parameters? = nil) -> RenderNet {
      RenderNet(
        parameters ?? model.generator.parameters,
        minFeatureSize: model.configuration.minFeatureSize,
        imageSize: model.configuration.imageSize)
    }

    init(seed: UInt64) {
      model = LittleModel(seed: seed)
      let made = model.generator(
        expandedLatents: model.latents(from: seed), poses: model.poses(turned: [0]))
      (feature, coarseMask) = (made.view.feature, made.coarseMask)
      var blocks: [RenderNetBlock] = []
      portraits = RenderNet(
        model.generator.parameters, minFeatureSize: model.configuration.minFeatureSize,
        imageSize: model.configuration.imageSize
      )(feature, coarseMask: coarseMask) { blocks.append($0) }
      self.blocks = blocks
    }
  }

  static func work(_ page: Page) -> Work {
    page.shared("work") { withoutGradients { Work(seed: UInt64(page["seed"])) } }
  }

  static let blocks = Step(
    "§3.3, blocks", "Through which sizes does the feature go?",
    symbols: [
      Symbol(#"f_{\text{render}}"#, "feature", shape: "[B, C, H, W]"),
      Symbol("m", "coarseMask", shape: "[B, K, H, W]", unit: "2m − 1"),
    ],
    code: [CodeExcerpt(source, declaration: "public func callAsFunction")]
  ) { page in
    let work = work(page)
    page.features(
      "render_feature", work.feature[0], caption: "what the rays brought, 16 × 16")
    let pooled = work.feature.averagePooled(
      work.model.configuration.coarseSize / work.model.configuration.minFeatureSize)
    page.features(
      "render_feature_pooled", pooled[0], caption: "averaged down to where the net begins")
    for (index, block) in work.blocks.enumerated() {
      let size = block.feature.shape[2]
      page.features(
        "block\(index)_feature", block.feature[0],
        caption: "after block \(index), \(size) × \(size), first three principal components")
    }
    let sizes = work.blocks.map { $0.feature.shape[2] }
    page.table(
      "the blocks", columns: ["block", "size", "channels"],
      rows: work.blocks.enumerated().map { index, block in
        ["\(index)", "\(sizes[index])", "\(block.feature.shape[1])"]
      })
    page.holds("every block doubles the size", sizes == [8, 16, 32])
    // The pooled feature forgets where within 4 × 4 pixels a value stood; its unpooled copy does not.
    let (rows, columns) = (work.feature.shape[2], work.feature.shape[3])
    let shuffled = work.feature.reshaped([1, -1, rows / 2, 2, columns / 2, 2])
    let swapped = Tensor.stacked([shuffled[axis: 5, 1], shuffled[axis: 5, 0]], axis: 5)
      .reshaped(work.feature.shape)
    var early: [RenderNetBlock] = []
    _ = withoutGradients {
      work.net()(swapped, coarseMask: work.coarseMask) { early.append($0) }
    }
    let changes = zip(early, work.blocks).map { largestDifference($0.feature, $1.feature) }
    page.bars(
      "swap_changes", changes, labels: changes.indices.map { "block \($0)" },
      caption: "what changes when every two neighbouring columns of the feature change places")
    page.holds(
      "the blocks below 16 × 16 cannot see it (largest change)", max(changes[0], changes[1]),
      atMost: 1e-4)
    page.holds("the block that gets the unpooled feature does", changes[2], atLeast: 0.01)
    page.why(
      "The net begins smaller than its input, so that its first layers see the whole face at once; "
        + "where its size is that of the rays again, the feature is handed over a second time, "
        + "unpooled, so that nothing fine is lost.")
  }

  static let skips = Step(
    "§3.3, skips", "Which block paints the portrait?",
    formulas: [#"\text{image}_b = \text{upsample}(\text{image}_{b-1}) + \text{ToRGB}_b"#],
    code: [CodeExcerpt(source, declaration: "private func head")]
  ) { page in
    let work = work(page)
    var sum = work.blocks[0].rgb
    var sums = [sum]
    for block in work.blocks.dropFirst() {
      sum = sum.upsampledTwice() + block.rgb
      sums.append(sum)
    }
    for (index, block) in work.blocks.enumerated() {
      page.image(
        "block\(index)_rgb", block.rgb[0], range: .signed,
        caption: "what block \(index) paints, grey where it adds nothing")
    }
    page.picture(
      "image_growing",
      .row(sums.map { Picture.image($0[0], range: .signed).enlarged(toFill: 192) }, gap: 6),
      caption: "the portrait after each block: the sum so far, upsampled, plus the block's own")
    let shares = work.blocks.map { $0.rgb.squared().mean().squareRoot().item }
    page.bars(
      "rgb_shares", shares, labels: shares.indices.map { "block \($0)" },
      caption: "how much each block paints: the root of its mean square")
    page.holds(
      "the sum of all blocks is the portrait (largest difference)",
      largestDifference(sum, work.portraits.image), atMost: 1e-5)
    page.holds("no block paints nothing", shares.min() ?? 0, atLeast: 0.005)
    page.why(
      "Every block speaks about the image directly. Early in training the coarse blocks find the "
        + "colours and the fine ones follow; there is no tanh at the end, −1 … 1 has to be learned."
    )
  }

  static let upsampling = Step(
    "§3.3, upsample", "How is a map made twice as large?",
    formulas: [#"k = [1, 3, 3, 1]"#],
    code: [
      CodeExcerpt(
        "Sources/Tensors/Convolution/Filtering.swift", declaration: "public func upsampledTwice")
    ]
  ) { page in
    let point = Tensor([1, 1, 7, 7], (0..<49).map { $0 == 24 ? 1.0 : 0 })
    let spread = point.upsampledTwice()
    page.map("point_upsampled", spread[0, 0], caption: "a single pixel of 1, upsampled")
    let flat = (point * 0 + 1).upsampledTwice()[0, 0]
    page.map(
      "flat_upsampled", flat, range: 0...1,
      caption: "a map of ones: beyond its border it meets zeros")
    page.holds("one pixel becomes four: the sum is 4", spread.sum().item, equals: 4, within: 1e-12)
    let inside = flat.sliced(axis: 0, from: 2, length: 10).sliced(axis: 1, from: 2, length: 10)
    page.holds(
      "inside, a flat map stays flat (largest error)", (inside - 1).absolute().maximum().item,
      atMost: 1e-12)
    page.holds("at the corner a part is lost", flat.minimum().item, in: 0.3...0.9)
    page.holds(
      "the filter is the same both ways (largest difference)",
      largestDifference(spread, spread.transposed()), atMost: 0)
  }
}
