import Datasets
import DepthSmoothness
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training

// The losses of both networks, and their gradients.
extension TrainingSteps {
  /// Returns the discriminator's logistic loss for given weights.
  static func discriminatorLoss(
    _ parameters: Parameters, _ image: Tensor, _ mask: Tensor, _ pairs: PortraitBatch = pairs
  ) -> Tensor {
    let discriminator = Discriminator(parameters)
    return AdversarialLosses.discriminator(
      real: discriminator(pairs.image, mask: pairs.mask), fake: discriminator(image, mask: mask))
  }

  /// Returns equation 13 for a configuration; a background of fixed depth is left out.
  static func smoothness(_ model: Configuration) -> DepthSmoothness {
    DepthSmoothness(includesBackground: model.backgroundDepth == .predicted)
  }

  /// Returns equation 12 with all its terms, for a discriminator with the given weights.
  static func generatorLoss(
    _ fake: GeneratedPortraits, _ discriminator: Parameters, _ configuration: Configuration,
    _ options: TrainingOptions = .standard
  ) -> GeneratorLoss {
    GeneratorLoss(fake, judgedBy: Discriminator(discriminator), configuration, options)
  }

  static let discriminator = Step(
    "Discriminator loss", "What does the discriminator minimize?",
    formulas: [
      #"L_D = L_{\text{real}} + L_{\text{fake}}"#,
      #"L_{\text{real}} = \mathbb{E}\,\text{softplus}(-D(\text{real}))"#,
      #"L_{\text{fake}} = \mathbb{E}\,\text{softplus}(D(\text{fake}))"#,
    ],
    code: [
      CodeExcerpt(losses, declaration: "public static func discriminator"),
      CodeExcerpt(state, declaration: "public mutating func updateDiscriminator("),
    ]
  ) { page in
    let start = start(page)
    let weights = start.model.discriminator
    let tracked = weights.tracked()
    let (image, mask) = (start.fake.image.detached(), start.fake.mask.detached())
    let loss = discriminatorLoss(tracked, image, mask)
    let gradients = try discriminatorGradients(page)
    let network = Discriminator(weights)
    let realScores = network(pairs.image, mask: pairs.mask)
    let fakeScores = network(image, mask: mask)
    let (real, fake) = (realScores.scalars, fakeScores.scalars)
    page.table(
      "scores before the update", columns: ["pair", "real", "generated"],
      rows: zip(real, fake).enumerated().map { ["\($0 + 1)", cell($1.0), cell($1.1)] })
    let (realTerms, fakeTerms) = (
      real.map { softplus(-.number($0)) }, fake.map { softplus(.number($0)) }
    )
    page.equality(
      #"\text{softplus}(-D(\text{real}_1))"#, realTerms[0],
      equals: (-realScores).softplus()[0, 0].item, within: 1e-12)
    func mean(_ terms: [Arithmetic]) -> Arithmetic {
      .sum(terms.map { .number($0.value) }) / .number(Double(terms.count))
    }
    let none = Tensor(repeating: -1e3, [batch, 1], .float64)
    for (name, terms, value) in [
      ("real", realTerms, AdversarialLosses.discriminator(real: realScores, fake: none)),
      ("fake", fakeTerms, AdversarialLosses.discriminator(real: -none, fake: fakeScores)),
    ] {
      page.equality(
        Formula(#"L_{\text{\#(name)}}"#), mean(terms), equals: value.item, within: 1e-12)
    }
    page.equality(
      "L_D", .number(mean(realTerms).value) + .number(mean(fakeTerms).value), equals: loss.item,
      within: 1e-12)
    page.number(
      "the same loss if all scores were 0, 2 ln 2", Arithmetic.product([2, .ln(2)]).value)
    let lengths = gradients.mapValues { $0.squared().sum().squareRoot().item }
    let largest = lengths.sorted { $0.value > $1.value }.prefix(10)
    page.bars(
      "discriminator_gradient", largest.map(\.value), labels: largest.map(\.key),
      caption: "the ten parameters with the largest gradient of the loss: norm of this gradient")
    let firstLayer = (gradients["convs_img.0.0.weight"] ?? .zeros([1])).flattened(axes: 1...3)
    page.stripes(
      "gradient_first_layer", firstLayer,
      labels: (1...firstLayer.shape[0]).map { "channel \($0)" }, axes: "[out, in]",
      caption:
        "∂L/∂weight of the image trunk's first layer; the inputs from left to right are red, "
        + "green and blue")
    func moved(_ direction: [String: Tensor], _ step: Double) -> Double {
      discriminatorLoss(weights.moved(along: direction, by: step), image, mask).item
    }
    let square = length(gradients) * length(gradients)
    let h = 1e-7 / length(gradients)
    page.holds(
      "the gradient of the discriminator loss equals finite differences (relative difference)",
      abs((moved(gradients, h) - moved(gradients, -h)) / (2 * h) - square) / square, atMost: 1e-7)
    let after = moved(gradients, -0.01 / length(gradients))
    page.number("discriminator loss after a step of length 0.01 against its gradient", after)
    // The loss curves within the step: at the limits of the parameters the share is 0.90.
    page.holds(
      "this step lowers the loss as the gradient predicts (decrease / predicted decrease)",
      (loss.item - after) / (0.01 * length(gradients)), in: 0.8...1.1)
    // In the trunks, every step crosses kinks of some of 300 000 leaky ReLUs; together they leave a
    // remainder between h and h². The last layers have so few that most small steps cross none.
    let last = gradients.filter { $0.key.hasPrefix("final_") }
    let power = taylor(&page, "discriminator_taylor", from: loss.item, last, largest: 1e-4) {
      moved(last, $0)
    }
    page.holds(
      "for steps in the last layers, what the gradient does not predict falls with h² (Taylor slope)",
      power, in: 1.9...2.1)
    var message = "no error"
    do {
      _ = try gradient(of: loss, withRespectTo: start.tracked["style.1.weight"])
    } catch let error as GradientError { message = error.description }
    page.holds(
      "generated pairs are detached: requesting the generator's gradient of this loss is an error",
      message.hasPrefix("gradients(of:)"))
    let attached = discriminatorLoss(weights, start.fake.image, start.fake.mask)
    let leak = try gradient(of: attached, withRespectTo: start.tracked["style.1.weight"])
    page.holds(
      "if generated pairs were not detached, the generator would learn to help D (gradient norm)",
      leak.squared().sum().squareRoot().item, atLeast: 1e-6)
  }

  /// Returns softplus(x) = ln(1 + exp(x)) as a calculation.
  private static func softplus(_ x: Arithmetic) -> Arithmetic { .ln(1 + .exp(x)) }

  /// Returns the gradient of the discriminator's loss by parameter name.
  static func discriminatorGradients(_ page: Page) throws -> [String: Tensor] {
    try kept("discriminator gradients", page) {
      let start = start(page)
      let tracked = start.model.discriminator.tracked()
      return try parameterGradients(
        of: discriminatorLoss(tracked, start.fake.image.detached(), start.fake.mask.detached()),
        by: tracked, tracked.tensors.keys.sorted())
    }
  }

  static let generator = Step(
    "Generator loss", "What does the generator minimize, and which tensors get a gradient?",
    formulas: [
      #"L_G = \mathbb{E}\,\text{softplus}(-D(\text{fake})) + 100\,L_{\text{mask}} + 0.1\,L_{\text{ds}}"#,
      #"L_{\text{mask}} = \text{mean}\left((2m - 1) - \text{pool}(m_{\text{hr}})\right)^2"#,
    ],
    symbols: [
      Symbol("2m - 1", "coarseMask", shape: "[B, K, H, W]", unit: "−1 … 1"),
      Symbol(#"m_{\text{hr}}"#, "mask", shape: "[B, K, S, S]", unit: "about −1 … 1 once trained"),
      Symbol(#"\text{mean}"#, "mean()", unit: "over portraits, parts and pixels"),
    ],
    code: [
      CodeExcerpt(generatorLosses, declaration: "public init("),
      CodeExcerpt(losses, declaration: "public static func maskRegularizer"),
      CodeExcerpt(state, declaration: "public mutating func updateGenerator("),
    ],
    sweep: Sweep(
      "maskWeight", [25, 50, 75, 100, 150, 200, 250, 300, 400],
      moving: ["generator_losses", "generator_taylor"])
  ) { page in
    let (start, part) = (start(page), Int(page["part"]))
    let (fake, judge) = (start.fake, start.model.discriminator)
    var options = TrainingOptions.standard
    options.maskRegularizerWeight = page["maskWeight"]
    let loss = generatorLoss(fake, judge, start.model.configuration, options)
    page.equality(
      #"\text{softplus}(-D(\text{fake}_1))"#, softplus(-.number(loss.scores[0, 0].item)),
      equals: (-loss.scores).softplus()[0, 0].item, within: 1e-12)
    page.equality(
      "L_G",
      .number(loss.adversarial.item)
        + .number(options.maskRegularizerWeight) * .number(loss.maskRegularizer.item)
        + .number(options.smoothnessWeight) * .number(loss.depthSmoothness.item),
      equals: loss.total.item, within: 1e-12)
    page.bars(
      "generator_losses",
      [
        loss.adversarial.item,
        options.maskRegularizerWeight * loss.maskRegularizer.item,
        options.smoothnessWeight * loss.depthSmoothness.item,
      ],
      labels: ["adversarial", "weight · mask", "0.1 · smoothness"],
      caption:
        "the three loss terms, with the weight \(options.maskRegularizerWeight.brief) of the mask term: "
        + "with fresh weights and the usual weight of 100, the mask term is by far the largest")
    let density = fake.maps.densityMap ?? fake.maps.relativeDepth
    let seen = try gradients(
      of: loss.adversarial,
      withRespectTo: [fake.image, fake.mask, fake.view.feature, density, fake.maps.relativeDepth])
    func first(_ gradient: Tensor) -> Tensor { gradient[0] }
    page.sheet(
      "gradient_image", first(seen[0]), titles: ["red", "green", "blue"], isSigned: true,
      axes: "[3, H, W]",
      caption:
        "∂L/∂image of the adversarial loss at the first portrait: a channel should increase where "
        + "its map is blue and decrease where it is red")
    page.sheet(
      "gradient_mask", first(seen[1]), titles: LittleModel.names, isSigned: true,
      axes: "[K, H, W]",
      caption: "∂L/∂mask: a part's mask should increase where blue and decrease where red")
    page.features(
      "gradient_render_feature", first(seen[2]), by: .norm,
      caption:
        "norm of ∂L/∂f_render at each ray: the gradient with respect to the render net's input")
    let pulls = first(seen[3]).scalars.map(abs).filter { $0 > 0 }.sorted()
    let reach = pulls.isEmpty ? 1 : 3 * pulls[pulls.count * 9 / 10]
    page.sheet(
      "gradient_density2d", first(seen[3]).clamped(-reach, reach), titles: LittleModel.names,
      isSigned: true, axes: "[K, H, W]",
      caption:
        "∂L/∂σ²ᵈ: the gradient that reaches the parts' density maps through the rays, clipped "
        + "at three times the 90th percentile of its magnitude")
    page.number("largest magnitude of ∂L/∂σ²ᵈ", pulls.last ?? 0)
    page.sheet(
      "gradient_depth2d", first(seen[4]), titles: LittleModel.names, isSigned: true,
      axes: "[K, H, W]",
      caption:
        "∂L/∂d, with respect to the predicted depths: a part should move nearer where blue and back "
        + "where red")
    // Frontal rays cross the middle half of the box; only cameras far to the side reach its border.
    let depthPulls = seen[4].absolute().sum(axes: [0, 1])
    let size = depthPulls.shape[0]
    let middle = depthPulls.sliced(axis: 0, from: size / 4, length: size / 2)
      .sliced(axis: 1, from: size / 4, length: size / 2)
    page.holds(
      "the adversarial gradient reaches depth where rays pass (share in the middle quarter of the maps)",
      middle.sum().item / depthPulls.sum().item, atLeast: 0.45)
    page.holds(
      "the depth of the part \(LittleModel.names[part]) gets a gradient in the first portrait (largest "
        + "magnitude)",
      first(seen[4])[part].absolute().maximum().item, atLeast: 1e-8)
    let trained = ParameterPlan.generator(start.model.configuration).entries.filter(\.isTrained)
      .map(\.name)
    let gradients = try parameterGradients(of: loss.total, by: start.tracked, trained)
    let weights = start.model.generator.parameters
    func moved(_ step: Double) -> Double {
      withoutGradients {
        generatorLoss(
          start.portraits(weights.moved(along: gradients, by: step)), judge,
          start.model.configuration, options
        ).total.item
      }
    }
    let after = moved(-0.01 / length(gradients))
    page.holds(
      "a step against the gradient lowers the generator loss as the gradient predicts (decrease / "
        + "predicted decrease)",
      (loss.total.item - after) / (0.01 * length(gradients)), in: 0.5...1.1)
    let power = taylor(
      &page, "generator_taylor", from: loss.total.item, gradients, largest: 3e-2, moved)
    page.holds(
      "the remainder of the generator loss falls with h² (Taylor slope)", power, in: 1.9...2.1)
    var message = "no error"
    do {
      _ = try gradient(of: loss.total, withRespectTo: judge["final_linear.1.weight"])
    } catch let error as GradientError { message = error.description }
    page.holds(
      "the generator update keeps D fixed: requesting D's gradient is an error",
      message.hasPrefix("gradients(of:)"))
    page.why(
      """
      The adversarial term is softplus(−D) and not −softplus(D). Where D is sure that a portrait is \
      generated, −softplus(D) has almost no gradient, and a generator with a bad start would never \
      improve. The mask term acts only on Δm and the coarse mask; it keeps the coarse mask and the \
      final mask similar. The adversarial term gives no gradient to pixels of the parts' maps that no \
      ray reaches.

      Single densities may get a very large gradient. The last sample has an almost infinite spacing \
      (note 5). Where its density is nearly 0, a tiny change decides whether the ray ends transparent \
      or opaque.
      """)
  }
}
