import Camera
import Foundation

/// One visible eye: a lens lying in the almond-shaped opening of the lids, lashes included.
final class EyeShape: PartShape {
  let bounds: Bounds
  var isMirrored: Bool { true }
  var stride: Double { 0.85 }
  private let face: FaceShape
  private let eyes: PortraitParameters.Eyes
  private let iris: RGB
  private let white = RGB(0.90, 0.90, 0.91)

  /// How far the middle of the lens protrudes from the socket, in world units.
  private static let bulge = 0.0042

  init(_ portrait: PortraitParameters, face: FaceShape) {
    self.face = face
    eyes = portrait.eyes
    iris = linearLight(portrait.eyes.color)
    let front = face.surface(eyes.spacing, eyes.height)
    let (w, h) = (eyes.width * 1.15, eyes.opening + abs(eyes.tilt) + eyes.lashes + 0.002)
    bounds = Bounds(
      Vector(eyes.spacing - w, eyes.height - h, front - 0.022),
      Vector(eyes.spacing + w, eyes.height + h, front + 0.014))
  }

  /// Returns a point's position along the eye and its distances below the upper and above the lower lid.
  @inline(__always)
  private func lids(_ point: Vector) -> (along: Double, upper: Double, lower: Double) {
    let along = (point.x - eyes.spacing) / eyes.width
    let y = point.y - eyes.height - eyes.tilt * along
    let arc = 1 - along * along
    // The upper lid is highest slightly towards the nose; the lower lid is lowest slightly towards
    // the ear.
    let upper = eyes.opening * arc * (1 - 0.18 * along) - y
    let lower = y + 0.62 * eyes.opening * arc * (1 + 0.15 * along)
    return (along, upper, lower)
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let (along, upper, lower) = lids(point)
    // The opening; lashes lie on its upper edge, so it is wider there by their thickness.
    let outside = max(-(upper + eyes.lashes), -lower)
    if outside > 0.004 { return 0.75 * outside }
    let radial = min(max(1 - along * along, 0), 1)
    let lens = 0.0008 + Self.bulge * radial
    return max(face.distance(point) - lens, 0.75 * outside)
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let (along, upper, lower) = lids(point)
    let x = point.x - eyes.spacing - eyes.gaze.x
    let y = point.y - eyes.height - 0.12 * eyes.opening - eyes.gaze.y
    let radius = (x * x + y * y).squareRoot() / eyes.iris
    var color = white * mix(0.78, 1, ramp(1, 0.5, abs(along)))
    if radius < 1.06 {
      let rim = ramp(0.72, 1.0, radius)
      // Light gathers in the lower half of an iris.
      let glow = 1 + 0.9 * ramp(0.2, -0.9, y / eyes.iris)
      var disc = mix(iris * glow, iris * 0.25, rim)
      disc = mix(RGB(0.012, 0.010, 0.010), disc, ramp(0.40, 0.50, radius))
      color = mix(disc, color, ramp(0.96, 1.06, radius))
    }
    // The upper lid's shadow, then its line of lashes; a faint line below.
    color *= mix(0.45, 1, ramp(0, 0.0042, upper))
    color = mix(RGB(0.018, 0.013, 0.012), color, ramp(0.0, 0.0006, upper))
    return color * mix(0.45, 1, ramp(0, 0.0010, lower))
  }

  /// Returns the reflection on the moist surface: one large and one small highlight, 0 … 1.
  func highlight(_ point: Vector, towards side: Double) -> Double {
    let (_, upper, _) = lids(point)
    let x = point.x - eyes.spacing - eyes.gaze.x
    let y = point.y - eyes.height - 0.12 * eyes.opening - eyes.gaze.y
    let large = hypot(x - 0.34 * eyes.iris * side, y - 0.36 * eyes.iris) / eyes.iris
    let small = hypot(x + 0.34 * eyes.iris * side, y + 0.38 * eyes.iris) / eyes.iris
    return max(ramp(0.30, 0.20, large), 0.5 * ramp(0.17, 0.09, small)) * ramp(0, 0.0008, upper)
  }
}
