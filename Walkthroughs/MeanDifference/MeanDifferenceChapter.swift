import Inspection
import MeanDifference
import PortraitClasses
import ProceduralPortraits
import Tensors

// Equation 14: how much an edit changed a portrait.
extension Chapter {
  /// How much an edit changed, where it was meant to and where it was not.
  public static var meanDifference: Chapter {
    Chapter(
      "mean-difference", title: "How much an edit changed", equations: "Eq. 14",
      introduction: """
        Somebody edits one part of a portrait. Did the rest stay? Equation 14 gives one number for \
        the whole image; with the edited part masked out it is the number of Table 1 that should be \
        small.

        Nothing has to be known before. The portraits are procedural, so that exactly one thing \
        differs between them.
        """,
      parameters: [
        Parameter(whole: "edit", 0, in: 0...3, meaning: "0 hair, 1 eyes, 2 clothes, 3 light"),
        Parameter(whole: "seed", 12, in: 1...99, meaning: "which portrait"),
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
    "Eq. 14, two pixels", "What is the difference of two pixels?",
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
      "two pixels", columns: ["", "original", "edited"],
      rows: ["red", "green", "blue"].enumerated().map { channel, name in
        [name]
          + [original, edited].map { image in
            image[channel].scalars.map { "\($0)" }.joined(separator: ", ")
          }
      })
    page.bars(
      "difference_two_pixels", measure14.differenceMap(original, edited).scalars,
      labels: ["left", "right"], caption: "each pixel's difference, averaged over its channels")
    // (0.5 + 0.75 + 0 + 0 + 0 + 0.25) / 6
    page.holds(
      "their mean difference is a quarter", measure14.mean(original, edited).item, equals: 0.25,
      within: 1e-15)
  }

  static func pair(_ page: Page) -> EditedPair {
    page.shared("pair") { EditedPair(seed: UInt64(page["seed"]), edit: Int(page["edit"])) }
  }

  static let edit = Step(
    "Eq. 14", "One part is edited: where does the image change?",
    code: [CodeExcerpt(source, declaration: "func differenceMap")]
  ) { page in
    let pair = pair(page)
    page.image("original", pair.original, range: .unit, caption: "before the edit")
    page.image("edited", pair.edited, range: .unit, caption: "edited: \(pair.what)")
    page.map(
      "difference_map", measure14.differenceMap(pair.original, pair.edited), range: 0...0.5,
      caption: "how far each pixel moved, averaged over its channels")
    let mean = measure14.mean(pair.original, pair.edited).item
    page.number("D_mean", mean)
    page.holds("the edit shows", mean, atLeast: 1e-4)
    page.holds("D_mean stays below its end, 1", mean, atMost: 1)
  }

  static let masked = Step(
    "Eq. 14, masked", "And outside the part that was meant to change?",
    code: [
      CodeExcerpt(source, declaration: "func maskedDifferenceMap"),
      CodeExcerpt(source, declaration: "func maskedMean"),
    ]
  ) { page in
    let pair = pair(page)
    page.map(
      "masked_difference_map",
      measure14.maskedDifferenceMap(pair.original, pair.edited, editedRegion: pair.region),
      range: 0...0.5, caption: "what is left when \(pair.what) is taken out")
    let outside = measure14.maskedMean(pair.original, pair.edited, editedRegion: pair.region)
    let whole = MeanDifference(denominator: .wholeImage)
      .maskedMean(pair.original, pair.edited, editedRegion: pair.region)
    page.number("D_mean masked, over the pixels that are kept", outside.item)
    page.number("D_mean masked, over all pixels", whole.item)
    let kept = 1 - pair.region.mean().item
    page.number("share of pixels kept", kept)
    page.holds(
      "the two denominators differ by that share", whole.item, equals: outside.item * kept,
      within: 1e-6)
    if page["edit"] < 3 {
      page.holds(
        "masking removes most of the change",
        whole.item / measure14.mean(pair.original, pair.edited).item, atMost: 0.35)
    }
    page.why(
      """
      The paper prints no denominator for the masked mean (note 14). Dividing by the pixels that are \
      kept measures how much they changed; dividing by all of them makes a large edited part look \
      like a good result. Change the light (set edit 3), and no mask helps: that is what the number \
      is for.
      """)
  }

  static let measure = Step(
    "Eq. 14, properties", "Is it a distance?", code: [CodeExcerpt(source, declaration: "func mean")]
  ) { page in
    let pair = pair(page)
    let grey = Tensor.zeros(pair.original.shape) + 0.5
    let there = measure14.mean(pair.original, pair.edited).item
    let back = measure14.mean(pair.edited, pair.original).item
    let detour = measure14.mean(pair.original, grey).item + measure14.mean(grey, pair.edited).item
    page.holds(
      "a portrait does not differ from itself",
      measure14.mean(pair.original, pair.original).item, atMost: 0)
    page.holds("there and back are the same", there - back, in: 0...0)
    page.holds("a detour over grey is no shorter", detour - there, atLeast: 0)
    page.number("detour", detour)
  }

  static let gradient = Step(
    "∂Eq. 14", "If the edited image could still move: where would it go?"
  ) { page in
    let pair = pair(page)
    let edited = pair.edited.tracked(as: "edited")
    let pull = try Tensors.gradient(
      of: measure14.mean(pair.original, edited), withRespectTo: edited)
    let pixels = Double(pair.edited.count)
    page.signedMap(
      "edited_gradient_red", pull[0] * pixels,
      caption:
        "3HW ∂D/∂p, red channel: +1 where the edit is brighter, −1 where darker, 0 where equal")
    let values = Set((pull * pixels).scalars.map { ($0 * 1e3).rounded() / 1e3 + 0 })
    page.holds(
      "it takes no values but −1, 0 and +1", Double(values.subtracting([-1, 0, 1]).count),
      atMost: 0)
    page.why("|x| has a kink at 0; 0 is taken there, so that what is equal stays equal.")
  }
}

/// A procedural portrait and the same with one thing changed; the input of the pictures.
private struct EditedPair: Sendable {
  /// `[3, H, W]`, 0 … 1.
  let original: Tensor
  /// `[3, H, W]`, 0 … 1.
  let edited: Tensor
  /// 1 where the edited part is visible in either portrait, `[H, W]`.
  let region: Tensor
  /// What was changed.
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
      (what, part) = ("the light, which is no part", .background)
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
