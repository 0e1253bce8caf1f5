import DepthSmoothness
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training

// The two regularisers of the generator, and what an iteration leaves behind.
extension TrainingSteps {
  /// Portraits of the first half of the batch from given latents.
  static func image(_ start: Iteration, _ parameters: Parameters, _ latents: Tensor) -> Tensor {
    Generator(start.model.configuration, parameters)(
      expandedLatents: latents,
      poses: start.poses.sliced(axis: 0, from: 0, length: latents.shape[0]), options: options
    ).image
  }

  static let pathLength = Step(
    "Path length", "How far does a portrait move when its latents do?",
    formulas: [
      #"y = \frac{1}{S} \sum \text{image} \cdot \text{noise}"#,
      #"\text{length} = \sqrt{\frac{1}{R} \sum_r \left\|\frac{\partial y}{\partial w_r}\right\|^2}"#,
      #"4 \cdot 0.5\;\mathbb{E}\,(\text{length} - \text{mean}')^2"#,
    ],
    symbols: [
      Symbol("w_r", "expandedLatents", shape: "[B, K · layers, L]"),
      Symbol("R", "K · layers", unit: "12 here"), Symbol("S", "imageSize", unit: "32 here"),
    ],
    code: [
      CodeExcerpt(losses, declaration: "public struct PathLength"),
      CodeExcerpt(state, declaration: "public mutating func updateByPathLength("),
    ]
  ) { page in
    let start = start(page)
    let count = LazySchedule.pathBatch(batch)
    let latents = start.latents(start.model.generator.parameters, count: count)
    var numbers = RandomNumbers(seed: start.seed, stream: 32)
    let size = start.model.configuration.imageSize
    let noise = numbers.normal([count, 3, size, size], .float64)
    func path(_ parameters: Parameters) throws -> PathLength {
      try PathLength(
        expandedLatents: start.latents(parameters, count: count), noise: noise,
        mean: .scalar(0, .float64)
      ) { image(start, parameters, $0) }
    }
    let found = try path(start.tracked)
    let leaf = latents.tracked(as: "latents")
    func projection(_ latents: Tensor) -> Tensor {
      (image(start, start.model.generator.parameters, latents) * noise).sum() / Double(size)
    }
    let rows = try gradient(of: projection(leaf), withRespectTo: leaf)
    let names = (0..<start.model.configuration.parts).flatMap { part in
      ["base", "shape", "texture"].map { "\(LittleModel.names[part]): \($0)" }
    }
    page.stripes(
      "path_gradient", rows[0], labels: names, axes: "[K · layers, L]",
      caption: "∂y/∂latents of the first portrait: how much each row of each part moves it")
    page.table(
      "lengths", columns: ["portrait", "length"],
      rows: found.lengths.scalars.enumerated().map { ["\($0)", "\(Float($1))"] })
    page.number("the running mean's next value", found.nextMean.item)
    page.number("the penalty", found.penalty.item)
    page.holds("portraits it is taken on: half of the batch", Double(count), equals: 2, within: 0)
    // Σ length² · R is the squared length of the whole gradient: how fast y rises along it.
    let square = found.lengths.squared().sum().item * Double(latents.shape[1])
    let h = 1e-7 / square.squareRoot()
    let rise = withoutGradients {
      (projection(latents + rows * h).item - projection(latents - rows * h).item) / (2 * h)
    }
    page.holds(
      "the lengths are how fast y rises along its gradient (relative difference)",
      abs(rise - square) / square, atMost: 1e-5)
    page.holds(
      "the running mean moves by a hundredth of the way (relative error)",
      abs(found.nextMean.item / (0.01 * found.lengths.mean().item) - 1), atMost: 1e-12)
    let trained = [
      "local_nets.1.linears.0.conv.weight", "local_nets.1.to_sigma.conv.weight",
      "render_net.convs.0.weight",
    ]
    let weights = start.model.generator.parameters
    // The mapping network's weights are a hundred times as large, and so is the step along them.
    for (what, names, reach) in [
      ("part and render net", trained, 1e-7), ("the mapping network", ["style.1.weight"], 1e-5),
    ] {
      let gradients = try parameterGradients(of: found.total(), by: start.tracked, names)
      let steep = length(gradients)
      page.holds(
        "the penalty moves weights of \(what) (length of the gradient)", steep, atLeast: 1e-9)
      func total(_ step: Double) throws -> Double {
        try path(weights.moved(along: gradients, by: step)).total().item
      }
      let g = reach / steep
      page.holds(
        "differentiated again, by weights of \(what) (relative difference)",
        abs((try total(g) - total(-g)) / (2 * g) - steep * steep) / (steep * steep), atMost: 1e-4)
    }
    page.why(
      """
      A step in w of one size should move every portrait about equally far, in every direction: then \
      latents can be mixed, edited and searched. Random noise in place of a fixed direction measures \
      all directions of image space in turn. The second derivative runs through the render net, the \
      rays and the part generators, and from the latents on through the mapping network that made \
      them.
      """)
  }

  static let smoothness = Step(
    "Eq. 12–13", "What does the price on uneven depth ask of the generators?",
    formulas: [#"\frac{\partial\,\lambda_{\text{ds}} L_{\text{ds}}}{\partial d_k(x,y)}"#],
    code: [
      CodeExcerpt(
        "Sources/Equations/DepthSmoothness/DepthSmoothness.swift", declaration: "public func total")
    ]
  ) { page in
    let (start, part) = (start(page), Int(page["part"]))
    let (rule, depth) = (smoothness(start.model.configuration), start.fake.maps.relativeDepth)
    let loss = rule.loss(depth)
    let push = try gradient(of: loss, withRespectTo: depth)
    page.signedMap(
      "\(DumpNames.part(part))_depth2d", depth[0, part], unit: "planes",
      caption: "the depth that the fresh \(LittleModel.names[part]) predicts")
    page.signedMap(
      "\(DumpNames.part(part))_depth2d_gradient", -push[0, part],
      caption: "where the loss pushes it: peaks back (blue), pits forward (red)")
    page.number("the loss, planes²", loss.item)
    let sums = push.sum(axes: [2, 3]).absolute().maximum().item
    page.holds("no part is pushed as a whole (largest sum over a map)", sums, atMost: 1e-12)
    let square = push.squared().sum().item
    let map = depth.detached()
    let rise = (rule.loss(map + push * 1e-3).item - rule.loss(map - push * 1e-3).item) / 2e-3
    page.holds(
      "the push equals differences of the loss (relative difference)",
      abs(rise - square) / square, atMost: 1e-9)
    let adversarial = generatorLoss(
      start.fake, start.model.discriminator, start.model.configuration
    ).adversarial
    page.holds(
      "in equation 12 it counts a tenth",
      rule.total(adversarial: adversarial, smoothness: loss).item - adversarial.item,
      equals: 0.1 * loss.item, within: 1e-12)
    let shares = [adversarial, rule.total(adversarial: adversarial * 0, smoothness: loss)]
    let felt = try shares.map {
      try gradient(of: $0, withRespectTo: depth).squared().sum().squareRoot().item
    }
    page.bars(
      "depth_pulls", felt, labels: ["adversarial", "0.1 · smoothness"],
      caption: "how strongly the two losses pull at the depths of the whole batch")
    page.holds("both pull at the depths", felt.min() ?? 0, atLeast: 1e-9)
    page.why(
      "The adversarial loss moves depth only where a ray can see it; this one holds on everywhere, so "
        + "what is out of sight follows what is in sight.")
  }

  static let update = Step(
    "Update", "What is different after the iteration?",
    formulas: [
      #"p \leftarrow p - \text{rate} \cdot \frac{\hat m}{\sqrt{\hat v} + \epsilon}"#,
      #"\text{average} \leftarrow d \cdot \text{average} + (1 - d)\,p"#,
    ],
    code: [
      CodeExcerpt(
        "Sources/Training/TrainingState+Iteration.swift",
        declaration: "public mutating func iterate("),
      CodeExcerpt("Sources/Training/Adam.swift", declaration: "public mutating func updated("),
      CodeExcerpt(
        "Sources/Training/MovingAverage.swift", declaration: "public mutating func follow"),
    ]
  ) { page in
    let run = try WatchedIteration(seed: UInt64(page["seed"]), iteration: Int(page["iteration"]))
    let (old, new, report) = (run.before, run.after, run.report)
    let first = run.generators[.generator] ?? new.generator
    page.table(
      "what iteration \(report.iteration) did",
      columns: ["update", "loss before it", "length of its gradient"],
      rows: [
        ("discriminator", report.discriminator as any UpdateReport),
        ("generator", report.generator),
      ].map { [$0, "\(Float($1.loss))", "\(Float($1.gradientLength))"] })
    page.holds(
      "the updates are those that the schedule lists, in its order",
      report.updates == LazySchedule().updates(at: report.iteration))
    let byFormula = discriminatorLoss(
      old.discriminator, report.fake.image, report.fake.mask, RealPairs.first(batch))
    page.holds(
      "D minimizes the loss of step 4 (relative difference)",
      abs(byFormula.item / report.discriminator.loss - 1), atMost: 1e-5)
    let terms = report.generator
    let total =
      terms.adversarial + 100 * terms.maskRegularizer + 0.1 * terms.depthSmoothness
    page.holds(
      "G minimizes equation 12: adversarial + 100 · mask + 0.1 · smoothness (relative difference)",
      abs(total / terms.loss - 1), atMost: 1e-5)
    let names = [
      "style.1.bias", "local_nets.1.linears.0.conv.weight", "local_nets.1.to_depth.bias",
      "render_net.convs.0.weight", "render_net.to_rgbs.2.bias",
    ]
    let rate = new.generatorOptimizer.rate
    func moved(_ new: Parameters, _ old: Parameters) -> [Double] {
      names.map { largestDifference(new[$0], old[$0]) / rate }
    }
    page.bars(
      "generator_moved", moved(new.generator, old.generator), labels: names, unit: "rates",
      caption: "the largest change of a weight in five of the generator's tensors, in Adam's rates")
    page.holds(
      "the first update moves what has a gradient by Adam's rate (least of five tensors, in rates)",
      moved(first, old.generator).min() ?? 0, equals: 1, within: 2e-3)
    page.holds(
      "and nothing further (largest)", moved(first, old.generator).max() ?? 99,
      atMost: 1 + 1e-3)
    if report.updates.contains(.pathLength) {
      page.holds(
        "the second moves no weight further than √(1 + β₂) rates, nearly √2 (largest, in rates)",
        moved(new.generator, first).max() ?? 99,
        atMost: (1 + new.generatorOptimizer.beta2).squareRoot() + 1e-3)
      page.holds(
        "path length, the second, moves the mapping network too (in rates)",
        moved(new.generator, first)[0], atLeast: 0.1)
      page.holds(
        "but not the masks' heads: its portraits need none",
        largestDifference(
          new.generator["render_net.to_segs.0.conv.weight"],
          first["render_net.to_segs.0.conv.weight"]), atMost: 0)
    }
    let name = "render_net.convs.0.weight"
    let (before, after) = (old.generator[name], new.generator[name])
    let share =
      (new.average.parameters[name] - before).squared().sum().squareRoot()
      / (after - before).squared().sum().squareRoot()
    page.holds(
      "the average moves by 1 − d of the way", share.item, equals: 1 - MovingAverage.decay,
      within: 1e-4)
    page.holds(
      "noise maps are not trained",
      largestDifference(
        new.generator["render_net.noises.noise_0"], old.generator["render_net.noises.noise_0"]),
      atMost: 0)
    let image = withoutGradients { start(page).portraits(new.generator.cast(to: .float64)).image }
    page.signedMap(
      "image_after", (image - start(page).fake.image.detached())[0].mean(axes: [0]),
      unit: "mean of r, g, b", caption: "how the first portrait changed in this one iteration")
    page.holds(
      "after one iteration the portraits have changed (mean)",
      (image - start(page).fake.image.detached()).absolute().mean().item, atLeast: 1e-5)
    page.why(
      """
      With β₁ = 0 Adam's first step is rate · sign(gradient): small gradients and large ones move \
      their weights alike. Where a second gradient is much larger than the first, the corrected mean \
      square v̂ is g²/(1 + β₂), half of its own square, and the weight moves by √(1 + β₂) rates. What is shown and shipped is not these weights but their average, half of \
      which is younger than 312 iterations; it is spared the wobble of single batches.
      """)
  }
}
