import Camera
import Foundation

/// Shoulders and chest, the shape that skin and cloth share.
struct Torso: Sendable {
  private let chest: Ellipsoid
  private let shoulder: Taper

  init(_ cloth: PortraitParameters.Cloth) {
    let s = cloth.shoulders
    chest = Ellipsoid(Vector(0, -0.205, -0.028), Vector(0.118 * s, 0.108, 0.058))
    shoulder = Taper(
      Vector(0.020, -0.099, -0.034), 0.0265, Vector(0.125 * s, -0.138, -0.036), 0.036)
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let p = Vector(abs(point.x), point.y, point.z)
    return blend(chest.distance(p), shoulder.distance(p), 0.030)
  }
}

/// The neck and the part of the chest that a neckline can show.
final class NeckShape: PartShape {
  let bounds = Bounds(Vector(-0.080, -0.170, -0.085), Vector(0.080, -0.020, 0.045))
  private let torso: Torso
  private let column: Taper
  private let skin: RGB

  init(_ portrait: PortraitParameters, torso: Torso) {
    self.torso = torso
    let thick = portrait.cloth.neck
    skin = linearLight(portrait.face.skin) * RGB(0.97, 0.93, 0.91)
    column = Taper(
      Vector(0, -0.040, -0.016), 0.0345 * thick, Vector(0, -0.125, -0.028), 0.0365 * thick)
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let skinBelowCloth = torso.distance(point) + 0.0045
    let d = blend(column.distance(point), skinBelowCloth, 0.026)
    // Only the middle can be visible; the rest lies under the cloth.
    return clip(d, abs(point.x) - 0.070, 0.01)
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let pit = bell(point.x, 0.006) * bell(point.y + 0.112, 0.008) * ramp(0, 0.02, point.z)
    return skin * (1 - 0.18 * pit)
  }
}

/// The garment: a torso slightly larger than that of the skin, with a neckline and a collar.
final class ClothShape: PartShape {
  let bounds: Bounds
  private let torso: Torso
  private let cloth: PortraitParameters.Cloth
  private let color: RGB
  private let trim: RGB
  private let hole: Ellipsoid
  private let collar: Torus
  private let high: Taper
  private let vee: Ellipsoid

  init(_ portrait: PortraitParameters, torso: Torso) {
    self.torso = torso
    cloth = portrait.cloth
    color = linearLight(cloth.color)
    trim = linearLight(cloth.trim)
    let thick = cloth.neck
    let lean = Vector(0, 0.940, 0.342)
    let isShirt = cloth.style == .shirt
    hole = Ellipsoid(Vector(0, -0.095, -0.012), Vector(0.0450 * thick, 0.030, 0.052))
    collar = Torus(
      center: Vector(0, isShirt ? -0.0920 : -0.0975, -0.018), axis: lean,
      major: (isShirt ? 0.0420 : 0.0445) * thick, minor: isShirt ? 0.0075 : 0.0058)
    high = Taper(
      Vector(0, -0.082, -0.019), 0.0395 * thick, Vector(0, -0.120, -0.026), 0.0455 * thick)
    vee = Ellipsoid(Vector(0, -0.098, 0.022), Vector(0.0250, 0.052, 0.055))
    bounds = Bounds(
      Vector(-0.165 * cloth.shoulders, -0.320, -0.095),
      Vector(0.165 * cloth.shoulders, -0.045, 0.045))
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let body = torso.distance(point)
    switch cloth.style {
    case .turtleneck:
      let folds = 0.0012 * ripple(point.y * 420 + 14 * point.x)
      let top = point.y + 0.0705 - 0.12 * point.z
      return blend(body, clip(high.distance(point) - folds, top, 0.006), 0.010)
    case .crew:
      return blend(clip(body, -hole.distance(point), 0.004), collar.distance(point), 0.003)
    case .vee:
      let open = clip(body, -blend(hole.distance(point), vee.distance(point), 0.008), 0.003)
      return open
    case .shirt:
      let open = clip(body, -blend(hole.distance(point), vee.distance(point) + 0.008, 0.008), 0.003)
      let slit = 0.0085 - abs(point.x) + 0.25 * max(-0.100 - point.y, 0)
      let flaps = clip(collar.distance(point), point.z > -0.01 ? slit : -1, 0.004)
      return blend(open, flaps, 0.003)
    }
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    var fabric = color
    if cloth.stripes > 0 {
      let stripe = ramp(-0.25, 0.25, ripple(point.y * 520 + 9 * abs(point.x)))
      fabric = mix(fabric, trim, cloth.stripes * stripe)
    }
    switch cloth.style {
    case .crew:
      return mix(trim * 0.9, fabric, ramp(0.0004, 0.0014, collar.distance(point)))
    case .shirt:
      return mix(color * 1.12, fabric, ramp(0.0004, 0.0014, collar.distance(point)))
    case .turtleneck:
      return fabric * (1 + 0.06 * ripple(point.x * 900))
    case .vee:
      return fabric
    }
  }
}
