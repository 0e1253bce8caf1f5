import Exercises
import GoldenFiles
import Tensors

extension Exercise {
  typealias Depth = (_ renderingWeights: Tensor, _ rayDepths: Tensor) throws -> Tensor

  static var e04: Exercise {
    Exercise(
      "E04", "Equation 4, for depth: how far away is what a ray sees",
      attempt: { try Exercises.depth($0, at: $1) } as Depth,
      answer: depthAnswer,
      checks: [
        Check("a ray has one depth", hint: "equation 4 sums over the samples, the last axis") {
          depth in
          let weights = Tensor(repeating: 0.25, [2, 3], .float64)
          return shapeFinding(try depth(weights, Tensor([2, 3], [1, 2, 3, 1, 2, 3])), [2])
        },
        Check(
          "a wall at t = 2 is at depth 2",
          hint: "which samples does the ray see, and which number says so?"
        ) { depth in
          difference(
            try depth(Tensor([3], [0, 1, 0]), Tensor([3], [0.5, 2, 5])), .scalar(2, .float64))
        },
        Check(
          "fog at t = 2 that stops half of the light is at depth 2",
          hint:
            "here Σw is ½; a sum that is too small moves the fog toward the camera. What makes a mean "
            + "of a sum?"
        ) { depth in
          difference(
            try depth(Tensor([3], [0, 0.5, 0]), Tensor([3], [0.5, 2, 5])), .scalar(2, .float64))
        },
        Check(
          "fog in front of a wall is between both",
          hint: "every sample that stops light counts, by the share that it stops"
        ) { depth in
          difference(
            try depth(Tensor([3], [0.25, 0, 0.75]), Tensor([3], [1, 2, 5])), .scalar(4, .float64))
        },
      ]
        + ["far", "infinite"].map { name in
          Check(
            "the golden case \(name)",
            hint: "the properties hold; does each ray keep to its own samples?"
          ) { depth in
            let weights = try GoldenCase.named(name, of: "VolumeWeights").array("weights")
            let expected = try GoldenCase.named(name, of: "VolumeWeights").array("normalized_depth")
            let depths = try GoldenCase.named(name, of: "VolumeWeights").array("ray_depths")
            return difference(try depth(weights, depths), expected)
          }
        },
      wrongAnswers: [
        WrongAnswer("Σwt", caughtBy: "fog at t = 2 that stops half of the light is at depth 2") {
          ($0 * $1).sum(axes: [-1])
        },
        WrongAnswer("the mean of all t", caughtBy: "a wall at t = 2 is at depth 2") {
          weights, depths in
          depths.mean(axes: [-1])
        },
        WrongAnswer(
          "the t of the largest weight", caughtBy: "fog in front of a wall is between both"
        ) { weights, depths in
          let largest = weights.maximum(axes: [-1], keepingAxes: true)
          return (depths * weights.isEqual(to: largest.broadcast(to: weights.shape))).sum(axes: [-1]
          )
        },
      ],
      picture: {
        try $0(
          Tensor([4, 3], [0, 1, 0, 0, 0.5, 0, 0.25, 0, 0.75, 0.1, 0.1, 0.1]),
          Tensor([4, 3], [1, 2, 5, 1, 2, 5, 1, 2, 5, 1, 2, 5])
        ).unsqueezed(axis: 0)
      },
      derivation: """
        Σwt treats the light that nothing stops as if it came from t = 0, the camera: where Σw < 1, the depth \
        is pulled toward 0, and fog seems to float in front of the lens. The weights say where the stopped \
        light was stopped, so the depth is their mean, Σwt / Σw. Colors are different: for them, equation 4 \
        leaves the sum as it is, because the light that is not stopped really does not contribute.
        """)
  }

  // [excerpt: answer]
  static func depthAnswer(_ renderingWeights: Tensor, _ rayDepths: Tensor) -> Tensor {
    (renderingWeights * rayDepths).sum(axes: [-1]) / renderingWeights.sum(axes: [-1])
  }
  // [end: answer]
}
