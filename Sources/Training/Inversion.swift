import Camera
import Foundation
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// Finds a portrait that exists among those that a generator can make: its W⁺, and where it is seen from.
///
/// The generator's weights stay as they are. In units of the deviations that latents and poses have,
/// W⁺ = w̄ + σ ⊙ u with a u for every row, and pose = mean + deviation ⊙ v, Adam looks for the least
///
///     L = ⅓ Σₛ mean (x̂ₛ − xₛ)² + λ_m · mean Σₖ (m̂ₖ − mₖ)²/4 + λ_w · mean u² + λ_p · mean v²
///
/// where x̂ₛ is the portrait at its size, at half and at a quarter of it, so that what is far off is found
/// too; the mask counts where there is one, and a pixel of a wrong class counts about 2. The paper has no
/// such thing; SemanticStyleGAN's program looks for W⁺ from w̄ as well, by a distance over features of a
/// network for photographs in place of the coarser sizes, and has no pose.
public struct Inversion: Sendable {
  /// How the search is made.
  public struct Options: Sendable {
    /// Steps of Adam.
    public var iterations = 300
    /// The largest size of a step, in deviations.
    public var rate = 0.05
    /// λ_m, what the mask counts beside the image.
    public var maskWeight = 0.2
    /// λ_w, what holds latents where the mapping network puts them.
    public var latentWeight = 0.003
    /// λ_p, what holds the pose where portraits of training are seen from.
    public var poseWeight = 0.003
    /// Where the portrait is seen from, if that is known; else it is looked for.
    public var pose: CameraPose?

    /// The options given here.
    public init() {}
  }

  /// The parts of L, and L itself.
  public struct Loss: Sendable {
    /// ⅓ Σₛ mean (x̂ₛ − xₛ)², colours −1 … 1.
    public let image: Double
    /// mean Σₖ (m̂ₖ − mₖ)²/4; nil without a mask.
    public let mask: Double?
    /// L.
    public let total: Double
  }

  /// Who looks.
  public let generator: Generator
  /// How.
  public let options: Options
  /// The loss before every step that was made.
  public private(set) var losses: [Loss] = []

  private let image: Tensor
  private let mask: Tensor?
  private let mean: Tensor
  private let deviation: Tensor
  /// u, `[1, rows, L]`, and v, `[1, 2]`, where the search stands.
  private(set) var found: Parameters
  /// The same where the loss was least, and that loss.
  private var best: (loss: Double, variables: Parameters)
  private var adam = Adam(rate: 0, beta1: 0.9, beta2: 0.999)

  static let (latentName, poseName) = ("latents", "pose")

  /// Begins at the mean latent, seen from where it looks most like the portrait.
  ///
  /// - Parameters:
  ///   - generator: of volumes; its weights in single or double precision.
  ///   - image: the portrait, `[3, S, S]`, −1 … 1.
  ///   - mask: its parts, one-hot · 2 − 1, `[K, S, S]`; nil where they are not known.
  ///   - options: how.
  public init(_ generator: Generator, image: Tensor, mask: Tensor?, _ options: Options = Options())
  {
    let (model, size) = (generator.configuration, generator.configuration.imageSize)
    require(model.rendering == .volume, "Inversion: the generator is flat, expected volumes")
    requireShape(image, [3, size, size], "image", axes: "[3, S, S]")
    if let mask { requireShape(mask, [model.parts, size, size], "mask", axes: "[K, S, S]") }
    self.generator = generator
    self.options = options
    self.image = image.unsqueezed(axis: 0)
    self.mask = mask?.unsqueezed(axis: 0)
    let center = generator.meanLatent()
    let type = generator.scalarType
    (mean, deviation) = (
      center.cast(to: type), generator.latentDeviation(around: center).cast(to: type)
    )
    let rows = generator.factorization.rows
    found = Parameters([Self.latentName: .zeros([1, rows, model.latentWidth], type)])
    best = (.infinity, found)
    found.tensors[Self.poseName] = units(options.pose ?? likeliestPose())
    best.variables = found
  }

  /// Yaw and pitch in deviations from the mean pose, `[1, 2]`.
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

  /// A deviation to count in; where training turns nothing, a tenth of a radian.
  private static func width(_ deviation: Double) -> Double { deviation > 0 ? deviation : 0.1 }

  /// Of a few poses to both sides the one from which the mean face looks most like the portrait.
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

  /// W⁺ with the least loss so far, `[1, rows, L]`.
  public var wplus: Tensor { wplus(of: best.variables).detached() }

  /// Where the portrait is seen from with the least loss so far.
  public var pose: CameraPose {
    let angles = poses(of: best.variables).scalars
    return CameraPose(yaw: angles[0], pitch: angles[1])
  }

  private func wplus(of variables: Parameters) -> Tensor {
    mean + deviation * variables[Self.latentName]
  }

  private func poses(of variables: Parameters) -> Tensor {
    let camera = generator.configuration.camera
    let means = Tensor([1, 2], [camera.yawMean, camera.pitchMean])
    let widths = Tensor([1, 2], [camera.yawDeviation, camera.pitchDeviation].map(Self.width))
    let type = mean.scalarType
    return means.cast(to: type) + widths.cast(to: type) * variables[Self.poseName]
  }

  /// L and its parts.
  func loss(of variables: Parameters) -> (total: Tensor, image: Tensor, mask: Tensor?) {
    let made = generator(
      wplus: wplus(of: variables), poses: poses(of: variables))
    let picture = Tensor.stacked(
      blocks.map { (made.image.averagePooled($0) - image.averagePooled($0)).squared().mean() }
    ).mean()
    let wrong = mask.map { (made.mask - $0).squared().sum(axes: [1]).mean() * 0.25 }
    var total =
      picture + variables[Self.latentName].squared().mean() * options.latentWeight
      + variables[Self.poseName].squared().mean() * options.poseWeight
    if let wrong { total = total + wrong * options.maskWeight }
    return (total, picture, wrong)
  }

  /// Sides of the blocks of pixels that are compared: those of 1, 2 and 4 that tile the portrait.
  private var blocks: [Int] { [1, 2, 4].filter(generator.configuration.imageSize.isMultiple) }

  /// One step: the rate rises over the first twentieth of the iterations and falls over the last quarter
  /// along a cosine, as in SemanticStyleGAN's program.
  ///
  /// - Throws: `TrainingError` when the loss is no longer finite.
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
              ? "look at the generator's weights" : "take a smaller rate than \(options.rate)"))
      }
      if loss.total < best.loss { best = (loss.total, found) }
      // A pose that is known stays.
      let names = options.pose == nil ? [Self.latentName, Self.poseName] : [Self.latentName]
      let gradients = try gradients(of: total, withRespectTo: names.map { tracked[$0] })
      let place = Double(losses.count) / Double(max(1, options.iterations))
      let falling = place > 0.75 ? 0.5 + 0.5 * cos(.pi * (place - 0.75) / 0.25) : 1
      adam.rate = options.rate * min(1, place / 0.05 + 1e-3, max(falling, 1e-3))
      found = adam.updated(found, with: Dictionary(uniqueKeysWithValues: zip(names, gradients)))
      losses.append(loss)
      return loss
    }
  }
}
