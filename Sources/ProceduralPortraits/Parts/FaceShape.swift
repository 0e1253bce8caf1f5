import Camera
import Foundation

/// The head without nose, ears, hair and neck: skull, jaw, cheeks, chin, with sockets for the eyes.
final class FaceShape: PartShape {
  let bounds: Bounds
  let stride = 1.2
  private let skull: Ellipsoid
  private let forehead: Ellipsoid
  private let jaw: Ellipsoid
  private let cheek: (center: Vector, radius: Double)
  private let corner: (center: Vector, radius: Double)
  private let chin: Ellipsoid
  private let socket: (center: Vector, radius: Double)

  private let skin: RGB
  private let parameters: PortraitParameters.Face
  private let eyes: PortraitParameters.Eyes
  private let mouthHeight: Double

  init(_ portrait: PortraitParameters) {
    let face = portrait.face
    parameters = face
    eyes = portrait.eyes
    mouthHeight = portrait.mouth.height
    skin = linearLight(face.skin)
    skull = Self.skull(face, thicker: 0)
    forehead = Self.forehead(face, thicker: 0)
    jaw = Ellipsoid(
      Vector(0, -0.033, 0.014), Vector(0.0460 * face.jaw, 0.0535 * face.length, 0.059))
    cheek = (Vector(0.0285 * face.width, -0.0170, 0.0465), 0.0235 * face.cheeks)
    corner = (Vector(0.0285 * face.jaw, -0.0480 * face.length, 0.010), 0.0170 * face.jaw)
    chin = Ellipsoid(
      Vector(0, -0.0715 * face.length, 0.0515),
      Vector(0.0200 * face.jaw, 0.0165, 0.0155) * face.chin)
    socket = (Vector(portrait.eyes.spacing, portrait.eyes.height + 0.002, 0.0845), 0.0195)
    let width = 0.068 * max(face.width, face.jaw)
    bounds = Bounds(Vector(-width, -0.100 * face.length, -0.094), Vector(width, 0.097, 0.083))
  }

  /// Returns the skull, enlarged by `thicker` in every direction for hair and hats.
  static func skull(_ face: PortraitParameters.Face, thicker: Double) -> Ellipsoid {
    Ellipsoid(Vector(0, 0.027, -0.014), Vector(0.0615 * face.width, 0.067, 0.077) + thicker)
  }

  /// Returns the forehead, which protrudes from the skull, enlarged by `thicker` in every direction.
  static func forehead(_ face: PortraitParameters.Face, thicker: Double) -> Ellipsoid {
    Ellipsoid(Vector(0, 0.030, 0.016), Vector(0.0525 * face.width, 0.050, 0.057) + thicker)
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let p = Vector(abs(point.x), point.y, point.z)
    var d = blend(skull.distance(p), forehead.distance(p), 0.030)
    let lower = blend(
      jaw.distance(p), sphere(p, corner.center, corner.radius), 0.022)
    d = blend(d, blend(lower, chin.distance(p), 0.026), 0.034)
    d = blend(d, sphere(p, cheek.center, cheek.radius), 0.026)
    return clip(d, -sphere(p, socket.center, socket.radius), 0.012)
  }

  /// Returns the z of the front surface of the face at (x, y).
  func surface(_ x: Double, _ y: Double) -> Double {
    let line = Line(Vector(x, y, 1), Vector(0, 0, -1))
    guard let hit = firstCrossing(of: self, along: line, before: 2) else { return 0 }
    return 1 - hit
  }

  /// Returns the x of the side surface of the face at (y, z).
  func side(_ y: Double, _ z: Double) -> Double {
    let line = Line(Vector(1, y, z), Vector(-1, 0, 0))
    guard let hit = firstCrossing(of: self, along: line, before: 2) else { return 0 }
    return 1 - hit
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let x = abs(point.x)
    var color = skin
    guard point.z > 0 else { return color }
    // The blush shows on the cheeks, and slightly on the chin.
    let cheeks = bell(x - 0.034, 0.017) * bell(point.y + 0.024, 0.014)
    let glow =
      parameters.blush * (0.85 * cheeks + 0.2 * bell(x, 0.02) * bell(point.y + 0.078, 0.012))
    color = mix(color, color * RGB(1.02, 0.60, 0.55), min(glow, 1))
    if parameters.freckles > 0 { color *= freckles(point, x) }
    if parameters.stubble > 0 {
      color = mix(color, color * RGB(0.50, 0.52, 0.56), beard(point, x))
    }
    return color * lids(point, x)
  }

  /// Returns the strength of the beard at a point: on the lower cheeks, the chin and above the lip.
  private func beard(_ point: Vector, _ x: Double) -> Double {
    let jaw = ramp(-0.030, -0.055, point.y - 0.9 * max(x - 0.02, 0))
    let moustache = bell(point.y - mouthHeight - 0.011, 0.006) * ramp(0.026, 0.018, x)
    return 0.75 * parameters.stubble * max(jaw, moustache)
  }

  /// Returns a factor for small dark dots on nose and cheeks; they depend on the position alone.
  private func freckles(_ point: Vector, _ x: Double) -> Double {
    let field = bell(point.y + 0.016, 0.016) * ramp(0.052, 0.03, x)
    let cell = 0.0042
    let (u, v) = ((point.x / cell).rounded(), (point.y / cell).rounded())
    // One hash per cell decides whether the cell has a dot, and where in the cell the dot is.
    let code = Int(u) &* 92821 &+ Int(v) &* 68917
    var cellDraw = SplitMix(seed: UInt64(truncatingIfNeeded: code))
    let (dx, dy) = (
      point.x - (u + cellDraw.between(-0.34, 0.34)) * cell,
      point.y - (v + cellDraw.between(-0.34, 0.34)) * cell
    )
    let random = cellDraw.unit()
    let dot = ramp(0.0013, 0.0004, (dx * dx + dy * dy).squareRoot())
    return 1 - 0.38 * parameters.freckles * field * dot * ramp(0.35, 0.6, random)
  }

  /// Returns a factor for the crease above each eye and the shadow around it.
  private func lids(_ point: Vector, _ x: Double) -> Double {
    let u = (x - eyes.spacing) / eyes.width
    guard abs(u) < 1.5 else { return 1 }
    let above = point.y - eyes.height - eyes.tilt * u
    let crease = above - (eyes.opening + 0.0036) * (1 - 0.55 * u * u)
    let line = bell(crease, 0.0010) * ramp(1.25, 0.7, abs(u))
    let shade = bell(above - 0.003, 0.012) * bell(u, 1.2)
    return (1 - 0.30 * line) * (1 - 0.10 * shade)
  }
}
