import Foundation

/// The position of the camera on its sphere, as two angles in radians.
///
/// (π/2, π/2) is the frontal pose. A larger yaw moves the camera towards −x (the left of the
/// frontal image). A smaller pitch moves the camera up.
public struct CameraPose: Sendable, Equatable, Codable {
  /// The distance, in radians, that the pitch keeps from the poles, where the up vector is undefined.
  public static let pitchMargin = 1e-5

  /// The pose of the frontal camera.
  public static let frontal = CameraPose(yaw: .pi / 2, pitch: .pi / 2)

  /// The angle in the horizontal plane, from +x towards +z; π/2 is frontal.
  public let yaw: Double
  /// The angle from the vertical axis +y, in [1e-5, π − 1e-5]; π/2 is at the height of the origin.
  public let pitch: Double

  /// Creates a pose; the pitch is clamped to [1e-5, π − 1e-5].
  public init(yaw: Double, pitch: Double) {
    self.yaw = yaw
    self.pitch = min(max(pitch, Self.pitchMargin), .pi - Self.pitchMargin)
  }

  /// Creates a pose by turning the frontal pose by two angles.
  ///
  /// - Parameters:
  ///   - turnedLeft: the angle in radians by which the camera moves towards −x (the left of the
  ///     frontal image).
  ///   - raised: the angle in radians by which the camera moves up.
  public init(turnedLeft: Double, raised: Double = 0) {
    self.init(yaw: .pi / 2 + turnedLeft, pitch: .pi / 2 - raised)
  }

  /// Reads the two angles and clamps the pitch.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      yaw: try values.decode(Double.self, forKey: .yaw),
      pitch: try values.decode(Double.self, forKey: .pitch))
  }

  /// The unit vector from the origin to the camera: (sin p cos y, cos p, sin p sin y).
  public var direction: Vector {
    Vector(sin(pitch) * cos(yaw), cos(pitch), sin(pitch) * sin(yaw))
  }
}

/// A camera placed in the world: its position and three unit axes.
///
/// The axes are those of OpenGL: the camera looks along −`backward`, and
/// `right × up = backward`.
public struct CameraFrame: Sendable, Equatable {
  /// The position of the camera, in world units.
  public let position: Vector
  /// The direction of increasing columns, a unit vector; always horizontal.
  public let right: Vector
  /// The direction of decreasing rows, a unit vector.
  public let up: Vector
  /// The direction from the origin to the camera, a unit vector.
  public let backward: Vector

  /// Creates the frame of a camera at `pose` on a sphere of `radius`, looking at the origin.
  public init(pose: CameraPose, radius: Double) {
    backward = pose.direction
    position = radius * backward
    // The world's up is never parallel to backward, because the pitch stays away from the poles.
    right = Vector(0, 1, 0).cross(backward).normalized
    up = backward.cross(right)
  }
}
