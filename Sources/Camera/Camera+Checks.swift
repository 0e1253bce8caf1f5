import Foundation

extension Camera {
  /// The number of standard deviations beyond which a pose hardly occurs in training: three poses in a
  /// thousand lie outside, for each angle.
  public static let usualDeviations = 3.0

  /// The yaws within three standard deviations of training, in radians.
  public var usualYaws: ClosedRange<Double> { Self.usual(yawMean, yawDeviation) }

  /// The pitches within three standard deviations of training, in radians.
  public var usualPitches: ClosedRange<Double> { Self.usual(pitchMean, pitchDeviation) }

  private static func usual(_ mean: Double, _ deviation: Double) -> ClosedRange<Double> {
    // A pose at the very border, or at a mean without a deviation, is not beyond it.
    let reach = usualDeviations * deviation + 1e-9
    return mean - reach...mean + reach
  }

  /// Returns the share of the coarse samples that lie inside a world box, over the rays of a pose.
  ///
  /// - Parameters:
  ///   - samples: the number of samples on a ray, evenly spaced from ``near`` to ``far``.
  ///   - box: the box.
  ///   - pose: the pose of the camera.
  ///   - size: the number of rows and columns of rays, 2 or more.
  /// - Returns: 0 … 1; 0 if the rays miss the box or all their samples lie before or behind it.
  public func shareOfSamples(
    _ samples: Int, inside box: VolumeBox, from pose: CameraPose, size: Int
  ) -> Double {
    let frame = frame(at: pose)
    let step = (far - near) / Double(max(1, samples - 1))
    var inside = 0
    for ray in 0..<size * size {
      let ray = pixelRay(row: ray / size, column: ray % size, size: size, from: frame)
      for sample in 0..<samples {
        let point = ray.point(at: near + Double(sample) * step)
        if (0..<3).allSatisfy({ box.min[$0] <= point[$0] && point[$0] <= box.max[$0] }) {
          inside += 1
        }
      }
    }
    return Double(inside) / Double(size * size * samples)
  }
}
