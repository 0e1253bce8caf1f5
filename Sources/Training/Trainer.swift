import Inspection
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// The loop: one iteration after the other on real batches.
///
/// Paper §3.4 and the schedule of its reference systems. Within an iteration:
///
///     discriminator, [R1], generator, [path length], moving average
///
/// Everything random in it comes from streams addressed by seed, iteration and purpose, see
/// `TrainingStream`; so the state, the number of the next iteration and the position in the data are
/// all that a run consists of.
public struct Trainer<Batches: BatchSource> {
  /// Networks, optimisers and averages.
  public private(set) var state: TrainingState
  /// The number of the next iteration, which is how many are done.
  public private(set) var iteration: Int
  /// Where real pairs come from.
  public private(set) var batches: Batches

  /// Training from a state on.
  ///
  /// - Parameters:
  ///   - state: fresh networks, or those of a checkpoint.
  ///   - iteration: iterations done before.
  ///   - batches: real pairs, positioned where the next iteration begins.
  public init(_ state: TrainingState, iteration: Int = 0, batches: Batches) {
    self.state = state
    self.iteration = iteration
    self.batches = batches
  }

  /// What an iteration saw, for whoever measures or looks.
  public struct Outcome {
    /// The iteration's number.
    public let iteration: Int
    /// The real pairs.
    public let real: (image: Tensor, mask: Tensor)
    /// The portraits that the discriminator was trained with.
    public let fake: GeneratedPortraits
  }

  /// One iteration, with subnormal numbers as 0 (`Parallel.withoutSubnormals`).
  ///
  /// - Parameter probe: is handed losses, scores and gradients by the names of `TrainingNames`.
  /// - Throws: `TrainingError` that names the first tensor that is not finite, and what the data
  ///   throws; the state is then that before the iteration.
  /// - Returns: the pairs that were compared.
  public mutating func step(_ probe: Probe = .none) throws -> Outcome {
    let real = try batches.next()
    let before = state
    state.probe = probe
    defer { state.probe = .none }
    do {
      let fake = try Parallel.withoutSubnormals { try update(real) }
      try requireFinite()
      iteration += 1
      return Outcome(iteration: iteration - 1, real: real, fake: fake)
    } catch let flaw as NotFinite {
      state = before
      throw TrainingError(culprit(flaw, real))
    } catch {
      state = before
      throw error
    }
  }

  /// Equation 10's weights: 1 for the first iterations, while they "are not well-trained" (§3.4).
  private var weighting: MaskWeighting {
    iteration < state.model.maskWarmup ? .ones : .rendering
  }

  /// The updates that are due, in their order.
  private mutating func update(_ real: (image: Tensor, mask: Tensor)) throws -> GeneratedPortraits {
    let options = state.options
    let fake = state.fakes(draw(.discriminator, options.batch), weighting)
    for update in options.updates(at: iteration) {
      switch update {
      case .discriminator:
        _ = try state.updateDiscriminator(image: real.image, mask: real.mask, fake: fake)
      case .gradientPenalty:
        _ = try state.updateByGradientPenalty(image: real.image, mask: real.mask)
      case .generator:
        _ = try state.updateGenerator(draw(.generator, options.batch), weighting)
      case .pathLength:
        let count = LazySchedule.pathBatch(options.batch)
        let size = state.model.imageSize
        var numbers = TrainingStream.pathNoise.numbers(seed: options.seed, iteration: iteration)
        _ = try state.updateByPathLength(
          draw(.pathLength, count), noise: numbers.normal([count, 3, size, size]), weighting)
      case .movingAverage: state.updateAverage()
      }
    }
    return fake
  }

  private func draw(_ purpose: TrainingStream, _ count: Int) -> PortraitDraw {
    var numbers = purpose.numbers(seed: state.options.seed, iteration: iteration)
    return PortraitDraw(state.model, count: count, &numbers, state.options)
  }

  // MARK: - What is not finite

  /// Weights after the iteration: a gradient that is not finite has made them so.
  private func requireFinite() throws {
    for (network, parameters) in [
      ("generator", state.generator), ("discriminator", state.discriminator),
    ] {
      for (name, tensor) in parameters.tensors.sorted(by: { $0.key < $1.key })
      where !tensor.isFinite {
        throw NotFinite(place: "\(network) \(name)")
      }
    }
  }

  /// The first operation whose result was not finite: the iteration once more, now watched.
  ///
  /// Watching costs a pass over every result, which is why it is not done all the time; the draws are
  /// the same, so what happened happens again.
  private func culprit(_ flaw: NotFinite, _ real: (image: Tensor, mask: Tensor)) -> String {
    FiniteCheck.set(true)
    defer { FiniteCheck.set(false) }
    var again = self
    _ = try? Parallel.withoutSubnormals { try again.update(real) }
    let first = FiniteCheck.finding.map { "; the first was made by \($0)" } ?? ""
    return "iteration \(iteration): \(flaw)\(first); "
      + "begin another run with --start-from this one and a smaller rate or another penalty weight"
  }
}

extension Tensor {
  /// Whether no element is infinite or not a number.
  var isFinite: Bool {
    switch scalarType {
    case .float32: withElements(of: Float.self) { $0.allSatisfy(\.isFinite) }
    case .float64: withElements(of: Double.self) { $0.allSatisfy(\.isFinite) }
    case .int32: true
    }
  }
}

extension TrainingState {
  /// Networks that know nothing yet.
  ///
  /// - Parameters:
  ///   - model: what they are made of.
  ///   - options: rates, weights and the seed.
  /// - Returns: a state before its first iteration.
  public static func fresh(_ model: Configuration, _ options: TrainingOptions) -> TrainingState {
    var numbers = RandomNumbers(
      seed: options.seed, stream: TrainingStream.discriminatorWeights)
    return TrainingState(
      model, generator: ParameterPlan.generator(model).fresh(seed: options.seed),
      discriminator: ParameterPlan.discriminator(model).fresh(&numbers), options: options)
  }
}
