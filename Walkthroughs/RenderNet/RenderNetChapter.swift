import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

// §3.3, final image and mask synthesis: the render net.
extension Chapter {
  /// The chapter on the render net: from the rendered feature and the coarse mask to full resolution.
  public static var renderNet: Chapter { renderNet(of: TrainedFaces.shipped) }

  /// Returns the same chapter for another generator with 13 parts.
  ///
  /// - Parameter load: returns the generator; an error that it throws becomes a failed claim.
  /// - Returns: the chapter.
  public static func renderNet(_ load: @escaping @Sendable () throws -> Generator) -> Chapter {
    renderNet(of: TrainedFaces.source(load))
  }

  private static func renderNet(of faces: @escaping TrainedFaces.Source) -> Chapter {
    let steps = RenderNetSteps(faces: faces)
    return Chapter(
      "render-net", title: "From 32 × 32 rays to a portrait and its mask",
      equations: "§3.3, R", cover: "portrait_by_style",
      introduction: """
        Rendering rays is expensive. The rays therefore produce only a small feature map, and a 2D \
        network, the render net, computes the large image from it. Does the render net read the \
        latent? How does it change the mask? And why does StyleGAN add noise to every layer?

        Prerequisites: the chapter on figure 2. The model is the trained generator that ships with the \
        project. It renders 32 × 32 rays and makes portraits of 64 × 64 pixels; the paper renders \
        64 × 64 rays for portraits of 512 × 512.
        """,
      parameters: [
        Parameter(whole: "seed", 0, in: 0...1000, meaning: "random seed of the person"),
        Parameter(
          choice: "part", 7, of: ClassPalette.partNames, meaning: "the part whose mask is shown"),
        Parameter(
          "included", 3, in: 0...3,
          meaning:
            "how many blocks are added in step 2; 1.5 is the first block and half of the second"),
        Parameter("scale", 1, in: 0...3, meaning: "factor on the mask residual Δm in step 4"),
        Parameter(
          "style", 4, in: 0...4, meaning: "factor on the style of one channel in step 5"),
        Parameter("noise", 0.1, in: 0...0.5, meaning: "weight of the noise in step 6"),
      ]
    ) {
      steps.blocks
      steps.skips
      steps.upsampling
      steps.residual
      steps.styles
      steps.noise
    }
  }
}

/// The steps of the chapter on the render net.
struct RenderNetSteps: Sendable {
  static let source = "Sources/Networks/RenderNet.swift"

  let faces: TrainedFaces.Source
  let keptStyles = Kept<Double, Styles>(count: 2)

  /// The inputs and all outputs of the render net.
  struct Work: Sendable {
    let faces: TrainedFaces
    /// f_render `[1, C, H, W]` and 2m − 1 `[1, K, H, W]`.
    let (feature, coarseMask): (Tensor, Tensor)
    let portraits: SynthesizedPortraits
    let blocks: [RenderNetBlock]

    /// The configuration of the generator.
    var configuration: Configuration { faces.configuration }

    /// Returns the render net with other parameters, or with the trained ones.
    func net(_ parameters: Parameters? = nil) -> RenderNet {
      RenderNet(
        parameters ?? faces.generator.parameters, minFeatureSize: configuration.minFeatureSize,
        imageSize: configuration.imageSize)
    }

    init(_ faces: TrainedFaces, seed: Double) {
      self.faces = faces
      let made = faces.portrait(seed: seed)
      (feature, coarseMask) = (made.view.feature, made.coarseMask)
      var blocks: [RenderNetBlock] = []
      portraits = RenderNet(
        faces.generator.parameters, minFeatureSize: faces.configuration.minFeatureSize,
        imageSize: faces.configuration.imageSize
      )(feature, coarseMask: coarseMask) { blocks.append($0) }
      self.blocks = blocks
    }
  }

  func work(_ page: Page) throws -> Work {
    let faces = try faces()
    return page.shared("work") { withoutGradients { Work(faces, seed: page["seed"]) } }
  }

  var blocks: Step {
    Step(
      "§3.3, blocks", "At which resolutions does the render net work?",
      symbols: [
        Symbol(#"f_{\text{render}}"#, "feature", shape: "[B, C, H, W]"),
        Symbol("m", "coarseMask", shape: "[B, K, H, W]", unit: "2m − 1"),
      ],
      code: [CodeExcerpt(Self.source, declaration: "public func callAsFunction")]
    ) { page in
      let work = try work(page)
      let (coarse, first) = (work.configuration.coarseSize, work.configuration.minFeatureSize)
      page.features(
        "render_feature", work.feature[0],
        caption: "the rendered feature, \(coarse) × \(coarse): the input of the render net")
      page.features(
        "render_feature_pooled", work.feature.averagePooled(coarse / first)[0],
        caption:
          "the rendered feature averaged down to \(first) × \(first), where the render net begins")
      let sizes = work.blocks.map { $0.feature.shape[2] }
      for (index, block) in work.blocks.enumerated() {
        page.features(
          "block\(index + 1)_feature", block.feature[0],
          caption:
            "output of block \(index + 1), \(sizes[index]) × \(sizes[index]): first three principal "
            + "components")
      }
      page.image(
        "portrait", work.portraits.image[0], range: .signed,
        caption: "the portrait that the heads of these blocks add up to")
      page.table(
        "the blocks of the render net", columns: ["block", "resolution", "channels"],
        rows: work.blocks.enumerated().map { index, block in
          ["\(index + 1)", "\(sizes[index])", "\(block.feature.shape[1])"]
        })
      page.holds("every block doubles the resolution: 16, 32, 64", sizes == [16, 32, 64])
      // Pooling discards positions within 4 × 4 pixels; the unpooled copy keeps them.
      let (rows, columns) = (work.feature.shape[2], work.feature.shape[3])
      let shuffled = work.feature.reshaped([1, -1, rows / 2, 2, columns / 2, 2])
      let swapped = Tensor.stacked([shuffled[axis: 5, 1], shuffled[axis: 5, 0]], axis: 5)
        .reshaped(work.feature.shape)
      var early: [RenderNetBlock] = []
      let other = withoutGradients {
        work.net()(swapped, coarseMask: work.coarseMask) { early.append($0) }
      }
      page.image(
        "portrait_of_swapped_columns", other.image[0], range: .signed,
        caption: "the portrait if neighboring columns of the rendered feature are swapped")
      let changes = zip(early, work.blocks).map { largestDifference($0.feature, $1.feature) }
      page.bars(
        "swap_changes", changes, labels: changes.indices.map { "block \($0 + 1)" },
        caption:
          "largest change of each block when neighboring columns of the rendered feature are swapped"
      )
      page.holds(
        "swapping neighboring columns does not change blocks 1 and 2, which read the pooled feature",
        max(changes[0], changes[1]), atMost: 1e-3)
      page.holds(
        "swapping neighboring columns changes block 3, which reads the unpooled feature",
        changes[2],
        atLeast: 0.1)
      page.why(
        "The render net begins at a lower resolution than its input, so that its first layers cover the "
          + "whole face. At the resolution of the rays, the feature is concatenated a second time, "
          + "unpooled, so that fine detail is not lost.")
    }
  }

  var skips: Step {
    Step(
      "§3.3, skips", "How much does each block add to the portrait?",
      formulas: [#"\text{image}_b = \text{upsample}(\text{image}_{b-1}) + \text{ToRGB}_b"#],
      code: [CodeExcerpt(Self.source, declaration: "private func head")],
      sweep: Sweep(
        "included", [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3],
        moving: ["portrait_of_some_blocks"])
    ) { page in
      let (work, included) = (try work(page), page["included"])
      /// Returns the sum over all blocks, each with a factor.
      func sum(_ factors: [Double]) -> Tensor {
        var sum = work.blocks[0].rgb * factors[0]
        for (block, factor) in zip(work.blocks, factors).dropFirst() {
          sum = sum.upsampledTwice() + block.rgb * factor
        }
        return sum
      }
      let factors = work.blocks.indices.map { min(1, max(0, included - Double($0))) }
      let shown = sum(factors)
      page.image(
        "portrait_of_some_blocks", shown[0], range: .signed,
        caption:
          "the sum of the RGB outputs with the factors "
          + factors.enumerated().map { "\($1.brief) on block \($0 + 1)" }.joined(separator: ", ")
          + "; gray is 0")
      for (index, block) in work.blocks.enumerated() {
        page.image(
          "block\(index + 1)_rgb", block.rgb[0], range: .signed,
          caption:
            "RGB output of block \(index + 1), \(block.rgb.shape[2]) × \(block.rgb.shape[2]); gray "
            + "where it adds nothing")
      }
      let shares = work.blocks.map { $0.rgb.squared().mean().squareRoot().item }
      page.bars(
        "rgb_shares", shares, labels: shares.indices.map { "block \($0 + 1)" },
        caption: "root mean square of each block's RGB output")
      let distance = (shown - work.portraits.image).squared().mean().squareRoot().item
      page.number("root mean square of the difference from the whole portrait", distance)
      page.holds(
        "the upsampled sum of the RGB outputs of all blocks is the portrait (largest difference)",
        largestDifference(sum(shares.map { _ in 1 }), work.portraits.image), atMost: 1e-5)
      page.holds(
        "every block adds to the portrait (smallest root mean square)", shares.min() ?? 0,
        atLeast: 0.02)
      page.why(
        "Every block adds to the image directly. Early in training the coarse blocks learn the colors, "
          + "and the fine blocks follow. There is no tanh at the end: the range −1 … 1 must be learned."
      )
    }
  }

  /// The line that upsamples, and its taps.
  private static let filter = CodeExcerpt(
    "Sources/Tensors/Convolution/Filtering.swift", declaration: "public func upsampledTwice")

  var upsampling: Step {
    Step(
      "§3.3, upsample", "How is the resolution of a map doubled?",
      formulas: [#"k = \frac{1}{4}\,[1, 3, 3, 1]"#],
      code: [Self.filter]
    ) { page in
      let (work, part) = (try work(page), Int(page["part"]))
      let mask = work.coarseMask[0, part]
      let (rows, columns) = (mask.shape[0], mask.shape[1])
      let fine = work.coarseMask.upsampledTwice()[0, part]
      let name = ClassPalette.portrait.name(part)
      page.signedMap(
        "mask_before", mask, unit: "2m − 1", reach: 1,
        caption: "coarse mask 2m − 1 of the part \(name), \(columns) × \(rows)")
      page.signedMap(
        "mask_upsampled", fine, unit: "2m − 1", reach: 1,
        caption:
          "the same mask, upsampled. At the border it comes nearer to 0, because the filter reads zeros "
          + "beyond it")
      let point = Tensor([1, 1, 7, 7], (0..<49).map { $0 == 24 ? 1.0 : 0 })
      let spread = point.upsampledTwice()
      page.map(
        "point_upsampled", spread[0, 0], caption: "a map with a single pixel of 1, upsampled")
      let pixel = RenderNetSteps.steepest(mask)
      page.equality(
        #"\text{upsample}"#, Self.upsampled(mask, pixel),
        equals: fine[pixel.row, pixel.column].item,
        within: 1e-6)
      let flat = (point * 0 + 1).upsampledTwice()[0, 0]
      page.holds(
        "upsampling one pixel of 1 gives the sum 4", spread.sum().item, equals: 4, within: 1e-12)
      let inside = flat.sliced(axis: 0, from: 1, length: 12).sliced(axis: 1, from: 1, length: 12)
      page.holds(
        "one pixel away from the border, a constant map stays constant (largest error)",
        (inside - 1).absolute().maximum().item, atMost: 1e-12)
      page.holds(
        "at the corner, a constant map of 1 becomes 9/16: three of four pixels lie beyond the border",
        flat[0, 0].item, equals: 9.0 / 16, within: 1e-12)
      page.holds(
        "the filter is the same along rows and columns (largest difference)",
        largestDifference(spread, spread.transposed()), atMost: 0)
      page.why(
        "A new pixel lies a quarter of a pixel from the nearest old one, so it takes 3/4 of it and 1/4 "
          + "of the next, along rows and along columns: 9, 3, 3 and 1 sixteenths. The formula shows the "
          + "new pixel in row \(pixel.row + 1), column \(pixel.column + 1).")
    }
  }

  /// Returns a new pixel where neighboring old pixels of a map, `[H, W]`, differ most, away from the border.
  static func steepest(_ map: Tensor) -> (row: Int, column: Int) {
    let (rows, columns) = (map.shape[0], map.shape[1])
    let inner = map.sliced(axis: 0, from: 1, length: rows - 2)
    let steps =
      inner.sliced(axis: 1, from: 1, length: columns - 2)
      - inner.sliced(axis: 1, from: 2, length: columns - 2)
    let place = steps.absolute().largestPixel
    // The slices begin at the second row and column. The new pixel is the lower right one of the old.
    return (2 * (place.row + 1) + 1, 2 * (place.column + 1) + 1)
  }

  /// Returns one pixel of an upsampled map, `[H, W]`, written out with the four pixels that it reads.
  static func upsampled(_ map: Tensor, _ pixel: (row: Int, column: Int)) -> Arithmetic {
    let (row, column) = (pixel.row / 2, pixel.column / 2)
    let (down, right) = (2 * (pixel.row % 2) - 1, 2 * (pixel.column % 2) - 1)
    func old(_ y: Int, _ x: Int) -> Arithmetic {
      .number(map[row + y, column + x].item)
    }
    return (9 * old(0, 0) + 3 * .sum([old(0, right), old(down, 0)]) + old(down, right)) / 16
  }
}
