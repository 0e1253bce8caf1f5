import Exercises
import Foundation
import GoldenFiles
import Tensors
import VolumeWeights

extension Exercise {
  typealias Transmittance = (_ opticalDepth: Tensor) throws -> Tensor

  static var e03: Exercise {
    Exercise(
      "E03", "Equation 3: how much light reaches a sample",
      attempt: { try Exercises.transmittance($0) } as Transmittance,
      answer: transmittanceAnswer,
      checks: [
        Check("T has the shape of σδ", hint: "there is one T for every sample of every ray") { t in
          shapeFinding(try t(Tensor([2, 3], [1, 2, 3, 4, 5, 6])), [2, 3])
        },
        Check(
          "a sample dims only what lies behind it",
          hint: "sample 1 is the nearest to the camera; which samples lie between the camera and "
            + "sample i?"
        ) { t in
          let (one, other) = (try t(Tensor([3], [1, 2, 3])), try t(Tensor([3], [1, 2, 9])))
          return difference(
            other.sliced(axis: 0, from: 0, length: 2), one.sliced(axis: 0, from: 0, length: 2))
        },
        Check(
          "T₁ = 1: nothing lies in front of the first sample",
          hint: "look at the upper limit of the sum in equation 3: does sample i dim itself?"
        ) { t in
          difference(
            try t(Tensor([3], [0.7, 2, 3])).sliced(axis: 0, from: 0, length: 1), Tensor([1], [1]))
        },
        Check(
          "T never grows along a ray",
          hint: "matter takes light away: check the sign in the exponent"
        ) { t in
          let light = try t(Tensor([4], [0.5, 0, 2, 1])).scalars
          return zip(light, light.dropFirst()).contains { $0 < $1 } ? "T is \(light)" : nil
        },
        Check(
          "behind a wall of σδ = 50, T is e⁻⁵⁰ and not 0",
          hint:
            "a product of numbers 1 − opacity loses what is left behind a wall; where does a sum keep "
            + "it?"
        ) { t in
          difference(
            try t(Tensor([2], [50, 1])).sliced(axis: 0, from: 1, length: 1), Tensor([1], [exp(-50)])
          )
        },
      ]
        + ["far", "infinite", "extreme"].map { name in
          Check(
            "the golden case \(name)",
            hint:
              "the properties hold; does the sum run along the last axis, for each ray by itself?"
          ) { t in
            let golden = try GoldenCase.named(name, of: "VolumeWeights")
            let last = name == "far" ? LastSpacing.far(try golden.number("far")) : .infinite
            let scale = try golden.number("opticalScale")
            return try goldenFinding(name, of: "VolumeWeights", in: ["transmittance"]) {
              let spacing = VolumeWeights(lastSpacing: last).spacing(try input("ray_depths", $0))
              return ["transmittance": try t(try input("density", $0) * spacing * scale)]
            }
          }
        },
      wrongAnswers: [
        WrongAnswer(
          "the sum includes sample i", caughtBy: "T₁ = 1: nothing lies in front of the first sample"
        ) { (-$0.cumulativeSum(axis: -1)).exponential() },
        WrongAnswer(
          "the sum over the samples behind", caughtBy: "a sample dims only what lies behind it"
        ) { (-$0.cumulativeSum(axis: -1, exclusive: true, fromEnd: true)).exponential() },
        WrongAnswer("without the minus", caughtBy: "T never grows along a ray") {
          $0.cumulativeSum(axis: -1, exclusive: true).exponential()
        },
        WrongAnswer(
          "the product of 1 − opacity", caughtBy: "behind a wall of σδ = 50, T is e⁻⁵⁰ and not 0"
        ) {
          let opacity = 1 - (-$0).exponential()
          return (1 - opacity).cumulativeProduct(axis: -1, exclusive: true)
        },
      ],
      picture: { try $0(Tensor([1, 8], [0.1, 0.3, 0, 0.9, 0.4, 0.2, 1.5, 0.3])) },
      derivation: """
        A slab of density σ and thickness δ lets the share exp(−σδ) of the light through. Light that reaches \
        sample i has crossed the slabs 1 … i − 1, one after the other, so the shares multiply: T is the \
        product of exp(−σδ) over these slabs, which is the exponential of minus the sum. The slab of sample \
        i is not among them; equation 2 accounts for it with the factor 1 − exp(−σᵢδᵢ). The sum is also the \
        better way to compute: 1 − opacity is 0 as soon as σδ exceeds 37 in double precision, while exp(−50) \
        is still an ordinary number.
        """)
  }

  // [excerpt: answer]
  static func transmittanceAnswer(_ opticalDepth: Tensor) -> Tensor {
    (-opticalDepth.cumulativeSum(axis: -1, exclusive: true)).exponential()
  }
  // [end: answer]
}
