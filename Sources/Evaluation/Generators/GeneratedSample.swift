import Camera
import Datasets
import ModelConfiguration
import Networks
import PortraitModel
import Tensors

/// The random streams that evaluation draws from.
///
/// Streams below 64 belong to weights and latents. Training uses the streams from 256 on.
enum EvaluationStream {
  static let latents: UInt64 = 64
  static let poses: UInt64 = 65
  static let pairs: UInt64 = 66
  static let donors: UInt64 = 67
}

/// The portraits of a generator that are measured.
///
/// A seed gives the same latents and poses, whatever the weights and the batch size.
public struct GeneratedSample: Sendable {
  /// The generator of the portraits.
  public let generator: Generator
  /// The number of portraits.
  public let count: Int
  private let z: Tensor
  private let poses: Tensor
  private let options: Generator.Options

  /// Creates a sample with the portraits of a seed.
  ///
  /// - Parameters:
  ///   - generator: a model of any kind.
  ///   - count: the number of portraits, 1 or more.
  ///   - seed: the random seed of the portraits.
  ///   - pool: the poses of real pictures to draw from; nil for the camera's normal distributions.
  public init(_ generator: Generator, count: Int, seed: UInt64, poses pool: PosePool? = nil) {
    require(count > 0, "GeneratedSample: count is \(count), expected 1 or more")
    self.generator = generator
    self.count = count
    let model = generator.configuration
    var latents = RandomNumbers(seed: seed, stream: EvaluationStream.latents)
    z = latents.normal([count, model.latentWidth])
    var cameras = RandomNumbers(seed: seed, stream: EvaluationStream.poses)
    if let pool {
      poses = pool.drawPoses(count, &cameras)
    } else {
      poses = model.camera.drawPoses(count, &cameras)
    }
    options = .evaluation(model)
  }

  /// Prepares some of the portraits, see `PortraitSubject`.
  ///
  /// - Parameter range: the indices of the portraits, within 0 ..< `count`.
  /// - Returns: the portraits, which can be rendered from any pose.
  public func portraits(_ range: Range<Int>) -> Portraits {
    require(
      !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= count,
      "portraits(_:): range is \(range), expected some of 0 ..< \(count)")
    return withoutGradients {
      let z = z.sliced(axis: 0, from: range.lowerBound, length: range.count)
      let subject = PortraitSubject(
        generator, expandedLatents: generator.expandedLatents(z: z))
      return Portraits(
        subject: subject, options: options,
        poses: poses.sliced(axis: 0, from: range.lowerBound, length: range.count))
    }
  }

  /// Some portraits of a sample, which can be rendered from any pose.
  public struct Portraits: Sendable {
    let subject: PortraitSubject
    let options: Generator.Options
    let poses: Tensor

    /// Renders pictures and masks from the poses that were drawn for these portraits.
    ///
    /// - Returns: images `[B, 3, S, S]`, clamped to −1 … 1 as in image files, and the classes of the
    ///   final mask, `[B, S, S]`, int32.
    public func drawn() -> (images: Tensor, labels: Tensor) {
      withoutGradients {
        let made = subject.made(from: poses, options: options)
        return (made.image.clamped(-1, 1), made.mask.argmax(axis: 1))
      }
    }

    /// Renders all portraits from one pose, with their normalized depths; empty for a flat model.
    public func seen(from pose: CameraPose) -> [SeenPortrait] {
      withoutGradients {
        let (model, batch) = (subject.generator.configuration, poses.shape[0])
        let angles = Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: poses.scalarType)
        let made = subject.made(from: angles.broadcast(to: [batch, 2]), options: options)
        guard let view = made.view else { return [] }
        let (weights, map) = (
          view.ray.renderingWeights, [batch, model.coarseSize, model.coarseSize]
        )
        let distances = subject.generator.renderer(options).volumeWeights
          .normalizedDepth(weights, at: view.rayDepths).reshaped(map)
        let last = weights.sliced(axis: -1, from: weights.shape[2] - 1, length: 1)
        let lastShares = (last.reshaped(map) / weights.sum(axes: [-1]).reshaped(map))
        let (images, labels) = ((made.image + 1) * 0.5, made.mask.argmax(axis: 1))
        return (0..<batch).map { index in
          SeenPortrait(
            image: images[index], labels: labels[index],
            distances: distances[index], lastShares: lastShares[index],
            camera: model.camera, pose: pose)
        }
      }
    }
  }
}

extension Camera {
  /// The turns of the camera in evaluation, towards the left of the frontal image, in radians.
  public static let evaluationTurns = [-0.6, -0.3, 0.3, 0.6]

  /// Returns the mean pose, turned by an angle in radians towards the left of the frontal image.
  func pose(turnedBy turn: Double) -> CameraPose {
    CameraPose(yaw: yawMean + turn, pitch: pitchMean)
  }
}
