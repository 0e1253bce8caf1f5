import Foundation

/// Where on its sphere the camera sits: two angles, in radians.
///
/// (π/2, π/2) is the frontal pose. A larger yaw moves the camera towards −x (the left of the
/// frontal image), a smaller pitch moves it up.
public struct CameraPose: Sendable, Equatable, Codable {
  /// The pitches at which the camera would look straight down or up and lose its upright are cut
  /// off by this much, in radians.
  public static let pitchMargin = 1e-5

  /// The pose of the frontal camera.
  public static let frontal = CameraPose(yaw: .pi / 2, pitch: .pi / 2)

  /// The angle in the horizontal plane, from +x over +z; π/2 is frontal.
  public let yaw: Double
  /// The angle from the vertical +y, within [1e-5, π − 1e-5]; π/2 is the height of the origin.
  public let pitch: Double

  /// A pose; the pitch is clamped to [1e-5, π − 1e-5].
  public init(yaw: Double, pitch: Double) {
    self.yaw = yaw
    self.pitch = min(max(pitch, Self.pitchMargin), .pi - Self.pitchMargin)
  }

  /// The frontal pose turned by two angles.
  ///
  /// - Parameters:
  ///   - turnedLeft: how far the camera goes towards −x (the left of the frontal image), radians.
  ///   - raised: how far the camera goes up, radians.
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
  /// Where the camera is, in world units.
  public let position: Vector
  /// The direction of growing columns, a unit vector; always horizontal.
  public let right: Vector
  /// The direction of shrinking rows, a unit vector.
  public let up: Vector
  /// The direction from the origin to the camera, a unit vector.
  public let backward: Vector

  /// The frame of a camera at `pose` on the sphere of `radius`, looking at the origin.
  public init(pose: CameraPose, radius: Double) {
    backward = pose.direction
    position = radius * backward
    // The world's up is never parallel to backward: the pitch keeps its margin from the poles.
    right = Vector(0, 1, 0).cross(backward).normalized
    up = backward.cross(right)
  }
}
