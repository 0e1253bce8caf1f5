import Inspection
import MeanDifference
import PortraitModel
import Tensors
import WPlusFactorization

// Swapping and interpolation, with faces of the trained generator that ships with the project.
extension WPlusSteps {
  /// Two portraits of the trained generator.
  struct Pair: Sendable {
    /// The generator with what several steps share.
    let faces: TrainedFaces
    /// The latents of the portrait that is edited.
    let first: PortraitLatents
    /// The latents of the portrait from which the edits come.
    let second: PortraitLatents

    var factors: WPlusFactorization { faces.generator.factorization }
  }

  private static let pairs = Kept<[Double], Pair>(count: 2)
  private static let portraits = Kept<[Double], GeneratedPortraits>(count: 4)

  static func pair(_ page: Page) throws -> Pair {
    try pairs.value([page["seed"]]) {
      let faces = try TrainedFaces.shipped()
      return Pair(
        faces: faces, first: faces.latents(seed: page["seed"]),
        second: faces.latents(seed: page["seed"] + 500))
    }
  }

  /// Returns the portraits of a pair, `[2, …]`.
  private static func portraits(_ page: Page, _ pair: Pair) -> GeneratedPortraits {
    portraits.value([page["seed"]]) {
      pair.faces.portraits(wplus: .concatenated([pair.first.wplus, pair.second.wplus], axis: 0))
    }
  }

  /// Returns D_mean between an image and each of several images, −1 … 1.
  private static func changes(of image: Tensor, to others: Tensor) -> [Double] {
    (0..<others.shape[0]).map {
      MeanDifference().mean(image.unitRange, others[$0].unitRange).item
    }
  }

  static let swap = Step(
    "Fig. 1 and 4, swapping", "What changes when one part takes latents of another portrait?",
    code: [
      CodeExcerpt(editing, declaration: "func rows(of"),
      CodeExcerpt(editing, declaration: "func swapping"),
    ],
    sweep: Sweep("part", (0...12).map(Double.init), moving: ["swap_grid", "swap_changed_rows"])
  ) { page in
    let (pair, part) = (try pair(page), Int(page["part"]))
    let (factors, name) = (pair.factors, parts[part])
    let (portrait, donor) = (pair.first.wplus, pair.second.wplus)
    func swapped(_ aspect: PartAspect) -> Tensor {
      factors.swapping(aspect, ofPart: part, in: portrait, with: donor)
    }
    let swaps = [PartAspect.texture, .shape, .both].map(swapped)
    let both = portraits(page, pair)
    let made = pair.faces.portraits(wplus: .concatenated(swaps, axis: 0))
    let images = Tensor.concatenated([both.image.sliced(axis: 0, from: 0, length: 1), made.image])
    page.gallery(
      "swap_grid",
      zip(["portrait 1", "texture from 2", "shape from 2", "both from 2"], 0...).map {
        .face($0, images[$1])
      }, columns: 2, tensor: images, axes: "[B, 3, S, S]",
      caption:
        "portrait 1 with latents of the \(name) from portrait 2: nothing, the texture, the shape, both"
    )
    page.gallery(
      "swap_portraits",
      [
        .face("portrait 1", both.image[0]), .face("portrait 2", both.image[1]),
        .mask("mask of portrait 1", both.mask[0]),
        .mask("mask of portrait 2", both.mask[1]),
      ], columns: 2, tensor: both.image, axes: "[B, 3, S, S]",
      caption: "the two portraits above their masks")
    let aspect = PartAspect.allCases[Int(page["aspect"])]
    let edited = swapped(aspect)
    let change = (edited - portrait).absolute().maximum(axes: [0, 2])
    page.bars(
      "swap_changed_rows", change.scalars, labels: rows, unit: "",
      caption: "largest change in each of the \(factors.rows) rows of W⁺ when the \(name) takes "
        + (aspect == .both ? "both latents" : "the \(aspect.rawValue) latent") + " of portrait 2")
    for (title, change) in zip(
      ["texture", "shape", "both"], changes(of: both.image[0], to: made.image))
    {
      page.number("D_mean after swapping: \(title)", change)
    }
    page.holds(
      "only the swapped rows of W⁺ change (number of changed rows)",
      change.isGreater(than: .scalar(0)).sum().item,
      equals: aspect == .both ? 2 : 1, within: 0)
    let moved = (factors.expanded(edited) - factors.expanded(portrait)).absolute()
      .maximum(axes: [0, 2]).reshaped([factors.parts, factors.layersPerPart])
    page.holds(
      "the layers of all other parts keep their latents, bit for bit (largest change)",
      (0..<factors.parts).filter { $0 != part }.map { moved[$0].maximum().item }.max() ?? 1,
      atMost: 0)
    page.holds(
      "swapping the texture and then the shape is swapping both, bit for bit (largest difference)",
      largestDifference(
        factors.swapping(.shape, ofPart: part, in: swaps[0], with: donor), swaps[2]), atMost: 0)
    page.why(
      """
      No part generator reads more than the two rows of its part and the base row. The other parts \
      therefore keep their latents by construction. This property is not learned: it holds before \
      the first training iteration. A part that a portrait does not show, such as glasses or a hat \
      on most people, changes little when its latents change.
      """)
  }

  static let interpolation = Step(
    "Fig. 10, interpolation", "What lies between two portraits?",
    formulas: [#"w = w_1 + \text{mix} \cdot (w_2 - w_1)"#],
    symbols: [
      Symbol("w_1", "first.w", shape: "[1, L]"), Symbol("w_2", "second.w", shape: "[1, L]"),
      Symbol("w", "truncated(_:towards:psi:)", shape: "[1, L]"),
    ],
    code: [
      CodeExcerpt(editing, declaration: "func truncated"),
      CodeExcerpt(
        "Sources/PortraitModel/PortraitLatents.swift", declaration: "public func exchanging("),
    ],
    sweep: Sweep(
      "mix", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
      moving: ["interpolation", "interpolation_ends"])
  ) { page in
    let (pair, mix, part) = (try pair(page), page["mix"], Int(page["part"]))
    let (factors, name) = (pair.factors, parts[part])
    let portrait = pair.first.wplus
    /// The latent a share of the way from the first to the second portrait.
    func blend(_ share: Double) -> Tensor {
      // Truncation moves a latent toward a fixed one: here the second toward the first.
      factors.truncated(pair.second.w, towards: pair.first.w[0], psi: share)
    }
    let between = factors.wplus(from: blend(mix))
    func only(_ aspect: PartAspect, _ chosen: [Int]) -> Tensor {
      pair.faces.generator.exchanging(aspect, ofParts: chosen, in: portrait, with: between)
    }
    let every = Array(0..<factors.parts)
    let made = pair.faces.portraits(
      wplus: .concatenated(
        [
          between, only(.both, [part]), only(.shape, [part]), only(.texture, [part]),
          only(.both, every),
        ], axis: 0))
    let both = portraits(page, pair)
    page.gallery(
      "interpolation",
      zip(["all rows of W+", name, "\(name): shape", "\(name): texture"], 0...).map {
        .face($0, made.image[$1])
      }, columns: 2, tensor: made.image, axes: "[B, 3, S, S]",
      caption:
        "blends of two portraits, mix \(mix.brief): of all rows of W⁺; of the \(name) alone; of only "
        + "its shape; of only its texture; all other rows are those of portrait 1")
    page.gallery(
      "interpolation_ends",
      [
        .face("portrait 1", both.image[0]), .face("all parts, base of 1", made.image[4]),
        .face("portrait 2", both.image[1]),
      ], columns: 3,
      caption:
        "the two portraits, and between them the blend of all parts with the base of portrait 1")
    let w = [pair.first.w, pair.second.w, blend(mix)].map { $0[0, 0].item }
    page.equality(
      #"w(1)"#, .number(w[0]) + .number(mix) * (.number(w[1]) - .number(w[0])), equals: w[2],
      within: 1e-6)
    let kinds = ["all rows", "one part", "its shape", "its texture", "all parts, base of 1"]
    for (kind, change) in zip(kinds, changes(of: both.image[0], to: made.image)) {
      page.number("D_mean from portrait 1: \(kind)", change)
    }
    let reach = (pair.second.w - pair.first.w).squared().sum().squareRoot().item
    page.holds(
      "the blend moves w by the share mix of the way (length of the move / distance of w₁ and w₂)",
      (blend(mix) - pair.first.w).squared().sum().squareRoot().item / reach, equals: mix,
      within: 1e-6)
    let others = every.filter { $0 != part }
    func maps(_ made: GeneratedPortraits, _ image: Int) -> [Tensor] {
      [made.maps.feature, made.maps.relativeDepth, made.maps.densityMap].compactMap { $0?[image] }
    }
    let original = maps(both, 0)
    page.holds(
      "blending one part leaves the maps of all other parts unchanged, bit for bit (largest change)",
      zip(maps(made, 1), original).flatMap { blended, map in
        others.map { largestDifference(blended[$0], map[$0]) }
      }.max() ?? 1, atMost: 0)
    page.holds(
      "blending only the texture changes no depth and no density (largest change)",
      zip(maps(made, 3), original).dropFirst().map { largestDifference($0, $1) }.max() ?? 1,
      atMost: 0
    )
    // The whole way in tenths, the same at every frame.
    let way = portraits.value([page["seed"], 10]) {
      pair.faces.portraits(
        wplus: .concatenated(
          (0...10).map { factors.wplus(from: blend(Double($0) / 10)) }, axis: 0))
    }
    let far = changes(of: way.image[0], to: way.image)
    page.curve(
      "interpolation_way", far, x: (0...10).map { Double($0) / 10 }, xLabel: "mix",
      yLabel: "D_mean",
      caption: "difference of portrait 1 and the blend of all rows of W⁺, from mix 0 to mix 1")
    let images = way.image.unitRange
    let strides = (0..<10).map { MeanDifference().mean(images[$0], images[$0 + 1]).item }
    page.holds(
      "the way has no jump: a tenth of it changes the image by less than a third of the difference "
        + "between the portraits (largest share)", (strides.max() ?? 1) / far[10], atMost: 1.0 / 3)
    page.why(
      """
      All rows of W⁺ move along straight lines, and the face changes smoothly. Because parts have \
      rows of their own, a part can move while the others stand still, and because shape and texture \
      have separate rows, either can move alone. With the base of portrait 1 the blend of all parts \
      does not quite reach portrait 2: the base contributes to every part except the background.

      The code needs no function of its own for this: a blend of one part is a swap with a portrait \
      on the line between the two.
      """)
  }
}
