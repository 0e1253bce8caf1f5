import Inspection
import MeanDifference
import Tensors

// Equation 14: how much an edit changes a portrait.
extension Chapter {
  /// The chapter on equation 14: the mean difference of a portrait before and after an edit.
  public static var meanDifference: Chapter {
    Chapter(
      "mean-difference", title: "How much an edit changes a portrait", equations: "Eq. 14",
      cover: "difference_map",
      introduction: """
        After one part of a portrait has been edited, equation 14 measures how much the image has \
        changed. The result is one number for the whole image. The masked version leaves out the \
        edited part and shows how much the rest of the image has changed. Table 1 of the paper lists \
        both numbers; a good edit has a small masked number.

        This chapter has no prerequisites. The portraits are procedural, so that exactly one property \
        of the scene differs between them. Rows and columns are counted from 1.
        """,
      parameters: [
        Parameter(
          choice: "edit", 0, of: ["hair", "eyes", "clothes", "light"], meaning: "what is edited"),
        Parameter(
          "strength", 1, in: 0...1,
          meaning: "strength of the edit: 0 changes nothing, 1 is the new color or light"),
        Parameter(
          whole: "margin", 0, in: -6...6, unit: "pixels",
          meaning: "how far the edited region is grown before it is masked; negative: shrunk"),
        Parameter(
          "green", 0.25, in: 0...1,
          meaning: "green value of the left pixel in the edited image of step 1; 1 before the edit"),
        Parameter(whole: "seed", 12, in: 1...99, meaning: "random seed of the portrait"),
      ]
    ) {
      DifferenceSteps.byHand
      DifferenceSteps.edit
      DifferenceSteps.masked
      DifferenceSteps.measure
      DifferenceSteps.gradient
    }
  }
}

/// The steps of the chapter on equation 14.
private enum DifferenceSteps {
  static let source = "Sources/Equations/MeanDifference/MeanDifference.swift"
  static let measure14 = MeanDifference()
  static let channels = ["red", "green", "blue"]

  /// The line with the differences of equation 14.
  static let differences = CodeExcerpt(
    source, declaration: "func differenceMap", marking: "(edited - original).absolute()")
  /// The line of equation 14.
  static let equation14 = CodeExcerpt(
    source, declaration: "func mean(", marking: "differenceMap(original, edited).mean()")
  /// The line of the masked mean.
  static let maskedMean = CodeExcerpt(
    source, declaration: "func maskedMean", marking: "case .outside")

  static let byHand = Step(
    "Eq. 14, two pixels", "What is the mean difference of two images with two pixels each?",
    formulas: [
      #"D_{\text{mean}} = \frac{1}{3 W H} \sum_c \sum_{i,j} |p_{\text{edited}}(i,j,c) - p_{\text{original}}(i,j,c)|"#
    ],
    symbols: [
      Symbol(#"p_{\text{original}}"#, "original", shape: "[3, H, W]"),
      Symbol(#"p_{\text{edited}}"#, "edited", shape: "[3, H, W]"),
      Symbol(#"D_{\text{mean}}"#, "mean(_:_:)", shape: "scalar", unit: "≥ 0"),
    ],
    code: [differences, equation14],
    sweep: Sweep(
      "green", [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1],
      moving: ["difference_two_pixels"])
  ) { page in
    let (original, edited) = (twoPixels, twoPixels(green: page["green"]))
    page.table(
      "values of the left and the right pixel in both images",
      columns: ["channel", "original", "edited"],
      rows: channels.enumerated().map { channel, name in
        [name]
          + [original, edited].map { image in
            image[channel].scalars.map { "\($0)" }.joined(separator: ", ")
          }
      })
    page.bars(
      "difference_two_pixels", measure14.differenceMap(original, edited).scalars,
      labels: ["left", "right"],
      caption: "absolute difference of each pixel, averaged over its channels")
    let changed = zip(original.scalars, edited.scalars).filter { $0 != $1 }
    page.equality(
      #"D_{\text{mean}}"#,
      .sum(changed.map { .magnitude(.number($1) - .number($0)) })
        / .number(Double(original.count)),
      equals: measure14.mean(original, edited).item, within: 1e-12)
    page.holds(
      "with green 0.25, the mean difference of the two images is a quarter",
      measure14.mean(original, twoPixels(green: 0.25)).item, equals: 0.25, within: 1e-15)
    page.holds(
      "a change of this one value by x adds x / 6 to D_mean",
      measure14.mean(original, edited).item - measure14.mean(original, twoPixels(green: 1)).item,
      equals: abs(page["green"] - 1) / 6, within: 1e-15)
    page.why(
      """
      Of the six values, at most three differ. The number 6 in the denominator is 3·W·H: three channels, two \
      columns, one row. Channels count like pixels, so a change of one channel by 0.75 weighs as much \
      as a change of all three by 0.25.
      """)
  }

  /// An image with two pixels, one column each.
  static let twoPixels = Tensor([3, 1, 2], [0, 0.5, 1, 0.25, 0.5, 0.5])

  /// Returns the image after an edit that changes three values.
  static func twoPixels(green: Double) -> Tensor {
    Tensor([3, 1, 2], [0.5, 0.5, green, 0.25, 0.5, 0.75])
  }

  /// The strengths of the edit on the slider.
  static let strengths = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

  static func pair(_ page: Page, strength: Double? = nil) -> EditedPair {
    EditedPair(
      seed: UInt64(page["seed"]), edit: Int(page["edit"]), strength: strength ?? page["strength"])
  }

  static let edit = Step(
    "Eq. 14", "Where does the image change when one part is edited?",
    formulas: [
      #"\Delta(i,j) = \frac{1}{3} \sum_c |p_{\text{edited}}(i,j,c) - p_{\text{original}}(i,j,c)|"#,
      #"D_{\text{mean}} = \frac{1}{W H} \sum_{i,j} \Delta(i,j)"#,
    ],
    symbols: [Symbol(#"\Delta"#, "differenceMap(_:_:)", shape: "[H, W]", unit: "≥ 0")],
    code: [equation14, differences],
    sweep: Sweep("strength", strengths, moving: ["edited", "difference_map"]),
    answers: AnswerBox(
      "Eq. 14", line: equation14, doubling: "doubling the change", notes: [14, 33, 50, 52],
      proofs: [
        "Tests/MeanDifferenceTests/HandGoldenTests.swift",
        "Tests/MeanDifferenceTests/PropertyTests.swift",
        "Tests/MeanDifferenceTests/GoldenFileTests.swift", "Fixtures/MeanDifference/edit",
      ], exercise: "E14")
  ) { page in
    let pair = pair(page)
    page.image(
      "edited", pair.edited, range: .unit,
      caption: "portrait after the edit of \(pair.what), strength \(page["strength"].brief)")
    page.image("original", pair.original, range: .unit, caption: "portrait before the edit")
    let map = measure14.differenceMap(pair.original, pair.edited)
    page.map(
      "difference_map", map, range: 0...0.5,
      caption:
        "absolute difference of each pixel, averaged over its channels; the colors end at 0.5")
    let mean = measure14.mean(pair.original, pair.edited).item
    addPixel(pair, map, to: &page)
    let sum = (pair.edited - pair.original).absolute().cast(to: .float64).sum().item
    page.equality(
      #"D_{\text{mean}}"#,
      .number(sum) / (3 * .number(Double(map.shape[1])) * .number(Double(map.shape[0]))),
      equals: mean, within: 1e-6 * mean)
    let further = 2 * pair.edited - pair.original
    page.holds(
      "doubling the change of every value doubles D_mean",
      measure14.mean(pair.original, further).item, equals: 2 * mean, within: 2e-6 * mean)
    if page["edit"] < 3 && page["strength"] > 0 {
      let half = DifferenceSteps.pair(page, strength: page["strength"] / 2).edited
      page.holds(
        "half the strength of a new color gives about half of D_mean (ratio)",
        measure14.mean(pair.original, half).item / mean, in: 0.45...0.55)
    }
    page.why(
      """
      Equation 14 is not part of training. The command `ssgan3d transfer` evaluates an edit with the \
      functions of this chapter.
      """)
  }

  /// Adds the difference of one pixel with its numbers: the pixel that the full edit changes most.
  private static func addPixel(_ pair: EditedPair, _ map: Tensor, to page: inout Page) {
    let full = DifferenceSteps.pair(page, strength: 1)
    let most = measure14.differenceMap(full.original, full.edited).flattened().argmax(axis: 0).item
    let (row, column) = (Int(most) / map.shape[1], Int(most) % map.shape[1])
    let differences = (pair.edited - pair.original).absolute()
    page.equality(
      #"|p_{\text{edited}} - p_{\text{original}}|_{\text{red}}"#,
      .magnitude(
        .number(pair.edited[0, row, column].item) - .number(pair.original[0, row, column].item)),
      equals: differences[0, row, column].item, within: 1e-7)
    let magnitudes = channels.indices.map { Arithmetic.number(differences[$0, row, column].item) }
    page.equality(
      #"\Delta"#, .sum(magnitudes) / 3, equals: map[row, column].item, within: 1e-7)
    page.table(
      "the pixel of Δ: the one that the full edit changes most",
      columns: ["row", "column"], rows: [["\(row + 1)", "\(column + 1)"]])
  }

  static let masked = Step(
    "Eq. 14, masked", "How much does the image change outside the edited part?",
    formulas: [
      #"D_{\text{mean}}^{\text{masked}} = \frac{\sum_{i,j} (1 - M(i,j))\,\Delta(i,j)}{\sum_{i,j} (1 - M(i,j))}"#
    ],
    symbols: [Symbol("M", "editedRegion", shape: "[H, W]", unit: "1 where edited, else 0")],
    code: [CodeExcerpt(source, declaration: "func maskedDifferenceMap"), maskedMean],
    sweep: Sweep("margin", [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6])
  ) { page in
    let pair = pair(page)
    let margin = Int(page["margin"])
    let region = pair.region(grownBy: margin)
    let map = measure14.maskedDifferenceMap(pair.original, pair.edited, editedRegion: region)
    page.map(
      "masked_difference_map", map, range: 0...0.1,
      caption:
        "difference map with the edited region set to 0; edited: \(pair.what); the colors end "
        + "at 0.1")
    page.map(
      "edited_region", region, range: 0...1,
      caption: "the edited region (1), "
        + (margin < 0 ? "shrunk by \(-margin)" : "grown by \(margin)") + " pixels")
    let outside = measure14.maskedMean(pair.original, pair.edited, editedRegion: region).item
    let whole = MeanDifference(denominator: .wholeImage)
      .maskedMean(pair.original, pair.edited, editedRegion: region).item
    let sum = Arithmetic.number(map.cast(to: .float64).sum().item)
    let (all, edited) = (Double(map.count), region.sum().item)
    page.equality(
      #"D_{\text{mean}}^{\text{masked}}"#, sum / (.number(all) - .number(edited)), equals: outside,
      within: 2e-6 * outside)
    page.equality(
      #"D_{\text{mean}}^{\text{masked, all pixels}}"#, sum / .number(all), equals: whole,
      within: 2e-6 * whole)
    let mean = measure14.mean(pair.original, pair.edited).item
    page.holds(
      "with an empty region, the masked mean is D_mean",
      measure14.maskedMean(
        pair.original, pair.edited, editedRegion: .zeros(region.shape, .float32)
      ).item, equals: mean, within: 2e-6 * mean)
    let exact = MeanDifference(denominator: .wholeImage)
      .maskedMean(pair.original, pair.edited, editedRegion: pair.region).item
    if margin < 0 {
      page.holds(
        "a region that is too small leaves more of the change (what is left, minus that of margin 0)",
        whole - exact, atLeast: 0)
    } else if page["edit"] < 3 {
      page.holds(
        "masking removes all but a twentieth of the change (what is left, minus D_mean / 20)",
        whole - mean / 20, atMost: 0)
    } else {
      page.holds(
        "masking one part leaves most of a change of the light (what is left, minus D_mean / 2)",
        whole - mean / 2, atLeast: 0)
    }
    page.why(
      """
      The paper gives no denominator for the masked mean (note 14). Division by the number of kept \
      pixels measures how much these pixels have changed; it is the default. Division by the number of \
      all pixels makes the edit of a large part look better than it is. The denominator of the first \
      formula is the number of all pixels minus that of the edited region.
      """)
    page.why(
      """
      With a margin of 0, what is left lies on the outline of the part: an anti-aliased pixel there \
      belongs to its neighbor but mixes the colors of both. A margin of one pixel removes it; a negative \
      margin keeps some edited pixels, and the masked mean rises. Type \
      `set edit light` to change the light: it affects every part, so masking one region does not help, \
      and the masked mean stays large. The masked mean exists to detect such changes.
      """)
  }

  static let measure = Step(
    "Eq. 14, properties", "Is D_mean a distance between images?",
    code: [equation14]
  ) { page in
    let pair = pair(page)
    let there = measure14.mean(pair.original, pair.edited).item
    let back = measure14.mean(pair.edited, pair.original).item
    let middle = 0.5 * (pair.original + pair.edited)
    let first = measure14.mean(pair.original, middle).item
    let second = measure14.mean(middle, pair.edited).item
    page.holds(
      "D_mean of a portrait and itself is 0",
      measure14.mean(pair.original, pair.original).item, atMost: 0)
    page.holds(
      "D_mean stays the same if the images change places (difference)", there - back, in: 0...0)
    page.number("D_mean from the original to the mean of both images", first)
    page.number("D_mean from there to the edited image", second)
    page.holds(
      "the way over the mean of both images is as long as the direct one",
      first + second, equals: there, within: 1e-6 * there)
    page.why(
      """
      Absolute differences add up along a straight way: two half edits are as long as the whole one. \
      For squared differences they would be half as long.
      """)
  }

  static let gradient = Step(
    "∂Eq. 14", "What is the gradient of D_mean with respect to the edited image?"
  ) { page in
    let pair = pair(page)
    let edited = pair.edited.tracked(as: "edited")
    let pull = try Tensors.gradient(
      of: measure14.mean(pair.original, edited), withRespectTo: edited)
    let pixels = Double(pair.edited.count)
    page.signedMap(
      "edited_gradient_red", pull[0] * pixels,
      caption:
        "3HW ∂D_mean/∂p_edited of the red channel: +1 where the edited image is brighter, −1 where it "
        + "is darker, 0 where both are equal")
    let values = Set((pull * pixels).scalars.map { ($0 * 1e3).rounded() / 1e3 + 0 })
    page.holds(
      "3HW times the gradient has only the values −1, 0 and +1 (number of other values)",
      Double(values.subtracting([-1, 0, 1]).count),
      atMost: 0)
    page.why(
      "The absolute value |x| has no derivative at 0. The code uses 0 there, so pixels that are equal "
        + "in both images get no gradient.")
  }
}
