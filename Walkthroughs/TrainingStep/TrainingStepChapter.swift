import Foundation
import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Synchronization
import Tensors
import Training

// §3.4: one training iteration, one update after the other.
extension Chapter {
  /// The chapter on training: one iteration in single updates, with gradients as pictures.
  public static var trainingStep: Chapter {
    Chapter(
      "training-step", title: "One training iteration", equations: "§3.4", cover: "fake_pairs",
      introduction: """
        Two networks are trained against each other. The discriminator D learns to tell real pairs of \
        image and mask from generated ones, and the generator G learns to make pairs that D scores as \
        real. One iteration consists of up to five updates. What does each update minimize, what does \
        it leave unchanged, and how can a test find an error in it?

        Prerequisites: the chapters on gradients, on figure 2 and on the discriminator. All steps \
        except the last use double precision, fresh weights of the preset `tiny` (ToDensity's weights \
        multiplied by 100) and a batch of four. Rays have the paper's 12 samples and no importance \
        pass. The importance pass moves samples without a gradient, so gradients would not equal \
        finite differences. Portraits, samples and channels are counted from 1. \
        The last step runs the real training code, `TrainingState`, unchanged.
        """,
      parameters: [
        Parameter(whole: "seed", 1, in: 1...20, meaning: "random seed of the weights and of z"),
        Parameter(
          choice: "part", 1, of: LittleModel.names, meaning: "the part whose gradients are shown"),
        Parameter(
          whole: "iteration", 0, in: 0...4000,
          meaning:
            "number of the iteration, counted from 0, in the steps on the mask and on the whole "
            + "iteration"),
        Parameter(
          "rate", 0.002, in: 0.0001...0.1,
          meaning: "Adam's learning rate in the step on it, before its correction"),
        Parameter(
          "imagePenalty", 10, in: 0...1000,
          meaning: "the weight w of R1 on images; on masks it is 1000"),
        Parameter(
          "maskWeight", 100, in: 25...400,
          meaning: "the weight of the mask term in the generator loss; it is 100 in training"),
        Parameter("smoothness", 0.1, in: 0.001...10, meaning: "the weight λ_ds of equation 12"),
      ]
    ) {
      TrainingSteps.schedule
      TrainingSteps.fake
      TrainingSteps.real
      TrainingSteps.discriminator
      TrainingSteps.learningRate
      TrainingSteps.penalty
      TrainingSteps.generator
      TrainingSteps.warmup
      TrainingSteps.pathLength
      TrainingSteps.smoothness
      TrainingSteps.update
    }
  }
}

/// The steps of the chapter on training.
enum TrainingSteps {
  static let losses = "Sources/Training/AdversarialLosses.swift"
  static let generatorLosses = "Sources/Training/GeneratorLoss.swift"
  static let state = "Sources/Training/TrainingState+Updates.swift"
  static let batch = 4
  static let pairs = RealPairs.first(batch, .float64)

  /// The weights, cameras and portraits that all steps except the last share.
  struct Iteration: Sendable {
    let model: LittleModel
    /// The generator's weights, tracked.
    let tracked: Parameters
    let poses: Tensor
    let seed: UInt64
    /// The portraits generated with the tracked weights.
    let fake: GeneratedPortraits

    init(seed: UInt64) {
      self.seed = seed
      model = LittleModel(seed: seed, .float64)
      tracked = model.generator.parameters.tracked()
      var numbers = RandomNumbers(seed: seed, stream: 31)
      let camera = model.configuration.camera
      let spread = Tensor([2], [camera.yawDeviation, camera.pitchDeviation])
      poses = numbers.normal([TrainingSteps.batch, 2], .float64) * spread + .pi / 2
      fake = Self.portraits(model, tracked, poses, seed: seed)
    }

    /// Returns the portraits that other weights generate from the same z and the same cameras.
    func portraits(
      _ parameters: Parameters, _ weighting: MaskWeighting = .rendering
    ) -> GeneratedPortraits {
      Self.portraits(model, parameters, poses, seed: seed, weighting)
    }

    private static func portraits(
      _ model: LittleModel, _ parameters: Parameters, _ poses: Tensor, seed: UInt64,
      _ weighting: MaskWeighting = .rendering
    ) -> GeneratedPortraits {
      let generator = Generator(model.configuration, parameters)
      var options = options
      options.maskWeighting = weighting
      return generator(
        z: generator.z(seeds: seed, count: TrainingSteps.batch), poses: poses, options: options)
    }

    /// Returns the expanded latents of the first z of the batch, `[count, K · layers, L]`.
    func latents(_ parameters: Parameters, count: Int) -> Tensor {
      let generator = Generator(model.configuration, parameters)
      return generator.expandedLatents(z: generator.z(seeds: seed, count: count))
    }
  }

  /// The options of all steps except the last: the paper's 12 samples, no importance pass.
  static var options: Generator.Options {
    var options = Generator.Options()
    options.samples = (12, 0)
    return options
  }

  private static let bySeed = SeedStore()

  /// Returns a result that depends on the seed alone; the frames of sliders on other parameters share it.
  static func kept<Value: Sendable>(
    _ name: String, _ page: Page, _ make: () throws -> Value
  ) rethrows -> Value {
    try bySeed.value(name, seed: page["seed"], make)
  }

  static func start(_ page: Page) -> Iteration {
    kept("start", page) { Iteration(seed: UInt64(page["seed"])) }
  }

  /// Returns a number of a table, with four decimals.
  static func cell(_ value: Double) -> String {
    String(format: "%.4f", value).replacing("-", with: "−")
  }

  /// Returns the gradient of a loss with respect to the named parameters.
  static func parameterGradients(of loss: Tensor, by parameters: Parameters, _ names: [String])
    throws
    -> [String: Tensor]
  {
    let found = try gradients(of: loss, withRespectTo: names.map { parameters[$0] })
    return Dictionary(uniqueKeysWithValues: zip(names, found))
  }

  static func length(_ gradients: [String: Tensor]) -> Double {
    gradients.values.reduce(0) { $0 + $1.squared().sum().item }.squareRoot()
  }

  /// Runs a Taylor test along −gradient: the remainder after the linear term must fall with h².
  ///
  /// A leaky ReLU has a kink at zero. A step that crosses kinks disturbs single halvings of the step; the
  /// median of eight halvings is not affected by a few of them.
  ///
  /// - Parameters:
  ///   - page: the page that gets the chart.
  ///   - name: the name of the chart.
  ///   - loss: the loss before the step.
  ///   - gradients: the gradient of the loss, by parameter name.
  ///   - largest: the length of the largest step.
  ///   - moved: returns the loss after a step, given as a multiple of the gradient.
  /// - Returns: the Taylor slope, that is, the exponent of h with which the remainder falls.
  static func taylor(
    _ page: inout Page, _ name: String, from loss: Double, _ gradients: [String: Tensor],
    largest: Double, _ moved: (_ step: Double) -> Double
  ) -> Double {
    let norm = length(gradients)
    let steps = (0...8).map { largest / Double(1 << $0) }
    let found = steps.map { moved(-$0 / norm) }
    let left = zip(steps, found).map { abs($1 - loss + $0 * norm) }
    page.curves(
      name,
      [
        Series("total change", x: steps.map(log10), y: found.map { log10(abs($0 - loss)) }),
        Series("remainder after the linear term", x: steps.map(log10), y: left.map(log10)),
      ], xLabel: "log₁₀ of the step h", yLabel: "log₁₀ of the change",
      caption: "steps against the gradient: the loss changes with h, the remainder with h²")
    let powers = zip(left, left.dropFirst()).map { log2($0 / $1) }.sorted()
    return (powers[3] + powers[4]) / 2
  }

  static let schedule = Step(
    "Schedule", "Which updates does an iteration consist of?",
    formulas: [
      #"\text{rate}' = \frac{n}{n+1}\,\text{rate}, \quad \beta_2' = \beta_2^{\,n/(n+1)}"#
    ],
    symbols: [
      Symbol("n", "interval", unit: "16 for R1, 4 for path length"),
      Symbol(#"\beta_2"#, "beta2", unit: "0.99"),
    ],
    code: [
      CodeExcerpt("Sources/Training/LazySchedule.swift", declaration: "public struct LazySchedule"),
      CodeExcerpt("Sources/Training/Adam.swift", declaration: "public init("),
    ]
  ) { page in
    let schedule = LazySchedule()
    let iterations = 0..<48
    let kinds = LazySchedule.Update.allCases
    let grid = kinds.map { kind in
      iterations.map { schedule.updates(at: $0).contains(kind) ? schedule.factor(of: kind) : 0 }
    }
    let names = ["D", "R1", "G", "path length", "average"]
    page.shares(
      "schedule",
      Tensor([kinds.count, iterations.count], grid.flatMap { $0.map { $0 > 0 ? 1 : 0 } }),
      rows: zip(names, kinds).map { "\($0) · \(Int(schedule.factor(of: $1)))" },
      columns: [[0, 4, 8, 12, 16, 32].map { ($0, "\($0)") }], axes: "[update, iteration]",
      caption:
        "which updates run in 48 iterations, from left to right; beside the name of each update: "
        + "the factor of its loss")
    page.table(
      "updates of five iterations, in their order", columns: ["iteration", "updates"],
      rows: [0, 1, 4, 15, 16].map { iteration in
        ["\(iteration)", schedule.updates(at: iteration).map(\.rawValue).joined(separator: ", ")]
      })
    for (name, row) in zip(names, grid).filter({ ["R1", "path length"].contains($0.0) }) {
      page.holds(
        "\(name): its factors add up to the number of iterations, 48", row.reduce(0, +), equals: 48,
        within: 0)
    }
    func count(_ kinds: Set<LazySchedule.Update>) -> Double {
      Double((0..<16).reduce(0) { $0 + schedule.updates(at: $1).count { kinds.contains($0) } })
    }
    page.holds(
      "in 16 iterations, D is updated 17 times", count([.discriminator, .gradientPenalty]),
      equals: 17, within: 0)
    page.holds(
      "in 16 iterations, G is updated 20 times", count([.generator, .pathLength]), equals: 20,
      within: 0)
    let options = TrainingOptions()
    for (name, optimizer, rate, interval) in [
      ("G", options.generatorOptimizer, options.generatorRate, options.pathInterval),
      ("D", options.discriminatorOptimizer, options.discriminatorRate, options.penaltyInterval),
    ] {
      let n = Arithmetic.number(Double(interval))
      page.equality(
        Formula(#"\text{rate}_\#(name)'"#), n / (n + 1) * .number(rate), equals: optimizer.rate,
        within: 1e-15)
      page.equality(
        Formula(#"\beta_{2,\#(name)}'"#), .exp(n / (n + 1) * .ln(.number(Adam().beta2))),
        equals: optimizer.beta2, within: 1e-14)
    }
    page.why(
      """
      R1 and path length need a second derivative, and their losses change slowly. They are therefore \
      computed only every 16 or 4 iterations and multiplied by 16 or 4 (lazy regularization). Each of \
      them is a separate update: in 16 iterations D is updated 17 times. Adam's learning rate and β₂ \
      are corrected so that 17 steps move the weights as far, and forget old gradients as much, as 16 \
      uncorrected steps.
      """)
  }

  /// Returns the batch as tiles: portraits above their masks.
  private static func tiles(_ image: Tensor, _ mask: Tensor) -> [Gallery.Tile] {
    (0..<batch).map { index in
      let title = "portrait \(index + 1)"
      return .face(title, image[index]).above(.mask(title, mask[index], of: .littleModel))
    }
  }

  static let fake = Step(
    "Generated batch", "Which pairs does the generator make?",
    code: [
      CodeExcerpt(
        "Sources/PortraitModel/Generator.swift", declaration: "public func callAsFunction")
    ]
  ) { page in
    let start = start(page)
    let fake = start.fake
    page.gallery(
      "fake_pairs", tiles(fake.image.detached(), fake.mask), columns: 2, tensor: fake.image,
      axes: "[B, 3, H, W]",
      caption:
        "four z, four random cameras: portraits, and below them the most probable part of their masks, with fresh "
        + "weights")
    page.table(
      "random cameras, angles in radians",
      columns: ["portrait", "yaw − π/2 (positive: to the left)", "pitch − π/2 (positive: down)"],
      rows: (0..<batch).map { row in
        ["\(row + 1)"] + start.poses[row].scalars.map { cell($0 - .pi / 2) }
      })
    page.holds(
      "image and mask are tracked: they depend on the generator's weights",
      fake.image.isTracked && fake.mask.isTracked)
    let again = withoutGradients { start.portraits(start.model.generator.parameters) }
    page.holds(
      "untracked weights give the same portraits (largest difference)",
      largestDifference(fake.image, again.image), atMost: 0)
    page.holds(
      "portraits from untracked weights are untracked: they keep no graph in memory",
      !again.image.isTracked)
  }

  static let real = Step(
    "Real batch", "Which pairs does the data set contain?"
  ) { page in
    page.gallery(
      "real_pairs", tiles(pairs.image, pairs.mask), columns: 2, tensor: pairs.image,
      axes: "[B, 3, H, W]",
      caption:
        "four procedural portraits, and below them their masks: a batch like one from a data set")
    let parts = Double(pairs.mask.shape[1])
    page.holds(
      "at every pixel one part is +1 and the others are −1: the sum is 2 − K (largest error)",
      (pairs.mask.sum(axes: [1]) - (2 - parts)).absolute().maximum().item, atMost: 0)
    page.holds(
      "real masks contain only −1 and +1 (largest distance from ±1)",
      (pairs.mask.absolute() - 1).absolute().maximum().item, atMost: 0)
    let others = (0..<batch).flatMap { a in
      ((a + 1)..<batch).map { (pairs.image[a] - pairs.image[$0]).absolute().mean().item }
    }
    page.holds(
      "no two portraits of the batch are alike (smallest mean difference of two)",
      others.min() ?? 0, atLeast: 0.05)
    page.why(
      "Generated masks are never that sharp early in training, so D can easily recognize them. This is "
        + "one reason for the large weight of R1 on ∂D/∂mask.")
  }
}

/// Results that depend on the seed of the chapter alone.
final class SeedStore: Sendable {
  private struct State {
    var seed = -1.0
    var values: [String: any Sendable] = [:]
  }
  private let state = Mutex(State())

  /// Returns a stored result, or makes and stores it; another seed empties the store.
  func value<Value: Sendable>(
    _ name: String, seed: Double, _ make: () throws -> Value
  ) rethrows -> Value {
    let kept = state.withLock { state -> (any Sendable)? in
      if state.seed != seed { state = State(seed: seed) }
      return state.values[name]
    }
    if let kept = kept as? Value { return kept }
    // Computed outside the lock, because the computation may use other stored results.
    let value = try make()
    state.withLock { if $0.seed == seed { $0.values[name] = value } }
    return value
  }
}
