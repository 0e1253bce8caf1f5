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
    Generator(start.model.model, parameters)(
      expandedLatents: latents,
      poses: start.poses.sliced(0, from: 0, length: latents.shape[0]), options: options
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
    code: [CodeExcerpt(losses, declaration: "public struct PathLength")]
  ) { page in
    let start = start(page)
    let count = LazySchedule.pathBatch(batch)
    let latents = start.model.latents(from: start.seed, count: count)
    var numbers = RandomNumbers(seed: start.seed, stream: 32)
    let size = start.model.model.imageSize
    let noise = numbers.normal([count, 3, size, size], .float64)
    func path(_ parameters: Parameters) throws -> PathLength {
      try PathLength(
        expandedLatents: latents, noise: noise, mean: .scalar(0, .float64)
      ) { image(start, parameters, $0) }
    }
    let found = try path(start.tracked)
    let leaf = latents.tracked(as: "latents")
    func projection(_ latents: Tensor) -> Tensor {
      (image(start, start.model.generator.parameters, latents) * noise).sum() / Double(size)
    }
    let rows = try gradient(of: projection(leaf), withRespectTo: leaf)
    let names = (0..<start.model.model.parts).flatMap { part in
      ["base", "shape", "texture"].map { "\(LittleModel.names[part]): \($0)" }
    }
    page.stripes(
      "path_gradient", rows.at(0, 0), labels: names, axes: "[K · layers, L]",
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
    let slopes = try slopes(of: found.total, by: start.tracked, trained)
    let weights = start.model.generator.parameters
    let steep = length(slopes)
    func total(_ step: Double) throws -> Double {
      try path(weights.moved(along: slopes, by: step)).total.item
    }
    let g = 1e-7 / steep
    page.holds(
      "differentiated again, by weights of part and render net (relative difference)",
      abs((try total(g) - total(-g)) / (2 * g) - steep * steep) / (steep * steep), atMost: 1e-4)
    page.why(
      """
      A step in w of one size should move every portrait about equally far, in every direction: then \
      latents can be mixed, edited and searched. Random noise in place of a fixed direction measures \
      all directions of image space in turn. The second derivative runs through the render net, the \
      rays and the part generators.
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
    let (rule, depth) = (DepthSmoothness(), start.fake.maps.depth)
    let loss = rule.loss(depth)
    let push = try gradient(of: loss, withRespectTo: depth)
    page.signedMap(
      "\(DumpNames.part(part))_depth2d", depth.at(0, 0).at(0, part), unit: "planes",
      caption: "the depth that the fresh \(LittleModel.names[part]) predicts")
    page.signedMap(
      "\(DumpNames.part(part))_depth2d_gradient", -push.at(0, 0).at(0, part),
      caption: "where the loss pushes it: peaks back (blue), pits forward (red)")
    page.number("the loss, planes²", loss.item)
    let sums = push.sum([2, 3]).absolute().maximum().item
    page.holds("no part is pushed as a whole (largest sum over a map)", sums, atMost: 1e-12)
    let square = push.squared().sum().item
    let map = depth.detached()
    let rise = (rule.loss(map + push * 1e-3).item - rule.loss(map - push * 1e-3).item) / 2e-3
    page.holds(
      "the push equals differences of the loss (relative difference)",
      abs(rise - square) / square, atMost: 1e-9)
    let adversarial = generatorLoss(start.fake, start.model.discriminator).adversarial
    page.holds(
      "in equation 12 it counts a tenth",
      rule.total(adversarial: adversarial, depth: depth).item - adversarial.item,
      equals: 0.1 * loss.item, within: 1e-12)
    let shares = [adversarial, rule.total(adversarial: adversarial * 0, depth: depth)]
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
      CodeExcerpt("Sources/Training/Adam.swift", declaration: "public mutating func updated("),
      CodeExcerpt(
        "Sources/Training/MovingAverage.swift", declaration: "public mutating func follow"),
    ]
  ) { page in
    let run = try OneIteration(start(page), number: Int(page["iteration"]))
    let old = start(page).model
    page.table(
      "what iteration \(run.number) did", columns: ["update", "loss before it"],
      rows: run.done.map { [$0.rawValue, run.losses[$0].map { "\(Float($0))" } ?? "none"] })
    page.holds(
      "the updates are those that the schedule lists, in its order",
      run.done == LazySchedule().updates(at: run.number))
    func moved(_ new: Parameters, _ old: Parameters, _ names: [String]) -> [Double] {
      names.map { largestDifference(new[$0], old[$0]) }
    }
    let names = [
      "style.1.weight", "local_nets.1.linears.0.conv.weight", "local_nets.1.to_depth.bias",
      "render_net.convs.0.weight", "render_net.to_rgbs.2.bias",
    ]
    let steps = moved(run.generator, old.generator.parameters, names)
    page.bars(
      "generator_moved", steps, labels: names,
      caption: "the largest change of a weight in five of the generator's tensors")
    let updates = run.done.contains(.pathLength) ? 2.0 : 1
    page.holds(
      "no weight moved further than Adam's rate, for each update (largest, in rates)",
      (steps.max() ?? 99) / Adam.generator.rate,
      atMost: updates == 1 ? 1 + 1e-6 : 1 + 2.0.squareRoot())
    page.holds(
      "the first update moves what has a gradient by the rate (in rates)",
      largestDifference(
        run.firstGenerator["style.1.weight"], old.generator.parameters["style.1.weight"])
        / Adam.generator.rate, equals: 1, within: 1e-3)
    let name = "render_net.convs.0.weight"
    let (before, after) = (old.generator.parameters[name], run.generator[name])
    let share =
      (run.average[name] - before).squared().sum().squareRoot()
      / (after - before).squared().sum().squareRoot()
    page.holds(
      "the average moves by 1 − d of the way", share.item, equals: 1 - MovingAverage.decay,
      within: 1e-9)
    page.holds(
      "noise maps are not trained",
      largestDifference(
        run.generator["render_net.noises.noise_0"],
        old.generator.parameters["render_net.noises.noise_0"]), atMost: 0)
    let image = withoutGradients { start(page).portraits(run.generator).image }
    page.signedMap(
      "image_after", (image - start(page).fake.image.detached()).at(0, 0).mean([0]),
      unit: "mean of r, g, b", caption: "how the first portrait changed in this one iteration")
    page.holds(
      "after one iteration the portraits have changed (mean)",
      (image - start(page).fake.image.detached()).absolute().mean().item, atLeast: 1e-5)
    page.why(
      """
      With β₁ = 0 Adam's first step is rate · sign(gradient): small gradients and large ones move \
      their weights alike. What is shown and shipped is not these weights but their average, half of \
      which is younger than 312 iterations; it is spared the wobble of single batches.
      """)
  }
}

/// One whole iteration: the updates that are due, in their order.
struct OneIteration {
  let number: Int
  /// The updates that were made.
  private(set) var done: [LazySchedule.Update] = []
  /// Each update's loss before it was made.
  private(set) var losses: [LazySchedule.Update: Double] = [:]
  private(set) var generator: Parameters
  /// The generator's weights after their first update.
  private(set) var firstGenerator: Parameters
  private(set) var discriminator: Parameters
  private(set) var average: Parameters
  private var optimizers = (generator: Adam.generator, discriminator: Adam.discriminator)

  init(_ start: TrainingSteps.Iteration, number: Int) throws {
    self.number = number
    generator = start.model.generator.parameters
    firstGenerator = generator
    discriminator = start.model.discriminator
    average = generator
    for update in LazySchedule().updates(at: number) { try make(update, start) }
  }

  private mutating func make(
    _ update: LazySchedule.Update, _ start: TrainingSteps.Iteration
  ) throws {
    let pairs = TrainingSteps.pairs
    let trained = ParameterPlan.generator(start.model.model).entries.filter(\.isTrained).map(\.name)
    switch update {
    case .discriminator:
      let (image, mask) = (start.fake.image.detached(), start.fake.mask.detached())
      try updateDiscriminator(update) { TrainingSteps.discriminatorLoss($0, image, mask) }
    case .gradientPenalty:
      try updateDiscriminator(update) {
        try GradientPenalty(Discriminator($0), image: pairs.image, mask: pairs.mask).total
      }
    case .generator:
      let judge = discriminator
      try updateGenerator(update, trained) {
        TrainingSteps.generatorLoss(start.portraits($0), judge).total
      }
      firstGenerator = generator
    case .pathLength:
      let latents = start.model.latents(
        from: start.seed, count: LazySchedule.pathBatch(TrainingSteps.batch))
      let size = start.model.model.imageSize
      var numbers = RandomNumbers(seed: start.seed, stream: 33)
      let noise = numbers.normal([latents.shape[0], 3, size, size], .float64)
      // Its latents are given and its portraits have no masks: what makes those takes no part.
      let inside = trained.filter { !$0.hasPrefix("style.") && !$0.contains(".to_segs.") }
      try updateGenerator(update, inside) { parameters in
        try PathLength(
          expandedLatents: latents, noise: noise, mean: .scalar(0, .float64)
        ) { TrainingSteps.image(start, parameters, $0) }.total
      }
    case .movingAverage:
      var following = MovingAverage(average)
      following.follow(generator, trained: Set(trained))
      average = following.parameters
    }
    done.append(update)
  }

  private mutating func updateDiscriminator(
    _ update: LazySchedule.Update, _ loss: (Parameters) throws -> Tensor
  ) throws {
    let tracked = discriminator.tracked()
    let value = try loss(tracked)
    let slopes = try TrainingSteps.slopes(
      of: value, by: tracked, discriminator.tensors.keys.sorted())
    discriminator = optimizers.discriminator.updated(discriminator, with: slopes)
    losses[update] = value.item
  }

  private mutating func updateGenerator(
    _ update: LazySchedule.Update, _ names: [String], _ loss: (Parameters) throws -> Tensor
  ) throws {
    let tracked = generator.tracked()
    let value = try loss(tracked)
    let slopes = try TrainingSteps.slopes(of: value, by: tracked, names)
    generator = optimizers.generator.updated(generator, with: slopes)
    losses[update] = value.item
  }
}
