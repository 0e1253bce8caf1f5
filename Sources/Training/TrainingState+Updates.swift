import Datasets
import MaskSoftmax
import Networks
import PortraitModel
import Probes
import Tensors

// The updates of an iteration. Each builds its loss, differentiates it, and takes one optimizer step.
extension TrainingState {
  /// Generates portraits for the discriminator, without a graph that leads back to the generator.
  public func fakes(_ draw: PortraitDraw, _ weighting: MaskWeighting) -> MadePortraits {
    withoutGradients {
      let generator = Generator(configuration, generator)
      return generator.made(
        expandedLatents: draw.expandedLatents(of: generator), poses: draw.poses,
        options: draw.options(weighting))
    }
  }

  /// Updates the discriminator by the logistic loss on real and generated pairs.
  ///
  /// - Parameters:
  ///   - real: real pairs.
  ///   - fake: the same number of generated portraits.
  ///   - probe: the receiver of the gradients of all parameters.
  /// - Returns: the loss and the scores.
  /// - Throws: `NotFinite` or `GradientError`; the weights are then unchanged.
  @discardableResult
  public mutating func updateDiscriminator(
    _ real: PortraitBatch, fake: MadePortraits, probe: Probe = .none
  ) throws -> DiscriminatorUpdate {
    let tracked = discriminator.tracked()
    let network = Discriminator(tracked)
    let realScores = network(real.image, mask: real.mask)
    let fakeScores = network(fake.image.detached(), mask: fake.mask.detached())
    let loss = AdversarialLosses.discriminator(real: realScores, fake: fakeScores)
    let step = try Descent(.discriminator, of: loss, by: tracked, probe)
    probe.record(
      [
        ("image", fake.image), ("mask", fake.mask), ("real_scores", realScores),
        ("fake_scores", fakeScores),
      ], of: .discriminator)
    discriminator = discriminatorOptimizer.updated(discriminator, with: step.gradients)
    return DiscriminatorUpdate(
      loss: step.loss, gradientLength: step.length, realScores: realScores.detached(),
      fakeScores: fakeScores.detached())
  }

  /// Updates the discriminator by R1 alone.
  ///
  /// - Parameters:
  ///   - real: real pairs.
  ///   - probe: the receiver of the gradients of all parameters.
  /// - Returns: the loss and R1 on images and masks.
  /// - Throws: `NotFinite` or `GradientError`; the weights are then unchanged.
  @discardableResult
  public mutating func updateByGradientPenalty(
    _ real: PortraitBatch, probe: Probe = .none
  ) throws -> GradientPenaltyUpdate {
    probe.record(weights: discriminator, before: .gradientPenalty)
    let tracked = discriminator.tracked()
    let penalty = try GradientPenalty(
      Discriminator(tracked), image: real.image, mask: real.mask)
    let step = try Descent(.gradientPenalty, of: penalty.total(options), by: tracked, probe)
    probe.record(
      [("image_gradient", penalty.gradients.image), ("mask_gradient", penalty.gradients.mask)],
      of: .gradientPenalty)
    discriminator = discriminatorOptimizer.updated(discriminator, with: step.gradients)
    return GradientPenaltyUpdate(
      loss: step.loss, gradientLength: step.length, image: penalty.image.item,
      mask: penalty.mask.item)
  }

  /// Updates the generator by equation 12.
  ///
  /// - Parameters:
  ///   - draw: the random numbers of the portraits.
  ///   - weighting: the weights of equation 10.
  ///   - probe: the receiver of the gradients of all parameters, and of all tensors of Fig. 2 of the
  ///     first portrait under `generator/portrait/`.
  /// - Returns: the loss with its terms.
  /// - Throws: `NotFinite` or `GradientError`; the weights are then unchanged.
  @discardableResult
  public mutating func updateGenerator(
    _ draw: PortraitDraw, _ weighting: MaskWeighting, probe: Probe = .none
  ) throws -> GeneratorUpdate {
    let tracked = trackedGenerator()
    let network = Generator(configuration, tracked)
    let fake = network.made(
      expandedLatents: draw.expandedLatents(of: network), poses: draw.poses,
      options: draw.options(weighting))
    let loss = GeneratorLoss(
      fake, judgedBy: Discriminator(discriminator), configuration, options)
    let step = try Descent(.generator, of: loss.total, by: tracked, probe)
    probe.record(draw, of: network, in: .generator)
    probe.record(
      [
        ("coarse_mask", fake.coarseMask), ("image", fake.image), ("mask", fake.mask),
        ("scores", loss.scores),
      ] + [fake.predictedDepth].compactMap { $0.map { ("depth2d", $0) } }, of: .generator)
    probe.record(firstOf: fake, draw, weighting, of: network)
    generator = generatorOptimizer.updated(generator, with: step.gradients)
    return GeneratorUpdate(
      loss: step.loss, gradientLength: step.length, adversarial: loss.adversarial.item,
      maskRegularizer: loss.maskRegularizer.item,
      depthSmoothness: fake.predictedDepth.map { _ in loss.depthSmoothness.item })
  }

  /// Updates the generator by path length alone.
  ///
  /// - Parameters:
  ///   - draw: the random numbers of the portraits, half as many portraits as in the other updates.
  ///   - noise: N(0, 1), `[B, 3, S, S]`.
  ///   - weighting: the weights of equation 10.
  ///   - probe: the receiver of the gradients of all parameters.
  /// - Returns: the loss, the penalty and the lengths.
  /// - Throws: `NotFinite` or `GradientError`; the weights are then unchanged.
  @discardableResult
  public mutating func updateByPathLength(
    _ draw: PortraitDraw, noise: Tensor, _ weighting: MaskWeighting, probe: Probe = .none
  ) throws -> PathLengthUpdate {
    probe.record(weights: generator, before: .pathLength)
    let tracked = trackedGenerator()
    let network = Generator(configuration, tracked)
    let path = try PathLength(
      expandedLatents: draw.expandedLatents(of: network), noise: noise, mean: pathMean
    ) {
      network.made(expandedLatents: $0, poses: draw.poses, options: draw.options(weighting)).image
    }
    let step = try Descent(.pathLength, of: path.total(options), by: tracked, probe)
    probe.record(draw, of: network, in: .pathLength)
    probe.record(
      [
        ("image", path.portraits), ("projection_noise", noise),
        ("row_gradients", path.rowGradients), ("lengths", path.lengths),
        ("mean_before", pathMean), ("mean_after", path.nextMean),
      ], of: .pathLength)
    generator = generatorOptimizer.updated(generator, with: step.gradients)
    pathMean = path.nextMean
    return PathLengthUpdate(
      loss: step.loss, gradientLength: step.length, penalty: path.penalty.item,
      lengths: path.lengths.detached(), mean: path.nextMean.item)
  }

  /// Moves the average toward the generator, once per iteration.
  public mutating func updateAverage() { average.follow(generator, trained: trained) }

  private func trackedGenerator() -> Parameters {
    var parameters = generator
    for name in trained { parameters.tensors[name] = parameters[name].tracked(as: name) }
    return parameters
  }
}

/// The gradients of an update's loss with respect to all parameters of a network, checked to be finite.
///
/// The check comes before Adam, which would hide an infinite gradient by dividing by its size.
private struct Descent {
  let loss: Double
  let gradients: [String: Tensor]
  let length: Double

  init(_ update: LazySchedule.Update, of loss: Tensor, by tracked: Parameters, _ probe: Probe)
    throws
  {
    gradients = try Tensors.gradients(of: loss, withRespectTo: tracked.tensors)
    self.loss = loss.item
    guard self.loss.isFinite else { throw NotFinite(place: "the loss of \(update.rawValue)") }
    let names = gradients.keys.sorted()
    // In the order of their names: a sum of floating-point numbers depends on its order.
    length =
      names.compactMap { [gradients] in gradients[$0]?.detached().squared().sum() }
      .reduce(Tensor.scalar(0), +).squareRoot().item
    guard length.isFinite else {
      throw NotFinite(place: "the norm of the gradient of \(update.rawValue)")
    }
    guard probe.isInstalled else { return }
    for name in names {
      guard let gradient = gradients[name] else { continue }
      probe.record("\(StepRecording.gradients(update))\(name)", axes: "", gradient)
    }
  }
}
