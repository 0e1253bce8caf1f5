import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import TestSupport
import Tensors
import Testing
import TrainingToys

@testable import Training

/// The ablations and baselines of §4, trained by the same loop as the paper's model.
@Suite("Training of ablations and baselines")
struct ModelKindTests {
  /// Assignments to the tiny model.
  static let variants: [String: [String]] = [
    "flat": ["rendering=flat"],
    "two base layers": ["baseLayers=2"],
    "a 3D generator per part": ["partSource=field", "densityActivation=softplus"],
    "an importance pass with 3D generators": [
      "partSource=field", "samples=4", "importanceSamples=3", "fourierFrequencies=2",
    ],
    "w = 1": ["maskWeights=ones"],
    "absolute depths": ["depthMode=absolute"],
  ]

  private static func model(_ variant: String) throws -> Configuration {
    try Configuration.tiny.setting(
      ["samples=6", "importanceSamples=0"] + (try #require(variants[variant])))
  }

  /// A generator's loss in double precision as a function of all weights.
  private struct Loss {
    let model: Configuration
    let weights: Parameters
    private let discriminator: Discriminator
    private let z: Tensor

    init(_ model: Configuration) {
      self.model = model
      weights = ParameterPlan.generator(model).fresh(seed: 1).cast(to: .float64)
      discriminator = Discriminator(
        ParameterPlan.discriminator(model).fresh(seed: 2).cast(to: .float64))
      var numbers = RandomNumbers(seed: 3)
      z = numbers.normal([2, model.latentWidth], .float64)
    }

    private let poses = Tensor([2, 2], [1.5, 1.6, 1.7, 1.4])

    func total(_ parameters: Parameters, rayDepths: Tensor? = nil) -> Tensor {
      let generator = Generator(model, parameters)
      var options = Generator.Options()
      options.rayDepths = rayDepths
      let fake = generator.made(
        expandedLatents: generator.expandedLatents(z: z), poses: poses, options: options)
      return GeneratorLoss(fake, judgedBy: discriminator, model).total
    }

    /// The depths of the samples, which are no function of the weights in a gradient; nil if flat.
    var rayDepths: Tensor? {
      let generator = Generator(model, weights)
      return withoutGradients {
        generator.made(expandedLatents: generator.expandedLatents(z: z), poses: poses).view?
          .rayDepths
      }
    }

    func path(_ parameters: Parameters) throws -> Tensor {
      let generator = Generator(model, parameters)
      var numbers = RandomNumbers(seed: 7)
      let noise = numbers.normal([2, 3, model.imageSize, model.imageSize], .float64)
      return try PathLength(
        expandedLatents: generator.expandedLatents(z: z).detached(), noise: noise,
        mean: .scalar(0.3, .float64)
      ) { generator.made(expandedLatents: $0, poses: poses).image }.penalty
    }
  }

  private static let parameters = [
    "pos_embed.weights", "local_nets.1.linears.0.conv.weight",
    "local_nets.2.linears.1.conv.modulation.weight", "local_nets.0.to_feat.bias",
  ]

  /// Some of the many leaky ReLUs bend between the two points of a difference.
  ///
  /// The conformance cases compare the same derivatives with complex steps, which have no such error.
  private static let kinks = 2e-5

  private static func derivative(
    _ name: String, of weights: Parameters, _ function: (Parameters) throws -> Tensor
  ) throws -> (along: Double, difference: Double) {
    let tracked = weights.tracked()
    let found = try gradient(of: try function(tracked), withRespectTo: tracked[name])
    var numbers = RandomNumbers(seed: 5)
    let direction = numbers.normal(found.shape, .float64)
    func moved(_ step: Double) throws -> Double {
      var parameters = weights
      parameters.tensors[name] = weights[name] + direction * step
      return try function(parameters).item
    }
    let h = 1e-7
    return ((found * direction).sum().item, (try moved(h) - moved(-h)) / (2 * h))
  }

  /// Equation 12 by finite differences along random directions.
  @Test(arguments: variants.keys.sorted(), parameters)
  func theGradientMatchesDifferences(variant: String, name: String) throws {
    let loss = Loss(try Self.model(variant))
    let depths = loss.rayDepths
    let (along, difference) = try Self.derivative(name, of: loss.weights) {
      loss.total($0, rayDepths: depths)
    }
    #expect(
      abs(along - difference) <= Self.kinks * max(1, abs(difference)) && along != 0,
      "\(along), \(difference)")
  }

  /// The gradient of path length, a derivative of a derivative.
  @Test(arguments: ["flat", "two base layers", "a 3D generator per part"])
  func pathLengthMatchesDifferences(variant: String) throws {
    let loss = Loss(try Self.model(variant))
    let (along, difference) = try Self.derivative(
      "local_nets.1.linears.0.conv.weight", of: loss.weights, loss.path)
    #expect(
      abs(along - difference) <= Self.kinks * abs(difference) && along != 0,
      "\(along), \(difference)")
  }

  /// All updates of an iteration are made; every trained parameter that the images depend on moves.
  @Test(arguments: variants.keys.sorted())
  func everyWeightMoves(variant: String) throws {
    let model = try Self.model(variant)
    var trainer = Trainer(
      .fresh(model, Toy.options), batches: NoiseBatches(model, batch: Toy.options.batch))
    let before = trainer.state
    let report = try trainer.step()
    #expect(report.updates.contains(.pathLength) && report.updates.contains(.gradientPenalty))
    let still = before.trained.filter {
      before.generator[$0].floats == trainer.state.generator[$0].floats
    }
    #expect(still == [], "\(still.sorted())")
    #expect((report.generator.depthSmoothness == nil) == (model.kind != .lifted))
    #expect((report.fake.view == nil) == (model.kind == .flat))
  }

  /// Without a term of equation 13, the loss is that of SemanticStyleGAN.
  @Test(arguments: ["flat", "a 3D generator per part"])
  func smoothnessIsLeftOut(variant: String) throws {
    let model = try Self.model(variant)
    var state = TrainingState.fresh(model, Toy.options)
    var numbers = RandomNumbers(seed: 9)
    let update = try state.updateGenerator(
      PortraitDraw(model, count: 2, &numbers, Toy.options), .rendering)
    let total = update.adversarial + 100 * update.maskRegularizer
    #expect(abs(update.loss / total - 1) < 1e-6)
  }

  /// Training on one thread and on all of them gives the same bits.
  @Test(arguments: ["flat", "two base layers", "a 3D generator per part"])
  func bitsDoNotDependOnThreads(variant: String) throws {
    let model = try Self.model(variant)
    func trained() throws -> TrainingState {
      var trainer = Trainer(
        .fresh(model, Toy.options), batches: NoiseBatches(model, batch: Toy.options.batch))
      for _ in 0..<2 { _ = try trainer.step() }
      return trainer.state
    }
    #expect(try Toy.bytes(Parallel.withThreads(1, trained)) == Toy.bytes(trained()))
  }

  /// With `maskWeights` `ones`, equation 10 has wᵢ = 1 in every iteration, also after the warm-up.
  @Test func onesStayInTraining() throws {
    for (choice, after) in [(MaskWeighting.rendering, MaskWeighting.rendering), (.ones, .ones)] {
      var model = Toy.model
      model.maskWeights = choice
      let state = TrainingState.fresh(model, Toy.options)
      #expect(state.maskWeighting(at: model.maskWarmup - 1) == .ones)
      #expect(state.maskWeighting(at: model.maskWarmup) == after)
      var trainer = Trainer(
        state, iteration: 5, batches: NoiseBatches(model, batch: 2, position: 5))
      let view = try #require(try trainer.step().fake.view)
      let unweighted = view.partDensities.sum(axes: [2]).transposed().reshaped(
        view.maskLogits.shape)
      #expect((view.maskLogits.floats == unweighted.floats) == (choice == .ones))
    }
  }
}
