import Camera
import Foundation

/// The nose: bridge, tip and wings, blended into the face.
///
/// The surface is that of face and nose joined by a fillet. The part ends where the fillet is thinner
/// than half a millimeter on a real head, so there is no edge and no gap behind it.
final class NoseShape: PartShape {
  let bounds: Bounds
  private let face: FaceShape
  private let bridge: Taper
  private let tip: (center: Vector, radius: Double)
  private let wing: (center: Vector, radius: Double)

  /// The width of the fillet and the distance up to which it counts as nose, in world units.
  private static let fillet = 0.010
  private static let margin = 0.0055

  init(_ portrait: PortraitParameters, face: FaceShape) {
    let nose = portrait.nose
    self.face = face
    let root = portrait.eyes.height + 0.004
    let tipZ = face.surface(0, nose.tip) + nose.length - 0.004
    let end = Vector(0, nose.tip + nose.lift, tipZ)
    bridge = Taper(
      Vector(0, root, face.surface(0, root) - 0.0030), 0.0040, end, 0.0062)
    tip = (end, 0.0082 * nose.width)
    wing = (Vector(0.0088 * nose.width, nose.tip - 0.0030, tipZ - 0.0085), 0.0062)
    bounds = Bounds(
      Vector(-0.030, nose.tip - 0.023, 0.050), Vector(0.030, root + 0.015, tipZ + 0.012))
  }

  @inline(__always)
  private func core(_ p: Vector) -> Double {
    let ridge = blend(bridge.distance(p), sphere(p, tip.center, tip.radius), 0.008)
    return blend(ridge, sphere(p, wing.center, wing.radius), 0.006)
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let p = Vector(abs(point.x), point.y, point.z)
    let nose = core(p)
    if nose > Self.margin + 0.004 { return nose - Self.margin }
    return max(blend(face.distance(p), nose, Self.fillet), nose - Self.margin)
  }

  /// Returns the normal of the joined surface, which hides the thin wall where the part is cut off.
  func normal(_ point: Vector) -> Vector {
    gradientDirection(point) { p in
      let q = Vector(abs(p.x), p.y, p.z)
      return blend(face.distance(q), core(q), Self.fillet)
    }
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let below = Vector(
      abs(point.x) - 0.55 * wing.center.x, point.y - (wing.center.y - 0.0062),
      point.z - (tip.center.z - 0.002))
    let nostril = bell(below.x, 0.0032) * bell(below.y, 0.0026) * bell(below.z, 0.008)
    let warm = bell((point - tip.center).length, 0.011)
    let skin = face.albedo(point, normal: normal)
    let color = mix(skin, skin * RGB(1.02, 0.82, 0.78), 0.5 * warm)
    return color * (1 - 0.75 * nostril)
  }
}
