import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

// §3.3, final image and mask synthesis: the render net.
extension Chapter {
  /// The chapter on the render net: from the rendered feature and the coarse mask to full resolution.
  public static var renderNet: Chapter {
    Chapter(
      "render-net", title: "From 16 × 16 rays to a portrait and its mask",
      equations: "§3.3, R", cover: "image_growing",
      introduction: """
        Rendering rays is expensive. The rays therefore produce only a small feature map, and a 2D \
        network, the render net, computes the large image from it. Does the render net read the \
        latent? How does it change the mask? And why does StyleGAN add noise to every layer?

        Prerequisites: the chapter on figure 2. The model is the preset `tiny` with fresh weights, so \
        the blocks output random mixtures of the rendered feature. Their outputs are combined in the \
        same way as in a trained model.
        """,
      parameters: [
        Parameter(whole: "seed", 5, in: 1...20, meaning: "random seed of the weights and of z"),
        Parameter(whole: "part", 1, in: 0...3, meaning: "the part whose mask is shown"),
        Parameter("noise", 0.05, in: 0.01...0.5, meaning: "weight of the noise in step 6"),
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

  /// The inputs and all outputs of the render net.
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
    "§3.3, blocks", "At which resolutions does the render net work?",
    symbols: [
      Symbol(#"f_{\text{render}}"#, "feature", shape: "[B, C, H, W]"),
      Symbol("m", "coarseMask", shape: "[B, K, H, W]", unit: "2m − 1"),
    ],
    code: [CodeExcerpt(source, declaration: "public func callAsFunction")]
  ) { page in
    let work = work(page)
    page.features(
      "render_feature", work.feature[0],
      caption: "the rendered feature, 16 × 16: the input of the render net")
    let pooled = work.feature.averagePooled(
      work.model.configuration.coarseSize / work.model.configuration.minFeatureSize)
    page.features(
      "render_feature_pooled", pooled[0],
      caption: "the rendered feature averaged down to 4 × 4, where the render net begins")
    for (index, block) in work.blocks.enumerated() {
      let size = block.feature.shape[2]
      page.features(
        "block\(index)_feature", block.feature[0],
        caption: "output of block \(index), \(size) × \(size): first three principal components")
    }
    let sizes = work.blocks.map { $0.feature.shape[2] }
    page.table(
      "the blocks of the render net", columns: ["block", "resolution", "channels"],
      rows: work.blocks.enumerated().map { index, block in
        ["\(index)", "\(sizes[index])", "\(block.feature.shape[1])"]
      })
    page.holds("every block doubles the resolution: 8, 16, 32", sizes == [8, 16, 32])
    // Pooling discards positions within 4 × 4 pixels; the unpooled copy keeps them.
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
      caption:
        "largest change of each block when neighboring columns of the rendered feature are swapped")
    page.holds(
      "swapping neighboring columns does not change blocks 0 and 1, which read the pooled feature",
      max(changes[0], changes[1]),
      atMost: 1e-4)
    page.holds(
      "swapping neighboring columns changes block 2, which reads the unpooled feature", changes[2],
      atLeast: 0.01)
    page.why(
      "The render net begins at a lower resolution than its input, so that its first layers cover the "
        + "whole face. At the resolution of the rays, the feature is concatenated a second time, "
        + "unpooled, so that fine detail is not lost.")
  }

  static let skips = Step(
    "§3.3, skips", "How much does each block add to the portrait?",
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
        caption: "RGB output of block \(index); gray where it adds nothing")
    }
    page.picture(
      "image_growing",
      .row(sums.map { Picture.image($0[0], range: .signed).enlarged(toFill: 192) }, gap: 6),
      caption:
        "the portrait after each block: the previous sum, upsampled, plus the block's RGB output")
    let shares = work.blocks.map { $0.rgb.squared().mean().squareRoot().item }
    page.bars(
      "rgb_shares", shares, labels: shares.indices.map { "block \($0)" },
      caption: "root mean square of each block's RGB output")
    page.holds(
      "the upsampled sum of the RGB outputs of all blocks is the portrait (largest difference)",
      largestDifference(sum, work.portraits.image), atMost: 1e-5)
    page.holds(
      "every block adds to the portrait (smallest root mean square)", shares.min() ?? 0,
      atLeast: 0.005)
    page.why(
      "Every block adds to the image directly. Early in training the coarse blocks learn the colors, "
        + "and the fine blocks follow. There is no tanh at the end: the range −1 … 1 must be learned."
    )
  }

  static let upsampling = Step(
    "§3.3, upsample", "How is the resolution of a map doubled?",
    formulas: [#"k = [1, 3, 3, 1]"#],
    code: [
      CodeExcerpt(
        "Sources/Tensors/Convolution/Filtering.swift", declaration: "public func upsampledTwice")
    ]
  ) { page in
    let point = Tensor([1, 1, 7, 7], (0..<49).map { $0 == 24 ? 1.0 : 0 })
    let spread = point.upsampledTwice()
    page.map("point_upsampled", spread[0, 0], caption: "a map with a single pixel of 1, upsampled")
    let flat = (point * 0 + 1).upsampledTwice()[0, 0]
    page.map(
      "flat_upsampled", flat, range: 0...1,
      caption: "a map of ones, upsampled: beyond the border the filter reads zeros")
    page.holds(
      "upsampling one pixel of 1 gives the sum 4", spread.sum().item, equals: 4, within: 1e-12)
    let inside = flat.sliced(axis: 0, from: 2, length: 10).sliced(axis: 1, from: 2, length: 10)
    page.holds(
      "away from the border, a constant map stays constant (largest error)",
      (inside - 1).absolute().maximum().item,
      atMost: 1e-12)
    page.holds(
      "at the corner, a constant map loses a part of its value", flat.minimum().item, in: 0.3...0.9)
    page.holds(
      "the filter is the same along rows and columns (largest difference)",
      largestDifference(spread, spread.transposed()), atMost: 0)
  }
}
