import Inspection
import MeanDifference
import PortraitClasses
import ProceduralPortraits
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
        of the scene differs between them.
        """,
      parameters: [
        Parameter(
          whole: "edit", 0, in: 0...3, meaning: "what is edited: 0 hair, 1 eyes, 2 clothes, 3 light"
        ),
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
    code: [
      CodeExcerpt(source, declaration: "func differenceMap"),
      CodeExcerpt(source, declaration: "func mean"),
    ]
  ) { page in
    let original = Tensor([3, 1, 2], [0, 0.5, 1, 0.25, 0.5, 0.5])
    let edited = Tensor([3, 1, 2], [0.5, 0.5, 0.25, 0.25, 0.5, 0.75])
    page.table(
      "values of the left and the right pixel in both images",
      columns: ["channel", "original", "edited"],
      rows: ["red", "green", "blue"].enumerated().map { channel, name in
        [name]
          + [original, edited].map { image in
            image[channel].scalars.map { "\($0)" }.joined(separator: ", ")
          }
      })
    page.bars(
      "difference_two_pixels", measure14.differenceMap(original, edited).scalars,
      labels: ["left", "right"],
      caption: "absolute difference of each pixel, averaged over its channels")
    // (0.5 + 0.75 + 0 + 0 + 0 + 0.25) / 6
    page.holds(
      "the mean difference of the two images is a quarter", measure14.mean(original, edited).item,
      equals: 0.25,
      within: 1e-15)
  }

  static func pair(_ page: Page) -> EditedPair {
    page.shared("pair") { EditedPair(seed: UInt64(page["seed"]), edit: Int(page["edit"])) }
  }

  static let edit = Step(
    "Eq. 14", "Where does the image change when one part is edited?",
    code: [CodeExcerpt(source, declaration: "func differenceMap")]
  ) { page in
    let pair = pair(page)
    page.image("original", pair.original, range: .unit, caption: "portrait before the edit")
    page.image(
      "edited", pair.edited, range: .unit, caption: "portrait after the edit of \(pair.what)")
    page.map(
      "difference_map", measure14.differenceMap(pair.original, pair.edited), range: 0...0.5,
      caption: "absolute difference of each pixel, averaged over its channels")
    let mean = measure14.mean(pair.original, pair.edited).item
    page.number("D_mean", mean)
    page.holds("the edit changes the image (D_mean)", mean, atLeast: 1e-4)
    page.holds(
      "D_mean is at most 1, its largest possible value for images in 0 … 1", mean, atMost: 1)
    page.why(
      """
      Equation 14 is not part of training. The command `ssgan3d transfer` evaluates an edit with the \
      functions of this chapter.
      """)
  }

  static let masked = Step(
    "Eq. 14, masked", "How much does the image change outside the edited part?",
    code: [
      CodeExcerpt(source, declaration: "func maskedDifferenceMap"),
      CodeExcerpt(source, declaration: "func maskedMean"),
    ]
  ) { page in
    let pair = pair(page)
    page.map(
      "masked_difference_map",
      measure14.maskedDifferenceMap(pair.original, pair.edited, editedRegion: pair.region),
      range: 0...0.5,
      caption: "difference map with the edited region set to 0; edited: \(pair.what)")
    let outside = measure14.maskedMean(pair.original, pair.edited, editedRegion: pair.region)
    let whole = MeanDifference(denominator: .wholeImage)
      .maskedMean(pair.original, pair.edited, editedRegion: pair.region)
    page.number("masked D_mean, averaged over the kept pixels", outside.item)
    page.number("masked D_mean, averaged over all pixels", whole.item)
    let kept = 1 - pair.region.mean().item
    page.number("share of pixels kept (outside the edited region)", kept)
    page.holds(
      "masked D_mean over all pixels is masked D_mean over the kept pixels times their share",
      whole.item,
      equals: outside.item * kept,
      within: 1e-6)
    if page["edit"] < 3 {
      page.holds(
        "masking removes most of the change (share of D_mean that is left)",
        whole.item / measure14.mean(pair.original, pair.edited).item, atMost: 0.35)
    }
    page.why(
      """
      The paper gives no denominator for the masked mean (note 14). Division by the number of kept \
      pixels measures how much these pixels have changed. Division by the number of all pixels makes \
      the edit of a large part look better than it is. Type `set edit 3` to change the light: it \
      affects every part, so masking one region does not help, and the masked mean stays large. The \
      masked mean exists to detect such changes.
      """)
  }

  static let measure = Step(
    "Eq. 14, properties", "Is D_mean a distance between images?",
    code: [CodeExcerpt(source, declaration: "func mean")]
  ) { page in
    let pair = pair(page)
    let gray = Tensor.zeros(pair.original.shape) + 0.5
    let there = measure14.mean(pair.original, pair.edited).item
    let back = measure14.mean(pair.edited, pair.original).item
    let detour = measure14.mean(pair.original, gray).item + measure14.mean(gray, pair.edited).item
    page.holds(
      "D_mean of a portrait and itself is 0",
      measure14.mean(pair.original, pair.original).item, atMost: 0)
    page.holds(
      "D_mean stays the same if the images change places (difference)", there - back, in: 0...0)
    page.holds(
      "D_mean satisfies the triangle inequality with a gray image (detour minus direct distance)",
      detour - there, atLeast: 0)
    page.number("D_mean from original to gray plus D_mean from gray to edited", detour)
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

/// A procedural portrait before and after an edit; the input of the pictures.
private struct EditedPair: Sendable {
  /// The portrait before the edit, `[3, H, W]`, 0 … 1.
  let original: Tensor
  /// The portrait after the edit, `[3, H, W]`, 0 … 1.
  let edited: Tensor
  /// The edited region: 1 where the edited part is visible in either portrait, else 0, `[H, W]`.
  let region: Tensor
  /// The name of the edited part, for captions.
  let what: String

  init(seed: UInt64, edit: Int) {
    let before = PortraitParameters.random(seed: seed)
    var after = before
    let part: PartClass
    switch edit {
    case 0:
      (what, part) = ("the hair", .hair)
      after.hair.color = RGB(0.72, 0.30, 0.20)
    case 1:
      (what, part) = ("the eyes", .eyes)
      after.eyes.color = RGB(0.20, 0.55, 0.85)
    case 2:
      (what, part) = ("the clothes", .cloth)
      after.cloth.color = RGB(0.70, 0.60, 0.25)
    default:
      (what, part) = (
        "the light (which is not a part; the edited region is the background)", .background
      )
      after.light.side = -before.light.side
    }
    let (first, second) = (Self.render(before), Self.render(after))
    original = Self.image(first)
    edited = Self.image(second)
    let id = UInt8(part.rawValue)
    let visible = zip(first.labels, second.labels).map { $0 == id || $1 == id ? 1.0 : 0 }
    region = Tensor([first.size, first.size], visible).cast(to: .float32)
  }

  private static func render(_ parameters: PortraitParameters) -> RenderedPortrait {
    PortraitScene(parameters).render(size: 96, samplesPerPixel: 4)
  }

  private static func image(_ portrait: RenderedPortrait) -> Tensor {
    Tensor([portrait.size, portrait.size, 3], portrait.rgb).permuted(axes: [2, 0, 1]).contiguous()
  }
}
