import Datasets
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training

// The gradient of the score, and the penalty on this gradient.
extension DiscriminatorSteps {
  /// The gradient of the score of one generated pair, with a check by differences.
  struct DataGradients: Sendable {
    /// ∂D/∂image and ∂D/∂mask.
    let (image, mask): (Tensor, Tensor)
    /// The score, and its rise along the gradient by finite differences.
    let (score, rise): (Double, Double)

    /// The squared norm of both gradients.
    var square: Double { image.squared().sum().item + mask.squared().sum().item }

    init(_ network: Discriminator, _ pairs: PortraitBatch) throws {
      let inputs = (pairs.image.tracked(as: "image"), pairs.mask.tracked(as: "mask"))
      let found = try gradients(
        of: network(inputs.0, mask: inputs.1).sum(), withRespectTo: [inputs.0, inputs.1])
      let (image, mask) = (found[0], found[1])
      func score(_ step: Double) -> Double {
        network(pairs.image + image * step, mask: pairs.mask + mask * step).sum().item
      }
      let h = 1e-7
      (self.image, self.mask) = (image, mask)
      self.score = score(0)
      rise = (score(h) - score(-h)) / (2 * h)
    }
  }

  var gradient: Step {
    Step(
      "Gradient of D", "Which changes of the pixels raise the score?",
      formulas: [#"\frac{\partial D}{\partial x}, \quad \frac{\partial D}{\partial m}"#],
      sweep: Sweep(
        "step", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], moving: ["portrait_moved"])
    ) { page in
      let (network, index, step) = (try network(page), chosen(page), page["step"])
      let every = try generated()
      let pair = PortraitBatch(
        image: Self.single(every.image, index), mask: Self.single(every.mask, index))
      let gradient = try dataGradients.value([page["seed"], page["portrait"]]) {
        try DataGradients(network, pair)
      }
      let (image, mask) = (gradient.image[0], gradient.mask[0])
      let largest = gradient.image.absolute().maximum().item
      let moved = pair.image + gradient.image * (step / largest)
      page.gallery(
        "portrait_moved",
        [
          .face("generated portrait", pair.image[0]),
          .face("moved along the gradient", moved[0]),
        ], columns: 2,
        caption:
          "generated portrait \(index + 1), and the same portrait moved along ∂D/∂image until the pixel "
          + "with the largest gradient has moved by \(step.brief)")
      let end = network(moved, mask: pair.mask).item
      page.number("score of the pair, fresh weights", gradient.score)
      page.number("score after the move", end)
      page.sheet(
        "score_by_image", image, titles: ["red", "green", "blue"], isSigned: true,
        axes: "[3, H, W]",
        caption: "∂D/∂image: a higher value raises the score where red and lowers it where blue")
      page.sheet(
        "score_by_mask", mask, titles: (0..<mask.shape[0]).map(ClassPalette.portrait.name),
        isSigned: true, axes: "[K, H, W]",
        caption: "∂D/∂mask: more of a part raises the score where red and lowers it where blue")
      let steepness =
        (image.squared().sum(axes: [0]) + mask.squared().sum(axes: [0])).squareRoot()
      page.map(
        "score_steepness", steepness,
        caption: "norm of the gradient at each pixel, over all colors and parts")
      page.number("squared norm of the gradient", gradient.square)
      page.holds(
        "finite differences along the gradient give its squared norm (relative difference)",
        abs(gradient.rise - gradient.square) / gradient.square, atMost: 1e-5)
      let expected = step / largest * gradient.image.squared().sum().item
      page.holds(
        "the move raises the score, by at least half of what the gradient promises (rise − half of it)",
        end - gradient.score - expected / 2, atLeast: 0)
      page.holds(
        "the score depends on every pixel (smallest gradient norm of a pixel, relative to the largest)",
        steepness.minimum().item / steepness.maximum().item, atLeast: 1e-6)
      page.why(
        """
        At a generated portrait, this gradient is all that the discriminator teaches the generator: it \
        is the direction in which each pixel should change. With fresh weights the gradient is a \
        texture without meaning. With trained weights it shows by which pixels a generated portrait can \
        be recognized. The loss terms on masks, depths and path length are added; they need no \
        discriminator.
        """)
    }
  }

  /// The line that computes R1.
  private static let penaltyLine = CodeExcerpt(
    "Sources/Training/GradientPenalty.swift", declaration: "public init(_ discriminator",
    marking: "pair.map { $0.squared().sum(axes: [1, 2, 3]).mean() }")

  /// R1 at the real pairs, without the graph that the second derivative needs.
  struct Penalty: Sendable {
    /// R1 on images, on masks, and the loss of the update.
    let (image, mask, total): (Double, Double, Double)
    /// ∂D/∂image and ∂D/∂mask of each pair.
    let gradients: (image: Tensor, mask: Tensor)

    init(_ discriminator: Discriminator, _ pairs: PortraitBatch) throws {
      let found = try GradientPenalty(discriminator, image: pairs.image, mask: pairs.mask)
      (image, mask, total) = (found.image.item, found.mask.item, found.total().item)
      gradients = found.gradients
    }
  }

  /// Returns fresh weights whose last layer is multiplied by a factor.
  private func parameters(_ page: Page, gain: Double) throws -> Parameters {
    var parameters = try parameters(page)
    let name = "final_linear.1.weight"
    parameters.tensors[name] = parameters[name] * gain
    return parameters
  }

  var penalty: Step {
    Step(
      "R1 penalty", "How large is the gradient of the score at real portraits?",
      formulas: [
        #"R_1^x = \mathbb{E}\,\left\|\frac{\partial D}{\partial x}\right\|^2"#,
        #"16 \left(\frac{10}{2} R_1^x + \frac{1000}{2} R_1^m\right)"#,
      ],
      symbols: [
        Symbol("R_1^x", "GradientPenalty.image", shape: "scalar"),
        Symbol("R_1^m", "GradientPenalty.mask", shape: "scalar"),
      ],
      code: [
        Self.penaltyLine,
        CodeExcerpt("Sources/Training/GradientPenalty.swift", declaration: "public func total("),
      ],
      sweep: Sweep("gain", [0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4], moving: ["slope_of_each"]),
      answers: AnswerBox(
        "R1", line: Self.penaltyLine, doubling: "doubling the weights of D's last layer",
        notes: [42, 55],
        proofs: [
          "Tests/TrainingTests/PenaltyTests.swift", "Tests/TrainingTests/LossTests.swift",
        ], exercise: "ETraining")
    ) { page in
      let pairs = try twoReal()
      func penalty(_ gain: Double) throws -> Penalty {
        try penalties.value([page["seed"], gain]) {
          try Penalty(Discriminator(try parameters(page, gain: gain)), pairs)
        }
      }
      let (one, two, found) = (try penalty(1), try penalty(2), try penalty(page["gain"]))
      let norms = [found.gradients.image, found.gradients.mask].map {
        $0.squared().sum(axes: [1, 2, 3])
      }
      page.bars(
        "slope_of_each", norms[0].scalars + norms[1].scalars,
        labels: ["image 1", "image 2", "mask 1", "mask 2"],
        caption:
          "squared norm of the gradient at each of the two real pairs, with respect to image and mask"
      )
      page.equality(
        "R_1^x", .sum(norms[0].scalars.map { .number($0) }) / 2, equals: found.image,
        within: 1e-12 * max(1, found.image))
      page.equality(
        "R_1^m", .sum(norms[1].scalars.map { .number($0) }) / 2, equals: found.mask,
        within: 1e-12 * max(1, found.mask))
      page.equality(
        #"\text{R1 total}"#,
        16 * (10 / 2 * .number(found.image) + 1000 / 2 * .number(found.mask)),
        equals: found.total, within: 1e-12 * max(1, found.total))
      page.holds(
        "doubling the weights of D's last layer multiplies both R1 by 4 (largest relative difference)",
        max(
          abs(two.image / one.image / 4 - 1), abs(two.mask / one.mask / 4 - 1)), atMost: 1e-10)
      let square = page["gain"] * page["gain"]
      page.holds(
        "both R1 grow with the square of the gain (largest relative difference from gain² times R1 with "
          + "gain 1)",
        max(
          abs(found.image / (square * one.image) - 1), abs(found.mask / (square * one.mask) - 1)),
        atMost: 1e-10)
      // An independent derivative of the scores along their own gradient.
      let rise = try rises.value(page["seed"]) {
        let (network, h) = (try network(page), 1e-6)
        func score(_ step: Double) -> Double {
          network(pairs.image + one.gradients.image * step, mask: pairs.mask).sum().item
        }
        return (score(h) - score(-h)) / (2 * h)
      }
      page.holds(
        "with gain 1, finite differences along ∂D/∂image give R1 on images times the number of pairs "
          + "(relative difference)", abs(rise / (2 * one.image) - 1), atMost: 1e-5)
      page.gallery(
        "two_real_pairs", Self.tiles(pairs, "real"), columns: 2,
        caption: "the two real pairs, procedural portraits with their masks")
      page.why(
        """
        If the gradient of the score is large around real portraits, the generator overshoots them, and \
        the two networks oscillate without converging. R1 makes the gradient small at real portraits, \
        where training should converge. Real masks contain only −1 and +1, so the mask is the easiest \
        way to tell real pairs from generated ones. The weight of R1 on masks is therefore a hundred \
        times as large as on images.
        """)
    }
  }

  var penaltyStep: Step {
    Step(
      "R1, second derivative", "How does a penalty on a gradient change the weights?",
      formulas: [
        #"\frac{\partial}{\partial \theta} \left\|\frac{\partial D}{\partial x}\right\|^2"#
      ],
      code: [
        CodeExcerpt(
          "Sources/Tensors/Gradients/Gradients.swift", declaration: "public func gradients(")
      ]
    ) { page in
      let parameters = try parameters(page)
      let pairs = try twoReal()
      let tracked = parameters.tracked()
      let names = parameters.tensors.keys.sorted()
      let before = try GradientPenalty(
        Discriminator(tracked), image: pairs.image, mask: pairs.mask)
      let gradients = try gradients(of: before.total(), withRespectTo: names.map { tracked[$0] })
      let lengths = gradients.map { $0.squared().sum().squareRoot().item }
      let largest = zip(names, lengths).sorted { $0.1 > $1.1 }.prefix(10)
      page.bars(
        "penalty_by_weight", largest.map(\.1), labels: largest.map(\.0),
        caption:
          "the ten parameters with the largest gradient of the R1 total: norm of this gradient")
      let direction = Dictionary(uniqueKeysWithValues: zip(names, gradients))
      let square = lengths.reduce(0) { $0 + $1 * $1 }
      func total(_ step: Double) throws -> Double {
        try GradientPenalty(
          Discriminator(parameters.moved(along: direction, by: step)), image: pairs.image,
          mask: pairs.mask
        ).total().item
      }
      let h = 1e-7 / square.squareRoot()
      let rise = (try total(h) - total(-h)) / (2 * h)
      page.holds(
        "the gradient of the R1 total equals finite differences (relative difference)",
        abs(rise - square) / square, atMost: 1e-5)
      let after = try total(-0.02 * before.total().item / square)
      page.number("R1 total before the step", before.total().item)
      page.number("R1 total after a small step against its gradient", after)
      page.holds(
        "a step against the gradient of the R1 total lowers this total (ratio after / before)",
        after / before.total().item, in: 0.9...0.995)
      page.holds(
        "R1 does not depend on the last bias, which shifts all scores equally (norm of the gradient)",
        zip(names, lengths).first { $0.0 == "final_linear.1.bias" }?.1 ?? 1, atMost: 0)
      page.why(
        "The gradient with respect to the pixels was recorded while it was computed (`createGraph`), so "
          + "it can be differentiated with respect to the weights. R1 requires second derivatives of "
          + "every convolution and of the minibatch deviation. Two of the four real pairs are used."
      )
    }
  }
}
