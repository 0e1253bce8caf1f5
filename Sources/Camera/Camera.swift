import Foundation

/// The camera's fixed properties and the distribution its poses are drawn from.
///
/// Paper §3.4: yaw and pitch are normally distributed around π/2, with the standard deviations
/// below. Everything else follows VolumeGAN, on which the paper builds: the camera sits on a sphere
/// around the origin and looks at the origin; radius, field of view, near and far have VolumeGAN's
/// values. The field of view is the full angle from edge to edge of the square image. The *centers*
/// of the outermost pixels lie on the border of the field of view (see ``ray(x:y:from:)``).
///
/// | JSON key         | Code             | Unit                 | Default | From      |
/// |------------------|------------------|----------------------|---------|-----------|
/// | `radius`         | `radius`         | world                | 1       | VolumeGAN |
/// | `fov`            | `fieldOfView`    | degrees, full angle  | 12      | VolumeGAN |
/// | `near`, `far`    | `near`, `far`    | world, along the ray | .8, 1.2 | VolumeGAN |
/// | `yawMean`        | `yawMean`        | radians              | π/2     | paper     |
/// | `pitchMean`      | `pitchMean`      | radians              | π/2     | paper     |
/// | `yawDeviation`   | `yawDeviation`   | radians              | .3      | paper     |
/// | `pitchDeviation` | `pitchDeviation` | radians              | .155    | paper     |
///
/// Departure from the paper: none. Open choices: values that the paper does not give are
/// VolumeGAN's, as the table shows. The paper does not draw the axes; `Docs/Camera.md` defines ours.
/// PaperNotes 9.
public struct Camera: Sendable, Equatable {
  /// The distance from the origin to the camera, in world units.
  public var radius: Double
  /// The full angle between opposite image borders, in degrees.
  public var fieldOfView: Double
  /// The distance of the first sample along the unit ray, in world units.
  public var near: Double
  /// The distance of the last sample along the unit ray, in world units.
  public var far: Double
  /// The mean yaw, in radians; π/2 is frontal.
  public var yawMean: Double
  /// The mean pitch, in radians; π/2 is at the height of the origin.
  public var pitchMean: Double
  /// The standard deviation of the yaw, in radians.
  public var yawDeviation: Double
  /// The standard deviation of the pitch, in radians.
  public var pitchDeviation: Double

  /// Creates a camera; arguments that are left out take the defaults of the table above.
  public init(
    radius: Double = 1, fieldOfView: Double = 12, near: Double = 0.8, far: Double = 1.2,
    yawMean: Double = .pi / 2, pitchMean: Double = .pi / 2,
    yawDeviation: Double = 0.3, pitchDeviation: Double = 0.155
  ) {
    self.radius = radius
    self.fieldOfView = fieldOfView
    self.near = near
    self.far = far
    self.yawMean = yawMean
    self.pitchMean = pitchMean
    self.yawDeviation = yawDeviation
    self.pitchDeviation = pitchDeviation
  }

  /// The mean pose of the distribution; it is frontal unless the means were changed.
  public var meanPose: CameraPose { CameraPose(yaw: yawMean, pitch: pitchMean) }

  /// The tangent of half the field of view: half the image's width at distance 1 from the camera.
  public var halfExtent: Double { tan(fieldOfView * .pi / 360) }

  /// The first invalid field and its problem, or nil if all values are valid.
  public var flaw: (field: String, complaint: String)? {
    let numbers: [(String, Double)] = [
      ("radius", radius), ("fov", fieldOfView), ("near", near), ("far", far),
      ("yawMean", yawMean), ("pitchMean", pitchMean), ("yawDeviation", yawDeviation),
      ("pitchDeviation", pitchDeviation),
    ]
    // Squares of lengths must be finite in single precision.
    for (field, value) in numbers where !(value.magnitude <= 1e9) {
      return (field, "is \(value), expected a number from -1e9 to 1e9")
    }
    if radius <= 0 { return ("radius", "is \(radius), expected more than 0") }
    if fieldOfView <= 0 || fieldOfView >= 180 {
      return ("fov", "is \(fieldOfView), expected degrees between 0 and 180")
    }
    if near < 0 { return ("near", "is \(near), expected 0 or more") }
    if far <= near { return ("far", "is \(far), expected more than near (\(near))") }
    if yawDeviation < 0 { return ("yawDeviation", "is \(yawDeviation), expected 0 or more") }
    if pitchDeviation < 0 { return ("pitchDeviation", "is \(pitchDeviation), expected 0 or more") }
    return nil
  }
}

// Decoding requires every key and does not check values. `FieldReader` adds missing keys and checks
// `flaw`.
extension Camera: Codable {
  /// The JSON keys.
  package enum CodingKeys: String, CodingKey, CaseIterable {
    case radius
    case fieldOfView = "fov"
    case near, far, yawMean, pitchMean, yawDeviation, pitchDeviation
  }
}
