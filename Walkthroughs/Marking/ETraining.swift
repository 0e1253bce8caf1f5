import Exercises
import Tensors

extension Exercise {
  typealias Penalty =
    (_ images: Tensor, _ scores: (_ images: Tensor) throws -> Tensor) throws -> Tensor

  static var eTraining: Exercise {
    Exercise(
      "ETraining", "One training step: R1",
      attempt: { try Exercises.gradientPenalty($0, scores: $1) } as Penalty,
      answer: gradientPenaltyAnswer,
      checks: [
        Check(
          "R1 is a scalar", hint: "the squared norm sums over pixels, E is a mean over the batch"
        ) {
          shapeFinding(try $0(images(2), linear(3)), [])
        },
        Check(
          "a discriminator three times as steep costs nine times as much",
          hint: "R1 takes the square of the norm, and a square has no root"
        ) { difference(try $0(images(1), linear(3)), 9 * (try $0(images(1), linear(1)))) },
        Check(
          "R1 of the sum of all pixels is the number of pixels",
          hint: "the squared norm of a gradient is the sum of its squares, not their mean"
        ) { penalty in
          // D(x) = Σ x has the slope 1 at each of the 12 numbers of an image.
          difference(try penalty(images(1), linear(1)), .scalar(12, .float64))
        },
        Check(
          "a batch of two equal images costs as much as one: no sum over the batch",
          hint: "E is the mean over the batch; what grows with the number of images?"
        ) { penalty in
          let ratio = try penalty(images(2), linear(1)).item / penalty(images(1), linear(1)).item
          return ratio < 1.01 ? nil : "it costs \(ratio) times as much"
        },
        Check(
          "a batch of two equal images costs as much as one: the score of each image by itself",
          hint:
            "the gradient of the mean score is smaller by the batch size; which scalar has the gradient "
            + "∂D(xᵢ)/∂xᵢ at every image?"
        ) { penalty in
          let ratio = try penalty(images(2), linear(1)).item / penalty(images(1), linear(1)).item
          return ratio > 0.99 ? nil : "it costs \(ratio) times as much"
        },
        Check(
          "R1 can be differentiated with respect to the parameters of D",
          hint:
            "R1 is trained, so its own gradient is needed: the first gradient has to be recorded "
            + "(createGraph)"
        ) { penalty in
          // D(x) = a Σ x, so R1 = 12 a² depends on a.
          let slope = Tensor.scalar(1.5, .float64).tracked(as: "a")
          let value = try penalty(images(2)) { ($0 * slope).sum(axes: [1, 2, 3]) }
          return try gradient(of: value, withRespectTo: slope).item == 0 ? "dR1/da is 0" : nil
        },
        Check(
          "the gradient of R1 agrees with differences of R1",
          hint:
            "the value is right and its gradient is not: is part of the first gradient detached?"
        ) { penalty in
          let a = Tensor.scalar(0.7, .float64).tracked(as: "a")
          let found = try gradient(of: try penalty(images(2), curved(a)), withRespectTo: a)
          let step = 1e-5
          let above = try penalty(images(2), curved(.scalar(0.7 + step, .float64).tracked(as: "a")))
          let below = try penalty(images(2), curved(.scalar(0.7 - step, .float64).tracked(as: "a")))
          // The error of the central difference is of the order step².
          return difference(
            found, (above.detached() - below.detached()) / (2 * step), relative: 1e-7)
        },
      ],
      wrongAnswers: [
        WrongAnswer(
          "the first gradient detached",
          caughtBy: "R1 can be differentiated with respect to the parameters of D"
        ) { images, scores in
          let images = images.tracked(as: "images")
          return try gradient(of: try scores(images).sum(), withRespectTo: images)
            .squared().sum(axes: [1, 2, 3]).mean()
        },
        WrongAnswer(
          "the norm in place of its square",
          caughtBy: "a discriminator three times as steep costs nine times as much"
        ) { try slopes($0, $1).squared().sum(axes: [1, 2, 3]).squareRoot().mean() },
        WrongAnswer(
          "the mean over the pixels",
          caughtBy: "R1 of the sum of all pixels is the number of pixels"
        ) { try slopes($0, $1).squared().mean() },
        WrongAnswer(
          "the sum over the batch",
          caughtBy: "a batch of two equal images costs as much as one: no sum over the batch"
        ) { try slopes($0, $1).squared().sum() },
        WrongAnswer(
          "the gradient of the mean score",
          caughtBy:
            "a batch of two equal images costs as much as one: the score of each image by itself"
        ) { images, scores in
          let images = images.tracked(as: "images")
          return try gradient(
            of: try scores(images).mean(), withRespectTo: images, createGraph: true
          )
          .squared().sum(axes: [1, 2, 3]).mean()
        },
        WrongAnswer(
          "one of the two factors detached",
          caughtBy: "the gradient of R1 agrees with differences of R1"
        ) {
          let slopes = try slopes($0, $1)
          return (slopes * slopes.detached()).sum(axes: [1, 2, 3]).mean()
        },
      ],
      picture: { penalty in
        Tensor.stacked(try [0.5, 1, 2, 3].map { try penalty(images(2), linear($0)) })
          .detached().unsqueezed(axis: 0)
      },
      derivation: """
        ∂D(xᵢ)/∂xᵢ for all images at once is the gradient of Σᵢ D(xᵢ), because an image influences no score \
        but its own. R1 sums the squares of this gradient over an image and averages over the batch. \
        Training then needs dR1/dθ for the parameters θ of D: the derivative of a derivative. The first \
        gradient must therefore be recorded like any other operation (createGraph). Without that it is a \
        list of numbers that depends on nothing, R1 has no gradient, and the update would change nothing.
        """)
  }

  // [excerpt: answer]
  static func gradientPenaltyAnswer(_ images: Tensor, _ scores: (_ images: Tensor) throws -> Tensor)
    throws -> Tensor
  {
    let images = images.tracked(as: "images")
    let slopes = try gradient(
      of: try scores(images).sum(), withRespectTo: images, createGraph: true)
    return slopes.squared().sum(axes: [1, 2, 3]).mean()
  }
  // [end: answer]

  private static func slopes(_ images: Tensor, _ scores: (Tensor) throws -> Tensor) throws -> Tensor
  {
    let images = images.tracked(as: "images")
    return try gradient(of: try scores(images).sum(), withRespectTo: images, createGraph: true)
  }

  /// Equal images, `[count, 3, 2, 2]`.
  private static func images(_ count: Int) -> Tensor {
    Tensor([1, 3, 2, 2], (0..<12).map { 0.1 * Double($0) - 0.4 }).repeated(axis: 0, times: count)
  }

  /// D(x) = slope · Σ x, with a tracked slope.
  private static func linear(_ slope: Double) -> (Tensor) -> Tensor {
    let slope = Tensor.scalar(slope, .float64).tracked(as: "slope")
    return { ($0 * slope).sum(axes: [1, 2, 3]) }
  }

  /// D(x) = Σ sin(a x): its slope a cos(a x) depends on x and on a.
  private static func curved(_ a: Tensor) -> (Tensor) -> Tensor {
    { ($0 * a).sine().sum(axes: [1, 2, 3]) }
  }
}
