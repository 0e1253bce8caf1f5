import Camera
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// Fine-tuning of a generator's weights around one portrait that an inversion found.
///
/// The found W⁺ (the pivot) and the pose stay fixed. Adam changes the weights θ of all part generators
/// and of the render net and minimizes
///
///     L = ⅓ Σₛ mean (x̂ₛ − xₛ)² + λ_m · mean Σₖ (m̂ₖ − mₖ)²/4
///         + λ_l · mean (G(w′; θ) − G(w′; θ₀))²,     w′ = pivot + t (w − pivot)
///
/// The first two terms are those of ``Inversion``. The last one keeps other portraits as they are: θ₀
/// are the weights before tuning, and w is a random latent, t a random number and the pose a random
/// pose of every step. The mapping network is not changed, so random portraits keep their latents.
///
/// The method is Pivotal Tuning (Roich, Mokady, Bermano and Cohen-Or, 2022). The losses differ: that
/// paper compares features of a network for photographs and has no masks, and its w′ lies at a fixed
/// distance from the pivot. The paper that this project implements has no tuning.
public struct PivotalTuning: Sendable {
  /// The settings of a tuning.
  public struct Options: Sendable, Equatable {
    /// The number of steps of Adam.
    public var iterations = 100
    /// The largest learning rate.
    public var rate = 0.0003
    /// The weight λ_m of the mask term.
    public var maskWeight = 0.2
    /// The weight λ_l of the locality term; 0 leaves the term out.
    public var localityWeight = 0.0
    /// The seed of the random portraits of the locality term.
    public var seed: UInt64 = 0

    /// Creates the default settings.
    public init() {}
  }

  /// The generator before tuning.
  public let original: Generator
  /// The fixed W⁺, `[1, rows, L]`.
  public let wplus: Tensor
  /// The fixed pose.
  public let pose: CameraPose
  /// The settings of the tuning.
  public let options: Options
  /// The loss before each step made so far.
  public private(set) var losses: [Inversion.Loss] = []

  private let target: InversionTarget
  private let poses: Tensor
  private let trained: [String]
  private var parameters: Parameters
  /// The weights with the smallest loss of the portrait so far, and that loss.
  private var best: (loss: Double, parameters: Parameters)
  private var adam = Adam(rate: 0, beta1: 0.9, beta2: 0.999)

  /// Creates a tuning that begins with the weights of a generator.
  ///
  /// - Parameters:
  ///   - generator: a generator of the volume model, with weights in single or double precision.
  ///   - wplus: the latents that the portrait keeps, `[1, rows, L]`.
  ///   - pose: the pose that the portrait keeps.
  ///   - image: the portrait to reproduce, `[3, S, S]`, −1 … 1.
  ///   - mask: its mask, one-hot · 2 − 1, `[K, S, S]`; nil if it is not known.
  ///   - options: the settings of the tuning.
  public init(
    _ generator: Generator, wplus: Tensor, pose: CameraPose, image: Tensor, mask: Tensor?,
    _ options: Options = Options()
  ) {
    let model = generator.configuration
    require(
      model.kind == .lifted, "PivotalTuning: the generator's kind is \(model.kind), expected lifted"
    )
    requireShape(
      wplus, [1, generator.factorization.rows, model.latentWidth], "wplus", axes: "[1, rows, L]")
    (original, self.wplus, self.pose, self.options) = (generator, wplus, pose, options)
    target = InversionTarget(image: image, mask: mask, of: model)
    poses = Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: generator.scalarType)
    trained = ParameterPlan.generator(model).entries.filter(\.isTrained).map(\.name)
      .filter { !$0.hasPrefix(Self.mappingPrefix) }
    parameters = generator.parameters
    best = (.infinity, generator.parameters)
  }

  /// The beginning of the names of the mapping network's weights.
  private static let mappingPrefix = "style."
  /// The stream of the locality term's random numbers; streams below 256 do not belong to training.
  private static let stream: UInt64 = 80

  /// The generator with the smallest loss so far, without the locality term, whose portraits are random.
  public var generator: Generator { Generator(original.configuration, best.parameters) }

  /// Makes one step, with the learning rate's schedule of ``Inversion``.
  ///
  /// - Throws: `TrainingError` if the loss is not finite.
  /// - Returns: the loss before the step.
  @discardableResult
  public mutating func step() throws -> Inversion.Loss {
    try Parallel.withoutSubnormals {
      var tracked = parameters
      for name in trained { tracked.tensors[name] = parameters[name].tracked(as: name) }
      let (total, image, mask) = loss(of: Generator(original.configuration, tracked))
      let loss = Inversion.Loss(image: image.item, mask: mask?.item, total: total.item)
      guard loss.total.isFinite else {
        throw TrainingError(
          "tuning, iteration \(losses.count): the loss is not finite; "
            + (losses.isEmpty
              ? "check the generator's weights" : "use a learning rate below \(options.rate)"))
      }
      let own = loss.image + options.maskWeight * (loss.mask ?? 0)
      if own < best.loss { best = (own, parameters) }
      let gradients = try gradients(of: total, withRespectTo: tracked.tensors)
      adam.rate =
        options.rate * Inversion.share(ofRateAt: losses.count, of: options.iterations)
      parameters = adam.updated(parameters, with: gradients)
      losses.append(loss)
      return loss
    }
  }

  /// Returns L and its first two terms.
  func loss(of generator: Generator) -> (total: Tensor, image: Tensor, mask: Tensor?) {
    let (image, mask) = target.errors(of: generator(wplus: wplus, poses: poses))
    var total = image
    if let mask { total = total + mask * options.maskWeight }
    if options.localityWeight > 0 {
      total = total + locality(of: generator) * options.localityWeight
    }
    return (total, image, mask)
  }

  /// Returns the mean squared difference that tuning makes to a random portrait near the pivot.
  ///
  /// Every step has a stream of its own, so the numbers do not depend on earlier steps.
  private func locality(of generator: Generator) -> Tensor {
    var numbers = RandomNumbers(
      seed: options.seed, stream: UInt64(losses.count + 1) << 8 | Self.stream)
    let type = wplus.scalarType
    let z = numbers.normal([1, original.configuration.latentWidth], type)
    let share = numbers.uniform([], type)
    let poses = original.configuration.camera.drawPoses(1, &numbers, type)
    let (neighbor, wanted) = withoutGradients {
      let random = original.factorization.wplus(from: original.mapped(z))
      let neighbor = wplus + (random - wplus) * share
      return (neighbor, original(wplus: neighbor, poses: poses).image)
    }
    return (generator(wplus: neighbor, poses: poses).image - wanted).squared().mean()
  }
}
