import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training

// The gradient of the score, and the penalty on this gradient.
extension DiscriminatorSteps {
  /// Returns ∂D/∂image and ∂D/∂mask of the summed scores of all four pairs.
  static func dataGradients(_ page: Page) throws -> (image: Tensor, mask: Tensor) {
    try page.shared("data gradients") {
      let (image, mask) = (pairs.image.tracked(as: "image"), pairs.mask.tracked(as: "mask"))
      let found = try gradients(
        of: network(page)(image, mask: mask).sum(), withRespectTo: [image, mask])
      return (found[0], found[1])
    }
  }

  static let gradient = Step(
    "Gradient of D", "Which changes of the pixels raise the score?",
    formulas: [#"\frac{\partial D}{\partial x}, \quad \frac{\partial D}{\partial m}"#]
  ) { page in
    let (network, index) = (network(page), chosen(page))
    let gradient = try dataGradients(page)
    let (image, mask) = (gradient.image[index], gradient.mask[index])
    page.image(
      "portrait", pairs.image[index], range: .signed,
      caption: "the portrait at which the gradient is taken")
    page.sheet(
      "score_by_image", image, titles: ["red", "green", "blue"], isSigned: true,
      axes: "[3, H, W]",
      caption: "∂D/∂image: a higher value raises the score where red and lowers it where blue")
    page.sheet(
      "score_by_mask", mask, titles: LittleModel.names, isSigned: true, axes: "[K, H, W]",
      caption: "∂D/∂mask: more of a part raises the score where red and lowers it where blue")
    page.map(
      "score_steepness",
      (image.squared().sum(axes: [0]) + mask.squared().sum(axes: [0])).squareRoot(),
      caption: "norm of the gradient at each pixel, over all colors and parts")
    // Along its gradient, the score must rise at the rate of the squared gradient norm.
    func score(_ step: Double) -> Double {
      network(pairs.image + gradient.image * step, mask: pairs.mask + gradient.mask * step).sum()
        .item
    }
    let h = 1e-7
    let rise = (score(h) - score(-h)) / (2 * h)
    let square = gradient.image.squared().sum().item + gradient.mask.squared().sum().item
    page.number("squared norm of the gradient", square)
    page.holds(
      "finite differences along the gradient give its squared norm (relative difference)",
      abs(rise - square) / square, atMost: 1e-5)
    page.holds(
      "the score depends on every pixel (smallest squared gradient norm of a pixel)",
      (image.squared().sum(axes: [0]) + mask.squared().sum(axes: [0])).minimum().item,
      atLeast: 1e-14)
    page.why(
      """
      At a generated portrait, this gradient is all that the discriminator teaches the generator: it \
      is the direction in which each pixel should change. With fresh weights the gradient is a \
      texture without meaning. With trained weights it shows by which pixels a generated portrait can \
      be recognized. The loss terms on masks, depths and path length are added; they need no \
      discriminator.
      """)
  }

  static let penalty = Step(
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
      CodeExcerpt(
        "Sources/Training/GradientPenalty.swift", declaration: "public struct GradientPenalty")
    ]
  ) { page in
    let found = try GradientPenalty(network(page), image: pairs.image, mask: pairs.mask)
    let gradient = try dataGradients(page)
    let norms = [gradient.image, gradient.mask].map { $0.squared().sum(axes: [1, 2, 3]) }
    page.bars(
      "slope_of_each", norms[0].scalars + norms[1].scalars,
      labels: (0..<4).map { "image \($0)" } + (0..<4).map { "mask \($0)" },
      caption: "squared norm of the gradient at each portrait, with respect to image and mask")
    page.number("R1 on images", found.image.item)
    page.number("R1 on masks", found.mask.item)
    page.holds(
      "R1 on images is the mean squared norm of ∂D/∂image (relative difference)",
      abs(norms[0].mean().item / found.image.item - 1), atMost: 1e-12)
    page.holds(
      "R1 on masks is the mean squared norm of ∂D/∂mask (relative difference)",
      abs(norms[1].mean().item / found.mask.item - 1), atMost: 1e-12)
    page.holds(
      "the R1 total is 16 · (5 · image + 500 · mask) (relative difference)",
      abs(found.total().item / (16 * (5 * found.image.item + 500 * found.mask.item)) - 1),
      atMost: 1e-12)
    page.why(
      """
      If the gradient of the score is large around real portraits, the generator overshoots them, and \
      the two networks oscillate without converging. R1 makes the gradient small at real portraits, \
      where training should converge. Real masks contain only −1 and +1, so the mask is the easiest \
      way to tell real pairs from generated ones. The weight of R1 on masks is therefore a hundred \
      times as large as on images.
      """)
  }

  static let penaltyStep = Step(
    "R1, second derivative", "How does a penalty on a gradient change the weights?",
    formulas: [#"\frac{\partial}{\partial \theta} \left\|\frac{\partial D}{\partial x}\right\|^2"#],
    code: [
      CodeExcerpt(
        "Sources/Tensors/Gradients/Gradients.swift", declaration: "public func gradients(")
    ]
  ) { page in
    let parameters = parameters(page)
    let tracked = parameters.tracked()
    let names = parameters.tensors.keys.sorted()
    let before = try GradientPenalty(Discriminator(tracked), image: pairs.image, mask: pairs.mask)
    let gradients = try gradients(of: before.total(), withRespectTo: names.map { tracked[$0] })
    let lengths = gradients.map { $0.squared().sum().squareRoot().item }
    let largest = zip(names, lengths).sorted { $0.1 > $1.1 }.prefix(10)
    page.bars(
      "penalty_by_weight", largest.map(\.1), labels: largest.map(\.0),
      caption: "the ten parameters with the largest gradient of the R1 total: norm of this gradient"
    )
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
      after / before.total().item, atMost: 0.995)
    page.holds(
      "R1 does not depend on the last bias, which shifts all scores equally (norm of the gradient)",
      zip(names, lengths).first { $0.0 == "final_linear.1.bias" }?.1 ?? 1, atMost: 0)
    page.why(
      "The gradient with respect to the pixels was recorded while it was computed (`createGraph`), so "
        + "it can be differentiated with respect to the weights. R1 requires second derivatives of "
        + "every convolution and of the minibatch deviation.")
  }
}
