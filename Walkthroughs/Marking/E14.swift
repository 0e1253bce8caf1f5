import Exercises
import GoldenFiles
import Tensors

extension Exercise {
  typealias MaskedMean =
    (_ original: Tensor, _ edited: Tensor, _ region: Tensor) throws -> Tensor

  static var e14: Exercise {
    Exercise(
      "E14", "Equation 14, masked: what an edit changes elsewhere",
      attempt: { try Exercises.maskedMean($0, $1, region: $2) } as MaskedMean,
      answer: maskedMeanAnswer,
      checks: [
        Check("the figure is a scalar", hint: "the mean runs over channels, rows and columns") {
          shapeFinding(try $0(image(0), image(1), leftHalf), [])
        },
        Check(
          "a change inside the edited region does not count",
          hint: "the region is 1 where the edit was meant to act; which pixels are left?"
        ) { mean in
          difference(try mean(image(0), inside, leftHalf) + 1, .scalar(1, .float64))
        },
        Check(
          "lighter and darker pixels do not cancel",
          hint: "equation 14 has bars around the difference"
        ) { mean in
          difference(try mean(image(0), wave, nothing), .scalar(0.5, .float64))
        },
        Check(
          "twice the change is twice the figure",
          hint:
            "a mean absolute difference grows in proportion; what did you apply to the difference?"
        ) {
          difference(
            try $0(image(0), image(0.6), nothing), 2 * (try $0(image(0), image(0.3), nothing)))
        },
        Check(
          "an even change of 0.3 is 0.3, however large the region",
          hint:
            "over how many pixels is the mean taken: over all of them, or over those that are kept?"
        ) { difference(try $0(image(0.1), image(0.4), leftHalf), .scalar(0.3, .float64)) },
        Check(
          "the golden case edit",
          hint: "the properties hold; are the channels averaged, not summed?"
        ) {
          mean in
          try goldenFinding("edit", of: "MeanDifference", in: ["masked_outside"]) {
            [
              "masked_outside": try mean(
                try input("original", $0), try input("edited", $0), try input("edited_region", $0))
            ]
          }
        },
      ],
      wrongAnswers: [
        WrongAnswer(
          "divided by all pixels",
          caughtBy: "an even change of 0.3 is 0.3, however large the region"
        ) {
          let kept = 1 - $2.cast(to: $0.scalarType)
          return (($1 - $0).absolute().mean(axes: [0]) * kept).mean()
        },
        WrongAnswer(
          "the mean inside the region", caughtBy: "a change inside the edited region does not count"
        ) { maskedMeanAnswer($0, $1, 1 - $2.cast(to: $0.scalarType)) },
        WrongAnswer("without the bars", caughtBy: "lighter and darker pixels do not cancel") {
          let kept = 1 - $2.cast(to: $0.scalarType)
          return (($1 - $0).mean(axes: [0]) * kept).sum() / kept.sum()
        },
        WrongAnswer("squares", caughtBy: "twice the change is twice the figure") {
          let kept = 1 - $2.cast(to: $0.scalarType)
          // Scaled so that a difference of ½ gives ½, as with the bars.
          return 2 * (($1 - $0).squared().mean(axes: [0]) * kept).sum() / kept.sum()
        },
      ],
      picture: { mean in
        Tensor.stacked([
          try mean(image(0), wave, nothing), try mean(image(0), inside, leftHalf),
          try mean(image(0.1), image(0.4), leftHalf), try mean(image(0), image(0.6), nothing),
        ]).unsqueezed(axis: 0)
      },
      derivation: """
        An edit of one part should leave the rest of the portrait alone, and D_mean^masked measures how far \
        it does not. The difference map is the mean of |edited − original| over the three channels. The \
        edited region is left out of the sum. The paper does not give the denominator; here it is the number \
        of pixels that are kept (PaperNotes 14). If all pixels were counted, an edit of the hair would get a \
        smaller figure than an edit of the brows with the same change elsewhere, because a larger region \
        takes more pixels out of the sum and none out of the denominator.
        """)
  }

  // [excerpt: answer]
  static func maskedMeanAnswer(_ original: Tensor, _ edited: Tensor, _ region: Tensor) -> Tensor {
    let differences = (edited - original).absolute().mean(axes: [0])
    let kept = 1 - region.cast(to: differences.scalarType)
    return (differences * kept).sum() / kept.sum()
  }
  // [end: answer]

  private static let leftHalf = Tensor([2, 4], [1, 1, 0, 0, 1, 1, 0, 0])
  /// A change of the left half only.
  private static let inside = leftHalf.unsqueezed(axis: 0).repeated(axis: 0, times: 3)
  /// A change by ½, up and down in turn.
  private static let wave = Tensor([3, 2, 4], (0..<24).map { $0 % 2 == 0 ? 0.5 : -0.5 })
  private static let nothing = Tensor(repeating: 0, [2, 4], .float64)

  private static func image(_ value: Double) -> Tensor {
    Tensor(repeating: value, [3, 2, 4], .float64)
  }
}
