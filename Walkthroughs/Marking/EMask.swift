import Exercises
import GoldenFiles
import Tensors

extension Exercise {
  typealias FinalMask = (_ probabilities: Tensor, _ residual: Tensor) throws -> Tensor

  static var eMask: Exercise {
    Exercise(
      "EMask", "§3.3: refine the rendered mask",
      attempt: { try Exercises.finalMask(probabilities: $0, residual: $1) } as FinalMask,
      answer: finalMaskAnswer,
      checks: [
        Check(
          "m_hr has the size of Δm",
          hint: "the rendered mask has half the size of Δm in both directions"
        ) { shapeFinding(try $0(ramp, flatResidual(0)), [1, 4, 16]) },
        Check("Δm is added as it is", hint: "the render net's residual has to arrive in the result")
        {
          difference(
            try $0(ramp, flatResidual(0.25)) - (try $0(ramp, flatResidual(0))), flatResidual(0.25))
        },
        Check(
          "an even mask of ½ becomes 0",
          hint: "probabilities run from 0 to 1; which range does the discriminator expect?"
        ) { finalMask in
          // Away from the borders, where the filter reads only the mask.
          let size = 6
          let mask = Tensor(repeating: 0.5, [1, size, size], .float64)
          let found = try finalMask(mask, .zeros([1, 2 * size, 2 * size], .float64))
          let inner = found.sliced(axis: 1, from: 4, length: 4).sliced(axis: 2, from: 4, length: 4)
          return difference(inner + 1, Tensor(repeating: 1, [1, 4, 4], .float64))
        },
        Check(
          "a slope stays a slope",
          hint: "repeated pixels turn a slope into stairs; which filter does the render net use?"
        ) { finalMask in
          // Away from the borders, the filter keeps a straight line straight.
          let line = try finalMask(ramp, flatResidual(0)).sliced(axis: 2, from: 4, length: 8)
            .scalars
          let steps = zip(line, line.dropFirst()).map { $1 - $0 }.prefix(7)
          let isEven = steps.allSatisfy { abs($0 - steps[0]) < 1e-9 }
          return isEven ? nil : "neighboring pixels differ by \(steps[0]) and \(steps[1])"
        },
        Check(
          "the golden case final_mask",
          hint:
            "the properties hold; is the mask scaled before it is enlarged? Outside the picture, the "
            + "filter reads 0"
        ) { finalMask in
          try goldenFinding("final_mask", of: "MaskSoftmax", in: ["mask_final"]) {
            [
              "mask_final": try finalMask(
                try input("mask_probabilities", $0), try input("mask_residual", $0))
            ]
          }
        },
      ],
      wrongAnswers: [
        WrongAnswer("m in place of 2m − 1", caughtBy: "an even mask of ½ becomes 0") {
          $0.upsampledTwice() + $1
        },
        WrongAnswer("Δm left out", caughtBy: "Δm is added as it is") { mask, _ in
          let scaled: Tensor = 2 * mask - 1
          return scaled.upsampledTwice()
        },
        WrongAnswer("repeated pixels", caughtBy: "a slope stays a slope") { mask, residual in
          let small = 2 * mask - 1
          let (rows, columns) = (small.shape[1], small.shape[2])
          let wide = small.unsqueezed(axis: 3).repeated(axis: 3, times: 2)
          let tall = wide.reshaped([-1, rows, 2 * columns]).unsqueezed(axis: 2)
          return tall.repeated(axis: 2, times: 2).reshaped([-1, 2 * rows, 2 * columns]) + residual
        },
        WrongAnswer("2m − 1 after the filter", caughtBy: "the golden case final_mask") {
          let scaled: Tensor = 2 * $0.upsampledTwice() - 1
          return scaled + $1
        },
      ],
      picture: { try $0(ramp, flatResidual(0.25)).squeezed(axis: 0) },
      derivation: """
        The renderer gives a mask at the size of the feature map; the render net adds a residual at the size \
        of the portrait. Both use the range of images, −1 … 1, so the probabilities are scaled to 2m − 1 \
        first. Then the mask is enlarged with the same filter as the images, and Δm is added. The scaling \
        comes first because the filter reads zeros outside the picture: 0 means "undecided" in −1 … 1, and \
        "surely not" in 0 … 1.
        """)
  }

  // [excerpt: answer]
  static func finalMaskAnswer(_ probabilities: Tensor, _ residual: Tensor) -> Tensor {
    (2 * probabilities - 1).upsampledTwice() + residual
  }
  // [end: answer]

  /// A mask of 2 × 8 pixels that rises evenly from 0.1 to 0.8.
  private static let ramp = Tensor([1, 2, 8], (0..<16).map { 0.1 + 0.1 * Double($0 % 8) })

  private static func flatResidual(_ value: Double) -> Tensor {
    Tensor(repeating: value, [1, 4, 16], .float64)
  }
}
