import Foundation
import Inspection
import Networks
import PortraitModel
import Tensors
import Training

// The step of the optimizer, and R1: the two updates of the discriminator.
extension TrainingSteps {
  /// The learning rates of the slider; 0.002 is that of training.
  private static let rates = [
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05,
  ]

  static let learningRate = Step(
    "Learning rate", "How far does one update move the weights?",
    formulas: [
      #"p \leftarrow p - \text{rate}' \cdot \frac{g}{\sqrt{\hat v} + \epsilon}"#,
      #"\hat v = g^2 \quad \text{in the first update}"#,
    ],
    symbols: [
      Symbol("p", "parameter"), Symbol("g", "gradient"),
      Symbol(#"\epsilon"#, "epsilon", unit: "1e-8"),
    ],
    code: [
      CodeExcerpt(
        "Sources/Training/Adam.swift", declaration: "private mutating func updated<T",
        marking: "newP[i] = p[i] - rate")
    ],
    sweep: Sweep("rate", rates, moving: ["loss_by_rate"])
  ) { page in
    let start = start(page)
    let weights = start.model.discriminator
    let gradients = try discriminatorGradients(page)
    let (image, mask) = (start.fake.image.detached(), start.fake.mask.detached())
    func updated(_ rate: Double) -> Parameters {
      var adam = Adam(rate: rate, lazyInterval: LazySchedule().penaltyInterval)
      return adam.updated(weights, with: gradients)
    }
    func loss(_ weights: Parameters) -> Double { discriminatorLoss(weights, image, mask).item }
    let before = kept("loss before the update", page) { loss(weights) }
    let after = kept("loss by rate", page) { rates.map { loss(updated($0)) } }
    let (rate, moved) = (page["rate"], updated(page["rate"]))
    let now = loss(moved)
    let ends = after + [before, now]
    page.curves(
      "loss_by_rate",
      [
        Series("before the update", x: [-4, log10(0.05)], y: [before, before]),
        Series("after the update", x: rates.map(log10), y: after),
        Series(
          "the chosen rate", x: [log10(rate), log10(rate)],
          y: [ends.min() ?? 0, ends.max() ?? 0]),
      ], xLabel: "log₁₀ of the learning rate", yLabel: "discriminator loss",
      caption:
        "the discriminator loss of the same batch before and after one update: too small a rate learns "
        + "little, too large a rate goes too far")
    page.number("discriminator loss before the update", before)
    page.number("discriminator loss after the update", now)
    oneWeight(&page, weights, gradients, moved)
    let corrected = Adam(rate: rate, lazyInterval: LazySchedule().penaltyInterval).rate
    let steps = gradients.keys.map { largestDifference(moved[$0], weights[$0]) / corrected }
    page.holds(
      "no weight moves by more than one corrected learning rate, whatever its gradient (largest move, in "
        + "learning rates)",
      steps.max() ?? .nan, equals: 1, within: 1e-3)
    let twice = updated(2 * rate)
    let errors = gradients.keys.map {
      largestDifference(twice[$0] - weights[$0], 2 * (moved[$0] - weights[$0])) / corrected
    }
    page.holds(
      "doubling the learning rate doubles every step (largest difference, in learning rates)",
      errors.max() ?? .nan, atMost: 1e-9)
    let standard = zip(rates, after).first { $0.0 == 0.002 }?.1 ?? .nan
    page.holds(
      "with the rate of training, 0.002, one update lowers the loss of its batch (decrease)",
      before - standard, atLeast: 0.05)
    page.why(
      """
      Adam divides each gradient by its own size, so in the first update all weights move by the same \
      distance, one learning rate, in the direction that lowers the loss. The gradient is exact for \
      short steps only: with a large rate, thousands of weights move too far at once.
      """)
  }

  /// Shows Adam's formula with the numbers of the weight that has the largest gradient.
  private static func oneWeight(
    _ page: inout Page, _ weights: Parameters, _ gradients: [String: Tensor], _ moved: Parameters
  ) {
    let sizes = gradients.mapValues { $0.absolute().maximum().item }
    guard let name = sizes.keys.sorted().max(by: { (sizes[$0] ?? 0) < (sizes[$1] ?? 0) }),
      let gradient = gradients[name]?.flattened()
    else { return }
    let index = Int(gradient.absolute().argmax().cast(to: .float64).item)
    let (g, rate) = (
      Arithmetic.number(gradient[index].item),
      Adam(rate: page["rate"], lazyInterval: LazySchedule().penaltyInterval).rate
    )
    page.equality(
      "p'",
      .number(weights[name].flattened()[index].item)
        - .number(rate) * (g / (.squareRoot(.power(g, 2)) + .number(Adam().epsilon))),
      equals: moved[name].flattened()[index].item, within: 1e-12)
  }

  // MARK: - R1

  /// Both terms of R1 with their graphs, and D's weights, by which they can be differentiated.
  private struct Penalty: Sendable {
    let tracked: Parameters
    let terms: GradientPenalty
    /// ∂D/∂image and ∂D/∂mask at the real pairs.
    let pixels: [Tensor]
    /// The norm of the gradient of the logistic loss.
    let logistic: Double
  }

  private static func penaltyTerms(_ page: Page) throws -> Penalty {
    try kept("R1", page) {
      let tracked = start(page).model.discriminator.tracked()
      let terms = try GradientPenalty(
        Discriminator(tracked), image: pairs.image, mask: pairs.mask)
      return Penalty(
        tracked: tracked, terms: terms, pixels: [terms.gradients.image, terms.gradients.mask],
        logistic: length(try discriminatorGradients(page)))
    }
  }

  /// The line of R1.
  private static let penaltyLine = CodeExcerpt(
    "Sources/Training/GradientPenalty.swift", declaration: "public struct GradientPenalty",
    marking: "squared().sum(axes: [1, 2, 3]).mean()")

  static let penalty = Step(
    "R1 penalty", "What does the second update of D minimize?",
    formulas: [
      #"R_1^x = \mathbb{E}\,\left\|\frac{\partial D}{\partial \text{image}}\right\|^2"#,
      #"L_{R_1} = 16 \left(\frac{w}{2} R_1^x + \frac{1000}{2} R_1^m\right)"#,
    ],
    symbols: [
      Symbol("w", "imagePenaltyWeight", unit: "10"), Symbol("R_1^x", "image", shape: "scalar"),
      Symbol("R_1^m", "mask", shape: "scalar"),
    ],
    code: [penaltyLine],
    sweep: Sweep(
      "imagePenalty", [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], moving: ["gradient_lengths"]),
    answers: AnswerBox(
      "training", line: penaltyLine, doubling: "doubling every score of D",
      notes: [12, 40, 42, 43, 55],
      proofs: [
        "Tests/TrainingTests/PenaltyTests.swift", "Tests/TrainingTests/LossTests.swift",
        "Tests/TrainingTests/TrainingStateTests.swift", "Tests/ConformanceTests",
        "Fixtures/Conformance/default_options",
      ], exercise: "ETraining")
  ) { page in
    let weights = start(page).model.discriminator
    let penalty = try penaltyTerms(page)
    var options = TrainingOptions()
    options.imagePenaltyWeight = page["imagePenalty"]
    let loss = penalty.terms.total(options)
    let push = try parameterGradients(
      of: loss, by: penalty.tracked, weights.tensors.keys.sorted())
    page.bars(
      "gradient_lengths", [penalty.logistic, length(push)], labels: ["logistic loss", "16 · R1"],
      caption:
        "norms of the gradients of both losses with respect to D's weights; Adam makes the steps "
        + "similar in size"
    )
    let (image, mask) = (penalty.terms.image.item, penalty.terms.mask.item)
    page.equality(
      "L_{R_1}",
      16 * (.number(options.imagePenaltyWeight) / 2 * .number(image) + 1000 / 2 * .number(mask)),
      equals: loss.item, within: 1e-12)
    page.image(
      "real_image_gradient",
      penalty.pixels[0][0] / penalty.pixels[0][0].absolute().maximum(), range: .signed,
      caption:
        "∂D/∂image at the first real portrait, divided by its maximum; gray is a zero gradient")
    // R1 is a squared gradient norm, so it is the rate at which the scores rise along their gradient.
    let network = Discriminator(weights)
    func score(_ h: Double) -> Double {
      network(pairs.image + penalty.pixels[0] * h, mask: pairs.mask + penalty.pixels[1] * h)
        .mean().item
    }
    let rise = (score(1e-7) - score(-1e-7)) / 2e-7
    page.holds(
      "R1 is the rate at which the mean score rises along the gradient of D (relative difference)",
      abs(rise - image - mask) / (image + mask), atMost: 1e-5)
    let steep = try kept("R1 of twice the score", page) {
      try GradientPenalty(
        Discriminator(withTwiceTheScore(weights)), image: pairs.image, mask: pairs.mask
      ).image.item
    }
    page.holds(
      "doubling every score of D multiplies R1 by four", steep / image, equals: 4, within: 1e-9)
    let square = length(push) * length(push)
    func total(_ step: Double) throws -> Double {
      try GradientPenalty(
        Discriminator(weights.moved(along: push, by: step)), image: pairs.image,
        mask: pairs.mask
      ).total(options).item
    }
    let h = 1e-7 / length(push)
    page.holds(
      "the gradient of the R1 total with respect to D's weights equals finite differences (relative)",
      abs((try total(h) - total(-h)) / (2 * h) - square) / square, atMost: 1e-6)
    page.why(
      """
      R1 uses no generated pairs: away from real portraits, it does not restrict the gradient of the \
      score. R1 has a separate Adam step in every sixteenth iteration. Adam divides by the size of the \
      gradient, so a larger w hardly makes this step longer: it shifts its direction from masks to \
      images. SemanticStyleGAN's w is 10; for portraits of up to 64 × 64, `ssgan3d train` takes a \
      twentieth of both weights (note 42).
      """)
  }

  /// Returns the weights of a discriminator whose last layer gives twice the score.
  private static func withTwiceTheScore(_ weights: Parameters) -> Parameters {
    var result = weights
    for name in weights.tensors.keys where name.hasPrefix("final_linear.1.") {
      result.tensors[name] = 2 * weights[name]
    }
    return result
  }
}
