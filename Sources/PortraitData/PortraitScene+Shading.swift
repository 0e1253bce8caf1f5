import Camera
import Foundation

/// The light of a portrait: one main lamp, the sky, and light thrown back from below.
struct Lamp: Sendable {
  let towards: Vector
  let side: Double
  let key: RGB
  let sky: RGB
  let ground: RGB
  let rim: Vector

  init(_ light: PortraitParameters.Light) {
    side = light.side
    towards = Vector(light.side, light.height, 1.0).normalized
    let warm = light.warmth
    key = RGB(1 + 0.10 * warm, 1, 1 - 0.16 * warm) * 0.80
    sky = RGB(0.36 - 0.03 * warm, 0.38, 0.42 + 0.03 * warm)
    ground = RGB(0.25, 0.205, 0.18)
    rim = Vector(-light.side * 1.2, 0.35, -0.75).normalized
  }
}

/// Normal and light at a surface point: what samples of one pixel and part may share.
struct Illumination: Sendable {
  var normal: Vector
  var light: RGB
}

extension PortraitScene {
  /// The linear colour of a hit: albedo times light.
  ///
  /// It is a function of the surface point alone,
  /// never of the viewer, so that every camera sees the same object.
  func color(of hit: Hit, at point: Vector, under illumination: Illumination) -> RGB {
    let p = hit.isMirrored ? Vector(-point.x, point.y, point.z) : point
    let n = hit.isMirrored ? mirrored(illumination.normal) : illumination.normal
    switch hit.part {
    case .background: return backdrop.albedo(p) * illumination.light
    case .eyes:
      // Both eyes look the same way and mirror the same lamp.
      let lit = eyeAlbedo(point, hit.isMirrored, n) * illumination.light
      let shine = eyeHighlight(point, hit.isMirrored)
      return mix(lit, RGB(repeating: 1), shine)
    case .face: return face.albedo(p, normal: n) * illumination.light
    case .brows: return brow.albedo(p, normal: n) * illumination.light
    case .mouth: return mouth.albedo(p, normal: n) * illumination.light
    case .nose: return nose.albedo(p, normal: n) * illumination.light
    case .ears: return ear.albedo(p, normal: n) * illumination.light
    case .hair: return hair.albedo(p, normal: n) * illumination.light
    case .neck: return neck.albedo(p, normal: n) * illumination.light
    case .cloth: return cloth.albedo(p, normal: n) * illumination.light
    case .glasses: return (glasses?.albedo(p, normal: n) ?? RGB()) * illumination.light
    case .hat: return (hat?.albedo(p, normal: n) ?? RGB()) * illumination.light
    case .earrings: return (earring?.albedo(p, normal: n) ?? RGB()) * illumination.light
    }
  }

  private func mirrored(_ vector: Vector) -> Vector { Vector(-vector.x, vector.y, vector.z) }

  private func eyeAlbedo(_ point: Vector, _ isMirrored: Bool, _ normal: Vector) -> RGB {
    // The gaze is not mirrored: shift the mirrored eye's point so that both irises move alike.
    var p = isMirrored ? mirrored(point) : point
    if isMirrored { p.x += 2 * parameters.eyes.gaze.x }
    return eye.albedo(p, normal: normal)
  }

  private func eyeHighlight(_ point: Vector, _ isMirrored: Bool) -> Double {
    let side = lamp.side < 0 ? -1.0 : 1.0
    let p = isMirrored ? mirrored(point) : point
    return eye.highlight(p, towards: isMirrored ? -side : side)
  }

  /// Normal and light at a hit.
  func illumination(of hit: Hit, at point: Vector) -> Illumination {
    let p = hit.isMirrored ? mirrored(point) : point
    let normal: Vector
    switch hit.part {
    case .background: return Illumination(normal: Vector(0, 0, 1), light: wallLight(point))
    // Beside the nose the skin bends into it already; one normal for both hides the join.
    case .face: normal = nose.bounds.contains(p) ? nose.normal(p) : face.normal(p)
    case .eyes: normal = eye.normal(p)
    case .brows: normal = brow.normal(p)
    case .mouth: normal = mouth.normal(p)
    case .nose: normal = nose.normal(p)
    case .ears: normal = ear.normal(p)
    case .hair: normal = hair.normal(p)
    case .neck: normal = neck.normal(p)
    case .cloth: normal = cloth.normal(p)
    case .glasses: normal = glasses?.normal(p) ?? Vector(0, 0, 1)
    case .hat: normal = hat?.normal(p) ?? Vector(0, 0, 1)
    case .earrings: normal = earring?.normal(p) ?? Vector(0, 0, 1)
    }
    let n = hit.isMirrored ? mirrored(normal) : normal
    return Illumination(normal: n, light: light(at: point, normal: n, on: hit.part))
  }

  /// The light on a solid surface: lamp (wrapped and shaded), sky and ground (darkened in
  /// corners), and a rim of light from behind.
  private func light(at point: Vector, normal: Vector, on part: PartClass) -> RGB {
    let corner = 0.016
    let open = min(max(clearance(point + corner * normal) / corner, 0), 1)
    var shade = 1.0
    for reach in [0.014, 0.034] {
      let free = clearance(point + reach * lamp.towards + 0.003 * normal)
      shade = min(shade, ramp(-0.35, 0.55, free / reach))
    }
    let facing = normal.dot(lamp.towards)
    // Light that enters skin leaves it further on, red most: the edge of the shade is warm.
    let wrap = isSkin(part) ? RGB(0.42, 0.28, 0.22) : RGB(repeating: 0.22)
    let spread = (RGB(repeating: facing) + wrap) / (RGB(repeating: 1) + wrap)
    let lit = spread.clamped(lowerBound: RGB(), upperBound: RGB(repeating: 1))
    let upwards = 0.5 + 0.5 * normal.y
    let around = mix(lamp.ground, lamp.sky, upwards) * mix(0.35, 1, open)
    let edge = 0.22 * max(normal.dot(lamp.rim), 0) * open
    return lamp.key * lit * mix(0.30, 1, shade) + around + RGB(repeating: edge)
  }

  private func isSkin(_ part: PartClass) -> Bool {
    [.face, .nose, .ears, .neck, .mouth].contains(part)
  }

  /// The wall is lit evenly, with a soft shadow of the head on the side away from the lamp.
  private func wallLight(_ point: Vector) -> RGB {
    let (x, y) = (point.x + 0.035 * lamp.side, point.y - 0.005)
    let shadow = bell((x * x + 0.7 * y * y).squareRoot(), 0.105)
    return RGB(repeating: 1 - 0.22 * shadow)
  }

  /// The distance to the nearest of the large parts, which are the ones that cast shade.
  @inline(__always)
  private func clearance(_ point: Vector) -> Double {
    var free = face.distance(point)
    free = min(free, hair.distance(point))
    if point.y < -0.03 { free = min(free, cloth.distance(point)) }
    if point.z > 0.045 && abs(point.x) < 0.03 { free = min(free, nose.distance(point)) }
    if let hat, point.y > 0 { free = min(free, hat.distance(point)) }
    return free
  }
}
