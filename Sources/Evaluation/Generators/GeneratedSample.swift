import Camera
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// Which streams of a seed's random numbers evaluation draws from; below 32 are weights and
/// latents, from 256 on training.
enum EvaluationStream {
  static let latents: UInt64 = 64
  static let poses: UInt64 = 65
  static let pairs: UInt64 = 66
}

/// Portraits of a generator as they are measured: the same latents and poses for a seed, whatever
/// the weights and however many are made at once.
public struct GeneratedSample: Sendable {
  /// Whose portraits.
  public let generator: Generator
  /// How many.
  public let count: Int
  private let z: Tensor
  private let poses: Tensor
  private let options: Generator.Options

  /// The portraits of a seed.
  ///
  /// - Parameters:
  ///   - generator: a model with a volume.
  ///   - count: how many, 1 or more.
  ///   - seed: which ones.
  public init(_ generator: Generator, count: Int, seed: UInt64) {
    require(count > 0, "GeneratedSample: count is \(count), expected 1 or more")
    self.generator = generator
    self.count = count
    let model = generator.model
    var latents = RandomNumbers(seed: seed, stream: EvaluationStream.latents)
    z = latents.normal([count, model.latentWidth])
    var cameras = RandomNumbers(seed: seed, stream: EvaluationStream.poses)
    poses = model.camera.drawPoses(count, &cameras)
    var options = Generator.Options()
    options.samples = (model.evaluationSamples, model.evaluationImportanceSamples)
    self.options = options
  }

  /// Some of the portraits, all that does not depend on the camera.
  ///
  /// - Parameter range: which, within 0 ..< `count`.
  /// - Returns: their maps.
  public func portraits(_ range: Range<Int>) -> Portraits {
    require(
      !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= count,
      "portraits(_:): range is \(range), expected some of 0 ..< \(count)")
    return withoutGradients {
      let latents = generator.latents
      let w = generator.mapped(z.sliced(0, from: range.lowerBound, length: range.count))
      let maps = generator.maps(of: latents.expanded(latents.wplus(from: w)))
      return Portraits(
        generator: generator, maps: maps, options: options,
        poses: poses.sliced(0, from: range.lowerBound, length: range.count))
    }
  }

  /// Some portraits, to be seen from wherever one likes.
  public struct Portraits: Sendable {
    let generator: Generator
    let maps: GeneratedMaps
    let options: Generator.Options
    let poses: Tensor

    /// Pictures and masks from the poses that were drawn for these portraits.
    ///
    /// - Returns: images `[B, 3, S, S]`, cut to −1 … 1 as files are, and the classes of the final
    ///   mask, `[B, S, S]`, int32.
    public func drawn() -> (images: Tensor, labels: Tensor) {
      withoutGradients {
        let made = generator.portraits(of: maps, from: poses, options: options)
        return (made.image.clamped(-1, 1), made.mask.argmax(1))
      }
    }

    /// All of them from one pose, with their normalised depths.
    public func seen(from pose: CameraPose) -> [SeenPortrait] {
      withoutGradients {
        let (model, batch) = (generator.model, poses.shape[0])
        let angles = Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: poses.scalarType)
        let made = generator.portraits(
          of: maps, from: angles.broadcast(to: [batch, 2]), options: options)
        let (weights, map) = (
          made.view.ray.renderingWeights, [batch, model.coarseSize, model.coarseSize]
        )
        let distances = generator.renderer(options).volumeWeights
          .normalizedDepth(weights, at: made.view.rayDepths).reshaped(map)
        let last = weights.sliced(-1, from: weights.shape[2] - 1, length: 1)
        let lastShares = (last.reshaped(map) / weights.sum([-1]).reshaped(map))
        let (images, labels) = ((made.image + 1) * 0.5, made.mask.argmax(1))
        return (0..<batch).map { index in
          SeenPortrait(
            image: images.at(0, index), labels: labels.at(0, index),
            distances: distances.at(0, index), lastShares: lastShares.at(0, index),
            camera: model.camera, pose: pose)
        }
      }
    }
  }
}

extension Camera {
  /// How far evaluation moves the camera towards the left of the frontal image, radians.
  public static let evaluationTurns = [-0.6, -0.3, 0.3, 0.6]

  /// The middle pose, moved so far to the left of the frontal image.
  func pose(turnedBy turn: Double) -> CameraPose {
    CameraPose(yaw: yawMean + turn, pitch: pitchMean)
  }
}
