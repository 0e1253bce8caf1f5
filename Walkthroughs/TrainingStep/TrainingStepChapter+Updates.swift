import DepthSmoothness
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training

// The two regularizers of the generator, and the state after an iteration.
extension TrainingSteps {
  /// Returns portraits from given latents and the first cameras of the batch, `[B, 3, S, S]`.
  static func image(_ start: Iteration, _ parameters: Parameters, _ latents: Tensor) -> Tensor {
    Generator(start.model.configuration, parameters)(
      expandedLatents: latents,
      poses: start.poses.sliced(axis: 0, from: 0, length: latents.shape[0]), options: options
    ).image
  }

  static let pathLength = Step(
    "Path length", "How much does a portrait change when its latents change?",
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
      CodeExcerpt("Sources/Training/PathLength.swift", declaration: "public struct PathLength"),
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
      caption: "∂y/∂latents of the first portrait, one row for every layer of every part")
    page.table(
      "path lengths", columns: ["portrait", "length"],
      rows: found.lengths.scalars.enumerated().map { ["\($0 + 1)", cell($1)] })
    let lengths = found.lengths.scalars.map(Arithmetic.number)
    let next = found.nextMean.item
    page.equality(
      #"\text{mean}'"#, .number(PathLength.decay) * (.sum(lengths) / .number(Double(count))),
      equals: next, within: 1e-14)
    page.equality(
      #"\mathbb{E}\,(\text{length} - \text{mean}')^2"#,
      .sum(lengths.map { .power($0 - .number(next), 2) }) / .number(Double(count)),
      equals: found.penalty.item, within: 1e-14)
    page.equality(
      #"L_{\text{path}}"#, 4 * .number(TrainingOptions().pathWeight) * .number(found.penalty.item),
      equals: found.total().item, within: 1e-14)
    // R · Σ length² is the squared norm of the whole gradient: the rate at which y rises along it.
    let square = found.lengths.squared().sum().item * Double(latents.shape[1])
    let h = 1e-7 / square.squareRoot()
    let rise = withoutGradients {
      (projection(latents + rows * h).item - projection(latents - rows * h).item) / (2 * h)
    }
    page.holds(
      "R · Σ length² is the rate at which the projection y rises along its gradient (relative)",
      abs(rise - square) / square, atMost: 1e-6)
    let trained = [
      "local_nets.1.linears.0.conv.weight", "local_nets.1.to_sigma.conv.weight",
      "render_net.convs.0.weight",
    ]
    let weights = start.model.generator.parameters
    // Weights of the mapping network are a hundred times as large, and so is the step along them.
    for (what, names, reach) in [
      ("a part generator and the render net", trained, 1e-7),
      ("the mapping network", ["style.1.weight"], 1e-5),
    ] {
      let gradients = try parameterGradients(of: found.total(), by: start.tracked, names)
      let steep = length(gradients)
      page.holds(
        "the path-length penalty has a gradient with respect to weights of \(what) (norm)", steep,
        atLeast: 1e-6)
      func total(_ step: Double) throws -> Double {
        try path(weights.moved(along: gradients, by: step)).total().item
      }
      let g = reach / steep
      page.holds(
        "the path-length gradient for weights of \(what) equals finite differences (relative)",
        abs((try total(g) - total(-g)) / (2 * g) - steep * steep) / (steep * steep), atMost: 1e-6)
    }
    page.why(
      """
      A step of a given length in w should change every portrait by about the same amount, in every \
      direction. Latents can then be mixed, edited and searched well. The \
      update takes half of the batch, here two portraits. The noise is a random direction in image space; new noise in every update covers all directions over time. The second \
      derivative passes through the render net, the rays and the part generators, and then from the \
      latents through the mapping network.
      """)
  }

  static let smoothness = Step(
    "Eq. 12–13", "How does the depth smoothness loss change the depth maps?",
    formulas: [
      #"L = L_{\text{SSGAN}} + \lambda_{\text{ds}} L_{\text{ds}}"#,
      #"\frac{\partial\,\lambda_{\text{ds}} L_{\text{ds}}}{\partial d_k(x,y)}"#,
    ],
    code: [
      CodeExcerpt(
        "Sources/Equations/DepthSmoothness/DepthSmoothness.swift", declaration: "public func total")
    ],
    sweep: Sweep(
      "smoothness", [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 10], moving: ["depth_pulls"])
  ) { page in
    let (start, part) = (start(page), Int(page["part"]))
    var rule = smoothness(start.model.configuration)
    rule.weight = page["smoothness"]
    let depth = start.fake.maps.relativeDepth
    let loss = rule.loss(depth)
    let push = try gradient(of: loss, withRespectTo: depth)
    page.depthMap(
      "\(DumpNames.part(part))_depth2d", depth[0, part],
      reference: part < 2 ? "absolute" : "relative to the face",
      caption:
        "predicted depth of the part \(LittleModel.names[part]) with fresh weights, "
        + (part < 2 ? "absolute, in planes of the volume" : "relative: planes in front of the face")
        + "; bright is nearer")
    page.signedMap(
      "\(DumpNames.part(part))_depth2d_gradient", -push[0, part],
      caption: "negative gradient of the loss: peaks move back (blue), pits move nearer (red)")
    page.number("depth smoothness loss, planes²", loss.item)
    let sums = push.sum(axes: [2, 3]).absolute().maximum().item
    page.holds(
      "the smoothness loss does not shift a map as a whole (largest |Σ gradient| of a map)", sums,
      atMost: 1e-15)
    let square = push.squared().sum().item
    let map = depth.detached()
    let rise = (rule.loss(map + push * 1e-3).item - rule.loss(map - push * 1e-3).item) / 2e-3
    page.holds(
      "the gradient of the smoothness loss equals finite differences (relative difference)",
      abs(rise - square) / square, atMost: 1e-9)
    let losses = generatorLoss(start.fake, start.model.discriminator, start.model.configuration)
    let weight = TrainingOptions().maskRegularizerWeight
    let others = losses.adversarial + weight * losses.maskRegularizer
    page.equality(
      "L",
      .number(losses.adversarial.item) + .number(weight) * .number(losses.maskRegularizer.item)
        + .number(rule.weight) * .number(loss.item),
      equals: rule.total(adversarial: others, smoothness: loss).item, within: 1e-12)
    func pull(_ loss: Tensor) throws -> Tensor { try gradient(of: loss, withRespectTo: depth) }
    let adversarial = try kept("adversarial pull on depth", page) { try pull(losses.adversarial) }
    let smooth = try pull(rule.total(adversarial: losses.adversarial * 0, smoothness: loss))
    let felt = [adversarial, smooth].map { $0.squared().sum().squareRoot().item }
    page.bars(
      "depth_pulls", felt, labels: ["adversarial", "λ · smoothness"],
      caption:
        "norms of the gradients of the two losses with respect to the depths of the batch, "
        + "λ = \(rule.weight.brief)")
    page.holds(
      "both losses have a gradient with respect to the depths (smaller norm)", felt.min() ?? 0,
      atLeast: 1e-6)
    var twice = rule
    twice.weight = 2 * rule.weight
    let doubled = try pull(twice.total(adversarial: losses.adversarial * 0, smoothness: loss))
    page.holds(
      "doubling λ doubles the pull of the smoothness loss (largest relative difference)",
      largestDifference(doubled, 2 * smooth) / smooth.absolute().maximum().item, atMost: 1e-12)
    page.why(
      "The adversarial loss changes depth only where a ray samples it. The smoothness loss acts on "
        + "every pixel, so pixels that no ray reaches follow their neighbors.")
  }

  static let update = Step(
    "Whole iteration", "Which weights change in one iteration, and by how much?",
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
      "losses and gradients of iteration \(report.iteration)",
      columns: ["update", "loss before the update", "norm of its gradient"],
      rows: [
        ("discriminator", report.discriminator as any UpdateReport),
        ("generator", report.generator),
      ].map { [$0, cell($1.loss), cell($1.gradientLength)] })
    page.holds(
      "the updates that were observed are those of the schedule, in its order",
      run.observed == LazySchedule().updates(at: report.iteration))
    let byFormula = discriminatorLoss(
      old.discriminator, report.fake.image, report.fake.mask, RealPairs.first(batch))
    page.holds(
      "D minimizes the discriminator loss of step 4 (relative difference)",
      abs(byFormula.item / report.discriminator.loss - 1), atMost: 1e-6)
    let terms = report.generator
    page.equality(
      "L_G",
      .number(terms.adversarial) + 100 * .number(terms.maskRegularizer)
        + 0.1 * .number(terms.depthSmoothness ?? .nan), equals: terms.loss,
      within: 1e-6 * terms.loss)
    let names = [
      "style.1.bias", "local_nets.1.linears.0.conv.weight", "local_nets.1.to_depth.bias",
      "render_net.convs.0.weight", "render_net.to_rgbs.2.bias",
    ]
    let rate = new.generatorOptimizer.rate
    func moved(_ new: Parameters, _ old: Parameters) -> [Double] {
      names.map { largestDifference(new[$0], old[$0]) / rate }
    }
    page.bars(
      "generator_moved", moved(new.generator, old.generator), labels: names, unit: "learning rates",
      caption: "largest change of a weight in five tensors of the generator, in learning rates")
    page.holds(
      "in each of five tensors, the largest change is one learning rate (smallest of the five)",
      moved(first, old.generator).min() ?? 0, equals: 1, within: 2e-3)
    page.holds(
      "the generator update changes no weight of five tensors by more than one learning rate (largest)",
      moved(first, old.generator).max() ?? 99,
      atMost: 1 + 1e-3)
    if report.updates.contains(.pathLength) {
      page.holds(
        "the path-length update changes no weight of five tensors by more than √(1 + β₂) ≈ √2 "
          + "learning rates (largest)",
        moved(new.generator, first).max() ?? 99,
        atMost: (1 + new.generatorOptimizer.beta2).squareRoot() + 1e-3)
      page.holds(
        "the path-length update also changes the mapping network (in learning rates)",
        moved(new.generator, first)[0], atLeast: 0.1)
      page.holds(
        "the path-length update does not change the mask heads, which its portraits do not use",
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
      "the moving average moves the share 1 − d of the way to the new weights", share.item,
      equals: 1 - MovingAverage.decay,
      within: 1e-5)
    page.holds(
      "noise maps are not trained (largest change)",
      largestDifference(
        new.generator["render_net.noises.noise_0"], old.generator["render_net.noises.noise_0"]),
      atMost: 0)
    let image = withoutGradients { start(page).portraits(new.generator.cast(to: .float64)).image }
    page.signedMap(
      "image_after", (image - start(page).fake.image.detached())[0].mean(axes: [0]),
      unit: "mean of r, g, b", caption: "change of the first portrait in this iteration")
    page.holds(
      "one iteration changes the portraits (mean magnitude of the change)",
      (image - start(page).fake.image.detached()).absolute().mean().item, atLeast: 1e-3)
    page.why(
      """
      With β₁ = 0, Adam's first step is rate · sign(gradient): small and large gradients change their \
      weights by the same amount. If the second gradient g is much larger than the first, the \
      corrected mean square v̂ is g²/(1 + β₂), about half of g², and the weight changes by √(1 + β₂) \
      learning rates.

      The generator that is shown and shipped has the moving average of these weights. Half of this \
      average comes from the last 312 iterations, so the noise of single batches averages out.
      """)
  }
}
