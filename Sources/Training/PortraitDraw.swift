import Camera
import Datasets
import MaskSoftmax
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import VolumeRendering

/// The random numbers behind one batch of generated portraits: latents, cameras, jitter, noise.
public struct PortraitDraw: Sendable {
  /// Two latents for each portrait, the second for style mixing, `[B, L]` each.
  public let z: (first: Tensor, second: Tensor)
  /// The case of each part in style mixing, 0 … 2, int32, `[B, K]`; nil if the batch is not mixed.
  public let choices: Tensor?
  /// Yaw and pitch, `[B, 2]`, radians.
  public let poses: Tensor
  /// The random numbers that move the samples.
  public let jitter: VolumeRenderer.Jitter
  /// The render net's noise, one map for each image and layer; nil to use the stored maps.
  public let noise: [Tensor]?

  /// The probability that a batch is mixed from two latents.
  public static let mixingProbability = 0.3

  /// Draws the numbers of `count` portraits.
  ///
  /// - Parameters:
  ///   - model: the configuration of the generator.
  ///   - count: the number of portraits.
  ///   - numbers: the source of the random numbers.
  ///   - options: the probability of mixing, and whether noise is drawn.
  ///   - pool: the poses of real pictures to draw from; nil for the camera's normal distributions.
  public init(
    _ model: Configuration, count: Int, _ numbers: inout RandomNumbers,
    _ options: TrainingOptions = .standard, poses pool: PosePool? = nil
  ) {
    let rays = model.coarseSize * model.coarseSize
    z = (numbers.normal([count, model.latentWidth]), numbers.normal([count, model.latentWidth]))
    let isMixed = numbers.uniform([]).scalars[0] < options.mixingProbability
    let drawn = numbers.integers([count, model.parts], below: 3)
    choices = isMixed ? drawn : nil
    if let pool {
      poses = pool.drawPoses(count, &numbers)
    } else {
      poses = model.camera.drawPoses(count, &numbers)
    }
    jitter = VolumeRenderer.Jitter(
      coarse: numbers.uniform([count, rays, model.samples]),
      importance: numbers.uniform([count, rays, model.importanceSamples]))
    let renderNet = RenderNet(
      Parameters(), minFeatureSize: model.minFeatureSize, imageSize: model.imageSize)
    noise =
      options.noise ? renderNet.noiseSizes.map { numbers.normal([count, 1, $0, $0]) } : nil
  }

  /// Returns the latents of every layer, mixed if this batch is mixed: `[B, K · layers, L]`.
  public func expandedLatents(of generator: Generator) -> Tensor {
    latents(of: generator).expanded
  }

  /// Returns all latents of the batch, from z to a row for every layer; z and w are the first ones.
  public func latents(of generator: Generator) -> PortraitLatents {
    let w = generator.mapped(z.first)
    let wplus =
      choices.map { generator.factorization.mixed(w, generator.mapped(z.second), choices: $0) }
      ?? generator.factorization.wplus(from: w)
    return PortraitLatents(
      z: z.first, w: w, wplus: wplus, expanded: generator.expandedLatents(wplus: wplus))
  }

  /// Returns the options with which these portraits are rendered.
  public func options(_ weighting: MaskWeighting) -> Generator.Options {
    var options = Generator.Options()
    options.maskWeighting = weighting
    options.jitter = jitter
    options.noise = noise.map { .maps($0) } ?? .buffers
    return options
  }
}
