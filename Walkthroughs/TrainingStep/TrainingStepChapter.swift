import Foundation
import Inspection
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import Training

// §3.4: one iteration of training, one update after the other.
extension Chapter {
  /// One iteration of training in its sub-steps, with gradients as pictures.
  public static var trainingStep: Chapter {
    Chapter(
      "training-step", title: "One iteration of training", equations: "§3.4",
      introduction: """
        Two networks learn from each other: D to tell real pairs from generated ones, G to make pairs \
        that D takes for real. One iteration is up to five updates. What does each of them minimise, \
        what does it leave alone, and how would one notice that one of them is wrong?

        Needs: the chapters on gradients, on figure 2 and on the discriminator. Everything but the \
        last step is in double precision, from fresh weights of the preset `tiny` (ToDensity's \
        multiplied by 100), with a batch of four. Rays have the paper's 12 samples and no importance \
        pass: that pass moves samples without a gradient, and gradients are to be compared with \
        differences. The last step runs training itself, `TrainingState`, as it is.
        """,
      parameters: [
        Parameter(whole: "seed", 1, in: 1...20, meaning: "which weights and which z are drawn"),
        Parameter(whole: "part", 1, in: 0...3, meaning: "the part whose gradients are shown"),
        Parameter(whole: "iteration", 0, in: 0...32, meaning: "the iteration of the last step"),
      ]
    ) {
      TrainingSteps.schedule
      TrainingSteps.fake
      TrainingSteps.real
      TrainingSteps.discriminator
      TrainingSteps.penalty
      TrainingSteps.generator
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

  /// What an iteration begins with.
  struct Iteration: Sendable {
    let model: LittleModel
    /// The generator's weights as starting points of gradients.
    let tracked: Parameters
    let poses: Tensor
    let seed: UInt64
    /// Portraits made with the tracked weights.
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

    /// The portraits that other weights make of the same z from the same cameras.
    func portraits(_ parameters: Parameters) -> GeneratedPortraits {
      Self.portraits(model, parameters, poses, seed: seed)
    }

    private static func portraits(
      _ model: LittleModel, _ parameters: Parameters, _ poses: Tensor, seed: UInt64
    ) -> GeneratedPortraits {
      let generator = Generator(model.configuration, parameters)
      return generator(
        z: generator.z(seeds: seed, count: TrainingSteps.batch), poses: poses, options: options)
    }

    /// The latents that a mapping network makes of the first z of the batch.
    func latents(_ parameters: Parameters, count: Int) -> Tensor {
      let generator = Generator(model.configuration, parameters)
      return generator.expandedLatents(z: generator.z(seeds: seed, count: count))
    }
  }

  /// The paper's 12 samples, no importance pass.
  static var options: Generator.Options {
    var options = Generator.Options()
    options.samples = (12, 0)
    return options
  }

  static func start(_ page: Page) -> Iteration {
    page.shared("start") { Iteration(seed: UInt64(page["seed"])) }
  }

  /// Returns the gradient of a loss by the named parameters.
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

  /// Taylor's test along −gradient: what is left after the linear term must fall with h².
  ///
  /// Leaky ReLUs bend where a step carries them through zero, which disturbs single halvings of the
  /// step; the median of eight of them is that of a smooth stretch.
  ///
  /// - Parameters:
  ///   - page: takes the chart.
  ///   - name: the chart's name.
  ///   - loss: the loss where the step begins.
  ///   - gradients: the gradient.
  ///   - largest: the largest step.
  ///   - moved: the loss after a step along the gradient.
  /// - Returns: the power of h with which it falls.
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
        Series("all of the change", x: steps.map(log10), y: found.map { log10(abs($0 - loss)) }),
        Series("without the linear term", x: steps.map(log10), y: left.map(log10)),
      ], xLabel: "log₁₀ of the step h", yLabel: "log₁₀ of what is left",
      caption: "against the gradient the loss changes with h; without the linear term, with h²")
    let powers = zip(left, left.dropFirst()).map { log2($0 / $1) }.sorted()
    return (powers[3] + powers[4]) / 2
  }

  static let schedule = Step(
    "Schedule", "Which updates does an iteration make?",
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
        "48 iterations from left to right: which updates are made; beside each the factor of "
        + "its loss")
    page.table(
      "updates in their order", columns: ["iteration", "updates"],
      rows: [0, 1, 4, 15, 16].map { iteration in
        ["\(iteration)", schedule.updates(at: iteration).map(\.rawValue).joined(separator: ", ")]
      })
    for (name, row) in zip(names, grid) {
      page.holds(
        "\(name): the factors add up to one for each iteration", row.reduce(0, +), equals: 48,
        within: 0)
    }
    let (g, d) = (TrainingOptions().generatorOptimizer, TrainingOptions().discriminatorOptimizer)
    page.table(
      "Adam with the correction", columns: ["network", "rate", "β₂"],
      rows: [("generator", g), ("discriminator", d)].map {
        [$0, String(format: "%.6f", $1.rate), String(format: "%.6f", $1.beta2)]
      })
    page.holds("the generator's rate", g.rate, equals: 0.0016, within: 1e-9)
    page.holds("its β₂", g.beta2, equals: 0.99199, within: 1e-5)
    page.holds("the discriminator's rate", d.rate, equals: 0.001882, within: 1e-6)
    page.holds("its β₂", d.beta2, equals: 0.99059, within: 1e-5)
    page.why(
      """
      R1 and path length cost a second derivative, and their losses change slowly. So they are taken \
      rarely and multiplied by as much. Each of them is an update of its own: in 16 iterations D is \
      updated 17 times. Adam is corrected so that 17 of its steps go as far, and forget as much, as \
      16 did.
      """)
  }

  static let fake = Step(
    "Fake", "What does the generator bring?",
    code: [
      CodeExcerpt(
        "Sources/PortraitModel/Generator.swift", declaration: "public func callAsFunction")
    ]
  ) { page in
    let start = start(page)
    let fake = start.fake
    page.picture(
      "fake_pairs",
      .column(
        [
          imagePictures((0..<batch).map { fake.image[$0].detached() / 2 + 0.5 }, factor: 4),
          palettePictures((0..<batch).map { fake.mask[$0].argmax(axis: 0) }, factor: 4),
        ], gap: 4), tensor: fake.image, axes: "[B, 3, H, W]",
      caption: "four z, four random cameras: portraits and the largest part of their masks")
    page.table(
      "cameras", columns: ["portrait", "yaw − π/2", "pitch − π/2"],
      rows: (0..<batch).map { row in
        ["\(row)"] + start.poses[row].scalars.map { "\(Float($0 - .pi / 2))" }
      })
    page.holds("image and mask hang on the weights", fake.image.isTracked && fake.mask.isTracked)
    let again = withoutGradients { start.portraits(start.model.generator.parameters) }
    page.holds(
      "without a record of the computation the same portraits come out (largest difference)",
      largestDifference(fake.image, again.image), atMost: 1e-12)
    page.holds("that record is what costs memory: these hang on nothing", !again.image.isTracked)
  }

  static let real = Step(
    "Real", "What does the data set bring?"
  ) { page in
    page.picture(
      "real_pairs",
      .column(
        [
          imagePictures((0..<batch).map { pairs.image[$0] / 2 + 0.5 }, factor: 4),
          palettePictures((0..<batch).map { pairs.mask[$0].argmax(axis: 0) }, factor: 4),
        ], gap: 4), tensor: pairs.image, axes: "[B, 3, H, W]",
      caption: "four procedural portraits with their masks, as a data set would bring them")
    let parts = Double(pairs.mask.shape[1])
    page.holds(
      "every pixel of a mask is +1 once and −1 otherwise: the sum is 2 − K (largest error)",
      (pairs.mask.sum(axes: [1]) - (2 - parts)).absolute().maximum().item, atMost: 0)
    page.holds(
      "a mask is nothing between (largest distance from ±1)",
      (pairs.mask.absolute() - 1).absolute().maximum().item, atMost: 0)
    page.holds("images are within −1 … 1", pairs.image.absolute().maximum().item, atMost: 1)
    page.why(
      "A generated mask can never be that crisp at first, and D may see it at a glance. That is one "
        + "reason for the high price on D's slope by the mask.")
  }
}
