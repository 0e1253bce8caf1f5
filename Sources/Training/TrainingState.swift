import DepthSmoothness
import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// Everything that training changes, and the four kinds of update that change it.
///
/// Paper §3.4, in the order of its reference: within an iteration the discriminator's update comes
/// first, then R1's where it is due, the generator's, that of path length where it is due, and last the
/// moving average.
public struct TrainingState: Sendable {
  /// What the model is made of.
  public let model: Configuration
  /// Rates, weights and intervals.
  public let options: TrainingOptions
  /// The generator's weights, constants.
  public var generator: Parameters
  /// The discriminator's weights, constants.
  public var discriminator: Parameters
  /// The copy that is shown and kept.
  public var average: MovingAverage
  /// Adam with the correction for path length.
  public var generatorOptimizer: Adam
  /// Adam with the correction for R1.
  public var discriminatorOptimizer: Adam
  /// The running mean of path lengths, a scalar.
  public var pathMean = Tensor.scalar(0)
  /// Is handed losses, scores and gradients as they are made; see `TrainingNames`.
  public var probe = Probe.none
  /// The generator's parameters that are trained; noise maps are not.
  let trained: Set<String>

  /// Fresh networks, or given ones.
  public init(
    _ model: Configuration, generator: Parameters, discriminator: Parameters,
    options: TrainingOptions = TrainingOptions()
  ) {
    self.model = model
    self.options = options
    generatorOptimizer = options.generatorOptimizer
    discriminatorOptimizer = options.discriminatorOptimizer
    self.generator = generator
    self.discriminator = discriminator
    average = MovingAverage(generator, decay: options.averageDecay)
    trained = Set(
      ParameterPlan.generator(model).entries.filter(\.isTrained).map(\.name))
  }

  /// Portraits of a draw, for the discriminator: nothing of them leads back to the generator.
  public func fakes(_ draw: PortraitDraw, _ weighting: MaskWeighting) -> GeneratedPortraits {
    withoutGradients {
      let generator = Generator(model, generator)
      return generator(
        expandedLatents: draw.expandedLatents(of: generator), poses: draw.poses,
        options: draw.options(weighting))
    }
  }

  /// One update of the discriminator on real and generated pairs.
  ///
  /// - Parameters:
  ///   - image: real portraits, `[B, 3, S, S]`.
  ///   - mask: their masks, `[B, K, S, S]`.
  ///   - fake: generated portraits.
  /// - Returns: the loss.
  /// - Throws: `GradientError`, when the scores depend on no weight.
  public mutating func updateDiscriminator(
    image: Tensor, mask: Tensor, fake: GeneratedPortraits
  ) throws -> Tensor {
    let probe = probe
    return try updateDiscriminator(.discriminator) { discriminator in
      let scores = (
        real: discriminator(image, mask: mask),
        fake: discriminator(fake.image.detached(), mask: fake.mask.detached())
      )
      probe.record(TrainingNames.realScores, axes: "[B, 1]", scores.real)
      probe.record(TrainingNames.fakeScores, axes: "[B, 1]", scores.fake)
      return AdversarialLosses.discriminator(real: scores.real, fake: scores.fake)
    }
  }

  /// One update of the discriminator by R1 alone.
  public mutating func updateByGradientPenalty(image: Tensor, mask: Tensor) throws -> Tensor {
    let (probe, options) = (probe, options)
    return try updateDiscriminator(.gradientPenalty) {
      let penalty = try GradientPenalty($0, image: image, mask: mask)
      probe.record(TrainingNames.imagePenalty, axes: "", penalty.image)
      probe.record(TrainingNames.maskPenalty, axes: "", penalty.mask)
      return penalty.total(options)
    }
  }

  private mutating func updateDiscriminator(
    _ update: LazySchedule.Update, _ loss: (Discriminator) throws -> Tensor
  ) throws -> Tensor {
    let tracked = discriminator.tracked()
    let value = try loss(Discriminator(tracked))
    let slopes = try gradients(of: value, withRespectTo: tracked.tensors)
    try record(update, value, slopes)
    discriminator = discriminatorOptimizer.updated(discriminator, with: slopes)
    return value.detached()
  }

  /// What the generator's update minimised, term by term; all scalars.
  public struct GeneratorLosses: Sendable {
    /// softplus(−D(fake)).
    public let adversarial: Tensor
    /// The mean squared difference of coarse and final mask, unweighted.
    public let maskRegularizer: Tensor
    /// ℒ_ds, equation 13, unweighted.
    public let depthSmoothness: Tensor
    /// Their weighted sum, equation 12.
    public let total: Tensor
  }

  /// One update of the generator.
  public mutating func updateGenerator(
    _ draw: PortraitDraw, _ weighting: MaskWeighting
  ) throws -> GeneratorLosses {
    let tracked = trackedGenerator()
    let generator = Generator(model, tracked)
    let fake = generator(
      expandedLatents: draw.expandedLatents(of: generator), poses: draw.poses,
      options: draw.options(weighting))
    let score = Discriminator(discriminator)(fake.image, mask: fake.mask)
    let adversarial = AdversarialLosses.generator(fake: score)
    let regularizer = AdversarialLosses.maskRegularizer(
      coarseMask: fake.coarseMask, finalMask: fake.mask)
    let smoothness = DepthSmoothness(
      weight: options.smoothnessWeight,
      includesBackground: model.backgroundDepth == .predicted)
    let roughness = smoothness.loss(fake.maps.depth)
    let total =
      adversarial + options.maskRegularizerWeight * regularizer + smoothness.weight * roughness
    let slopes = try gradients(of: total, withRespectTo: tracked.tensors)
    try record(.generator, total, slopes)
    probe.record(TrainingNames.adversarial, axes: "", adversarial)
    probe.record(TrainingNames.maskRegularizer, axes: "", regularizer)
    probe.record(TrainingNames.depthSmoothness, axes: "", roughness)
    if probe.wants(TrainingNames.portrait + "/image") {
      generator.record(fake, into: probe.inside(TrainingNames.portrait))
    }
    self.generator = generatorOptimizer.updated(self.generator, with: slopes)
    return GeneratorLosses(
      adversarial: adversarial.detached(), maskRegularizer: regularizer.detached(),
      depthSmoothness: roughness.detached(), total: total.detached())
  }

  /// One update of the generator by path length alone.
  ///
  /// - Parameters:
  ///   - draw: the portraits, half as many as in the other updates.
  ///   - noise: N(0, 1), `[B, 3, S, S]`.
  ///   - weighting: the weights of equation 10.
  /// - Returns: the penalty and the lengths.
  /// - Throws: `GradientError`, when the image ignores the latents.
  public mutating func updateByPathLength(
    _ draw: PortraitDraw, noise: Tensor, _ weighting: MaskWeighting
  ) throws -> PathLength {
    let tracked = trackedGenerator()
    let generator = Generator(model, tracked)
    let latents = draw.expandedLatents(of: generator)
    let path = try PathLength(expandedLatents: latents, noise: noise, mean: pathMean) {
      generator(expandedLatents: $0, poses: draw.poses, options: draw.options(weighting)).image
    }
    let (total, lengths) = (path.total(options), path.lengths)
    let slopes = try gradients(of: total, withRespectTo: tracked.tensors)
    try record(.pathLength, total, slopes)
    probe.record(TrainingNames.pathLengths, axes: "[B]", lengths)
    probe.record(TrainingNames.pathPenalty, axes: "", path.penalty)
    self.generator = generatorOptimizer.updated(self.generator, with: slopes)
    pathMean = path.nextMean
    return path
  }

  /// Moves the average towards the generator, once an iteration.
  public mutating func updateAverage() { average.follow(generator, trained: trained) }

  /// Hands an update's loss and gradients on, and stops where they are no numbers any more: an optimiser
  /// would hide an infinite gradient, since it divides by its size.
  private func record(
    _ update: LazySchedule.Update, _ loss: Tensor, _ slopes: [String: Tensor]
  ) throws(NotFinite) {
    guard loss.item.isFinite else { throw NotFinite(place: "the loss of \(update.rawValue)") }
    let names = slopes.keys.sorted()
    // In the order of their names: a sum of floating-point numbers depends on its order.
    let length = names.compactMap { slopes[$0]?.detached().squared().sum() }
      .reduce(Tensor.scalar(0), +).squareRoot()
    guard length.item.isFinite else {
      throw NotFinite(place: "the length of the gradient of \(update.rawValue)")
    }
    guard probe.isInstalled else { return }
    probe.record(TrainingNames.loss(update), axes: "", loss)
    probe.record(TrainingNames.gradientLength(update), axes: "", length)
    for name in names {
      guard let slope = slopes[name] else { continue }
      probe.record("\(TrainingNames.gradients(update))/\(name)", axes: "", slope)
    }
  }

  private func trackedGenerator() -> Parameters {
    var parameters = generator
    for name in trained { parameters.tensors[name] = parameters[name].tracked(as: name) }
    return parameters
  }
}
