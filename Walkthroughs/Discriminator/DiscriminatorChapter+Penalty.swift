import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training

// The gradient of the score, and the price on it.
extension DiscriminatorSteps {
  /// ∂D/∂image and ∂D/∂mask of the summed scores of all four pairs.
  static func dataGradients(_ page: Page) throws -> (image: Tensor, mask: Tensor) {
    try page.shared("data gradients") {
      let (image, mask) = (pairs.image.tracked(as: "image"), pairs.mask.tracked(as: "mask"))
      let found = try gradients(
        of: network(page)(image, mask: mask).sum(), withRespectTo: [image, mask])
      return (found[0], found[1])
    }
  }

  static let gradient = Step(
    "∂D", "Which pixels would raise the score?",
    formulas: [#"\frac{\partial D}{\partial x}, \quad \frac{\partial D}{\partial m}"#]
  ) { page in
    let (network, index) = (network(page), chosen(page))
    let gradient = try dataGradients(page)
    let (image, mask) = (gradient.image[index], gradient.mask[index])
    page.image(
      "portrait", pairs.image[index], range: .signed, caption: "the portrait that is judged")
    page.sheet(
      "score_by_image", image, titles: ["red", "green", "blue"], isSigned: true,
      axes: "[3, H, W]",
      caption: "∂D/∂image: where more of a colour raises the score (red) or lowers it (blue)")
    page.sheet(
      "score_by_mask", mask, titles: LittleModel.names, isSigned: true, axes: "[K, H, W]",
      caption: "∂D/∂mask: where more of a part does")
    page.map(
      "score_steepness",
      (image.squared().sum(axes: [0]) + mask.squared().sum(axes: [0])).squareRoot(),
      caption: "how much each pixel counts, colours and parts together")
    // Along its own gradient the score must rise by the squared length of the gradient.
    func score(_ step: Double) -> Double {
      network(pairs.image + gradient.image * step, mask: pairs.mask + gradient.mask * step).sum()
        .item
    }
    let h = 1e-7
    let rise = (score(h) - score(-h)) / (2 * h)
    let square = gradient.image.squared().sum().item + gradient.mask.squared().sum().item
    page.number("squared length of the gradient", square)
    page.holds(
      "a small step along the gradient raises the score by as much (relative difference)",
      abs(rise - square) / square, atMost: 1e-5)
    page.holds(
      "every pixel counts: nothing is out of sight (least of the pixels' steepness)",
      (image.squared().sum(axes: [0]) + mask.squared().sum(axes: [0])).minimum().item,
      atLeast: 1e-14)
    page.why(
      """
      This picture, taken at a generated portrait, is all that the discriminator teaches the \
      generator: push each pixel this way. With fresh weights it is a texture without meaning; \
      trained, it shows what gives a false portrait away. The terms on masks, depths and path length \
      are added to it, and need no discriminator.
      """)
  }

  static let penalty = Step(
    "R1", "How steep is the score at real portraits?",
    formulas: [
      #"R_1^x = \mathbb{E}\,\left\|\frac{\partial D}{\partial x}\right\|^2"#,
      #"16 \left(\frac{10}{2} R_1^x + \frac{1000}{2} R_1^m\right)"#,
    ],
    symbols: [
      Symbol("R_1^x", "GradientPenalty.image", shape: "scalar"),
      Symbol("R_1^m", "GradientPenalty.mask", shape: "scalar"),
    ],
    code: [CodeExcerpt(losses, declaration: "public struct GradientPenalty")]
  ) { page in
    let found = try GradientPenalty(network(page), image: pairs.image, mask: pairs.mask)
    let gradient = try dataGradients(page)
    let norms = [gradient.image, gradient.mask].map { $0.squared().sum(axes: [1, 2, 3]) }
    page.bars(
      "slope_of_each", norms[0].scalars + norms[1].scalars,
      labels: (0..<4).map { "image \($0)" } + (0..<4).map { "mask \($0)" },
      caption: "the squared length of the gradient at each portrait, by image and by mask")
    page.number("R1 on images", found.image.item)
    page.number("R1 on masks", found.mask.item)
    page.holds(
      "R1 on images is the mean of these squares (relative difference)",
      abs(norms[0].mean().item / found.image.item - 1), atMost: 1e-12)
    page.holds(
      "R1 on masks too", abs(norms[1].mean().item / found.mask.item - 1), atMost: 1e-12)
    page.holds(
      "the total is 16 · (5 · image + 500 · mask) (relative difference)",
      abs(found.total().item / (16 * (5 * found.image.item + 500 * found.mask.item)) - 1),
      atMost: 1e-12)
    page.why(
      """
      A score that rises steeply around real portraits drives the generator past them, and the two \
      circle each other for ever. R1 flattens it exactly where it should come to rest. A mask knows \
      only −1 and +1; to lean on it is the easiest way to tell real from false, and the price on that \
      is a hundred times as high.
      """)
  }

  static let penaltyStep = Step(
    "R1, twice", "How does a price on a gradient reach the weights?",
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
      caption: "the ten parameters that bear most on R1's total: length of its gradient")
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
      "the second derivative equals differences of R1 along it (relative difference)",
      abs(rise - square) / square, atMost: 1e-5)
    let after = try total(-0.02 * before.total().item / square)
    page.number("R1's total before", before.total().item)
    page.number("and after a small step against it", after)
    page.holds("the step makes the score less steep", after / before.total().item, atMost: 0.995)
    page.holds(
      "the last bias has no say: it moves every score, and no slope",
      zip(names, lengths).first { $0.0 == "final_linear.1.bias" }?.1 ?? 1, atMost: 0)
    page.why(
      "The gradient by the pixels was recorded while it was computed, so it can be differentiated "
        + "by the weights. Without the second derivative through every convolution and through the "
        + "minibatch deviation there is no R1.")
  }
}
