import Foundation

/// The camera's fixed properties and the distribution its poses are drawn from.
///
/// Paper §3.4: yaw and pitch are normal around π/2 with the deviations below. The rest is VolumeGAN's,
/// which the paper builds on: a sphere around the origin, a look at the origin, radius, field of view,
/// near and far. The field of view is the full angle from edge to edge of the square image: the
/// outermost pixel *centres* lie on its border (see ``ray(x:y:from:)``).
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
/// Departure from the paper: none from what it says. Open choices: what it does not say is
/// VolumeGAN's, as the table has it; it draws no axes, ours are those of `Docs/Camera.md`.
/// PaperNotes 9.
public struct Camera: Sendable, Equatable {
  /// The distance from the origin to the camera, in world units.
  public var radius: Double
  /// The full angle between opposite image borders, in degrees.
  public var fieldOfView: Double
  /// The distance along the unit ray of its first sample, in world units.
  public var near: Double
  /// The distance along the unit ray of its last sample, in world units.
  public var far: Double
  /// The mean yaw, in radians; π/2 is frontal.
  public var yawMean: Double
  /// The mean pitch, in radians; π/2 is at the height of the origin.
  public var pitchMean: Double
  /// The standard deviation of the yaw, in radians.
  public var yawDeviation: Double
  /// The standard deviation of the pitch, in radians.
  public var pitchDeviation: Double

  /// A camera; every value left out is the default of the table above.
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

  /// The pose in the middle of the distribution: frontal unless the means were changed.
  public var meanPose: CameraPose { CameraPose(yaw: yawMean, pitch: pitchMean) }

  /// The tangent of half the field of view: half the image's width at distance 1 from the camera.
  public var halfExtent: Double { tan(fieldOfView * .pi / 360) }

  /// What is wrong with these values, as a field name and a sentence, or nothing.
  public var flaw: (field: String, complaint: String)? {
    let numbers: [(String, Double)] = [
      ("radius", radius), ("fov", fieldOfView), ("near", near), ("far", far),
      ("yawMean", yawMean), ("pitchMean", pitchMean), ("yawDeviation", yawDeviation),
      ("pitchDeviation", pitchDeviation),
    ]
    // Squares of lengths must stay numbers of single precision.
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

extension Camera: Codable {
  /// The JSON keys of the configuration's field `camera`.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case radius
    case fieldOfView = "fov"
    case near, far, yawMean, pitchMean, yawDeviation, pitchDeviation
  }

  /// Reads the JSON object `camera`: a missing key is the default, an unknown one an error.
  public init(from decoder: any Decoder) throws {
    try rejectUnknownKeys(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let standard = Camera()
    func value(_ key: CodingKeys, _ fallback: Double) throws -> Double {
      try values.decodeIfPresent(Double.self, forKey: key) ?? fallback
    }
    self.init(
      radius: try value(.radius, standard.radius),
      fieldOfView: try value(.fieldOfView, standard.fieldOfView),
      near: try value(.near, standard.near), far: try value(.far, standard.far),
      yawMean: try value(.yawMean, standard.yawMean),
      pitchMean: try value(.pitchMean, standard.pitchMean),
      yawDeviation: try value(.yawDeviation, standard.yawDeviation),
      pitchDeviation: try value(.pitchDeviation, standard.pitchDeviation))
    if let flaw {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [AnyKey(flaw.field)],
          debugDescription: "\(flaw.field) \(flaw.complaint)"))
    }
  }
}
