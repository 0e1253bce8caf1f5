import Camera
import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// A search for the W⁺ and the camera pose with which a generator reproduces a given portrait.
///
/// The generator's weights stay fixed. The variables u and v are in units of standard deviations:
/// W⁺ = w̄ + σ ⊙ u with one u for every row, and pose = mean + deviation ⊙ v. Adam minimizes
///
///     L = ⅓ Σₛ mean (x̂ₛ − xₛ)² + λ_m · mean Σₖ (m̂ₖ − mₖ)²/4 + λ_w · mean u² + λ_p · mean v²
///
/// over u and v. The index s runs over three resolutions: the image's own, a half and a quarter of it.
/// The lower resolutions guide the search while it is still far from the portrait. The mask term is used
/// only if a mask is given; a pixel of a wrong class contributes about 2.
///
/// The paper has no inversion. SemanticStyleGAN's program also searches for W⁺ from w̄, but it compares
/// features of a network for photographs instead of lower resolutions, and it has no pose.
public struct Inversion: Sendable {
  /// The settings of a search.
  public struct Options: Sendable {
    /// The number of steps of Adam.
    public var iterations = 300
    /// The largest learning rate, in standard deviations.
    public var rate = 0.05
    /// The weight λ_m of the mask term.
    public var maskWeight = 0.2
    /// The weight λ_w of the term that keeps latents near the outputs of the mapping network.
    public var latentWeight = 0.003
    /// The weight λ_p of the term that keeps the pose near the poses of training.
    public var poseWeight = 0.003
    /// The pose of the portrait if it is known; nil to search for it.
    public var pose: CameraPose?

    /// Creates the default settings.
    public init() {}
  }

  /// The loss L and its terms.
  public struct Loss: Sendable {
    /// The image term ⅓ Σₛ mean (x̂ₛ − xₛ)², for colors −1 … 1.
    public let image: Double
    /// The mask term mean Σₖ (m̂ₖ − mₖ)²/4, before its weight; nil without a mask.
    public let mask: Double?
    /// The loss L.
    public let total: Double
  }

  /// The generator that is searched; its weights stay fixed.
  public let generator: Generator
  /// The settings of the search.
  public let options: Options
  /// The loss before each step made so far.
  public private(set) var losses: [Loss] = []

  private let target: InversionTarget
  private let space: LatentSpace
  private var mean: Tensor { space.mean }
  /// The current variables: u, `[1, rows, L]`, and v, `[1, 2]`.
  private(set) var found: Parameters
  /// The variables with the smallest loss so far, and that loss.
  private var best: (loss: Double, variables: Parameters)
  private var adam = Adam(rate: 0, beta1: 0.9, beta2: 0.999)

  static let (latentName, poseName) = ("latents", "pose")

  /// Creates a search that begins at the mean latent, with the pose from which it fits the portrait best.
  ///
  /// - Parameters:
  ///   - generator: a generator of the volume model, with weights in single or double precision.
  ///   - image: the portrait, `[3, S, S]`, −1 … 1.
  ///   - mask: the mask of the portrait, one-hot · 2 − 1, `[K, S, S]`; nil if it is not known.
  ///   - options: the settings of the search; a known pose is also the initial pose.
  public init(_ generator: Generator, image: Tensor, mask: Tensor?, _ options: Options = Options())
  {
    self.init(in: LatentSpace(generator), image: image, mask: mask, options)
  }

  /// Creates a search like `init(_:image:mask:_:)` in a latent space that several searches share.
  ///
  /// - Parameters:
  ///   - space: the generator with the mean and the deviation of its latents.
  ///   - image: the portrait, `[3, S, S]`, −1 … 1.
  ///   - mask: the mask of the portrait, one-hot · 2 − 1, `[K, S, S]`; nil if it is not known.
  ///   - options: the settings of the search; a known pose is also the initial pose.
  public init(
    in space: LatentSpace, image: Tensor, mask: Tensor?, _ options: Options = Options()
  ) {
    generator = space.generator
    self.space = space
    self.options = options
    target = InversionTarget(image: image, mask: mask, of: generator.configuration)
    let (rows, width) = (generator.factorization.rows, generator.configuration.latentWidth)
    found = Parameters([Self.latentName: .zeros([1, rows, width], space.mean.scalarType)])
    best = (.infinity, found)
    found.tensors[Self.poseName] = units(options.pose ?? likeliestPose())
    best.variables = found
  }

  /// Returns yaw and pitch in standard deviations from the mean pose, `[1, 2]`.
  private func units(_ pose: CameraPose) -> Tensor {
    let camera = generator.configuration.camera
    func unit(_ value: Double, _ mean: Double, _ deviation: Double) -> Double {
      (value - mean) / Self.width(deviation)
    }
    return Tensor(
      [1, 2],
      [
        unit(pose.yaw, camera.yawMean, camera.yawDeviation),
        unit(pose.pitch, camera.pitchMean, camera.pitchDeviation),
      ]
    ).cast(to: mean.scalarType)
  }

  /// Returns the unit of an angle: its standard deviation in training, or 0.1 radians if that is 0.
  private static func width(_ deviation: Double) -> Double { deviation > 0 ? deviation : 0.1 }

  /// Returns the pose, out of nine yaws, from which the mean face fits the portrait best.
  private func likeliestPose() -> CameraPose {
    let camera = generator.configuration.camera
    let poses = (-4...4).map { step in
      CameraPose(
        yaw: camera.yawMean + Double(step) / 2 * camera.yawDeviation, pitch: camera.pitchMean)
    }
    let losses = poses.map { pose in
      var variables = found
      variables.tensors[Self.poseName] = units(pose)
      return withoutGradients { loss(of: variables).total.item }
    }
    let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    return poses[best]
  }

  /// The W⁺ with the smallest loss so far, `[1, rows, L]`.
  public var wplus: Tensor { wplus(of: best.variables).detached() }

  /// The pose with the smallest loss so far.
  public var pose: CameraPose {
    let angles = poses(of: best.variables).scalars
    return CameraPose(yaw: angles[0], pitch: angles[1])
  }

  private func wplus(of variables: Parameters) -> Tensor {
    space.mean + space.deviation * variables[Self.latentName]
  }

  private func poses(of variables: Parameters) -> Tensor {
    let camera = generator.configuration.camera
    let means = Tensor([1, 2], [camera.yawMean, camera.pitchMean])
    let widths = Tensor([1, 2], [camera.yawDeviation, camera.pitchDeviation].map(Self.width))
    let type = mean.scalarType
    return means.cast(to: type) + widths.cast(to: type) * variables[Self.poseName]
  }

  /// Returns L and its terms.
  func loss(of variables: Parameters) -> (total: Tensor, image: Tensor, mask: Tensor?) {
    let made = generator(
      wplus: wplus(of: variables), poses: poses(of: variables))
    let (picture, wrong) = target.errors(of: made)
    var total =
      picture + variables[Self.latentName].squared().mean() * options.latentWeight
      + variables[Self.poseName].squared().mean() * options.poseWeight
    if let wrong { total = total + wrong * options.maskWeight }
    return (total, picture, wrong)
  }

  /// Returns the share of the largest learning rate for a step, 0.001 … 1.
  static func share(ofRateAt step: Int, of iterations: Int) -> Double {
    let place = Double(step) / Double(max(1, iterations))
    let falling = place > 0.75 ? 0.5 + 0.5 * cos(.pi * (place - 0.75) / 0.25) : 1
    return min(1, place / 0.05 + 1e-3, max(falling, 1e-3))
  }

  /// Makes one step.
  ///
  /// The learning rate rises over the first twentieth of the iterations and falls along a cosine over the
  /// last quarter, as in SemanticStyleGAN's program.
  ///
  /// - Throws: `TrainingError` if the loss is not finite.
  /// - Returns: the loss before the step.
  @discardableResult
  public mutating func step() throws -> Loss {
    try Parallel.withoutSubnormals {
      let tracked = found.tracked()
      let (total, image, mask) = loss(of: tracked)
      let loss = Loss(image: image.item, mask: mask?.item, total: total.item)
      guard loss.total.isFinite else {
        throw TrainingError(
          "iteration \(losses.count): the loss is not finite; "
            + (losses.isEmpty
              ? "check the generator's weights" : "use a learning rate below \(options.rate)"))
      }
      if loss.total < best.loss { best = (loss.total, found) }
      // A known pose stays fixed.
      let names = options.pose == nil ? [Self.latentName, Self.poseName] : [Self.latentName]
      let gradients = try gradients(of: total, withRespectTo: names.map { tracked[$0] })
      adam.rate = options.rate * Self.share(ofRateAt: losses.count, of: options.iterations)
      found = adam.updated(found, with: Dictionary(uniqueKeysWithValues: zip(names, gradients)))
      losses.append(loss)
      return loss
    }
  }
}
