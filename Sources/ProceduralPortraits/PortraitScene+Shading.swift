import Camera
import Foundation

/// The light of a portrait: one main lamp, the sky, and light reflected from below.
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

/// Normal and light at a surface point; samples of the same pixel and part may share them.
struct Illumination: Sendable {
  var normal: Vector
  var light: RGB
}

extension PortraitScene {
  /// Returns the linear color of a hit: albedo times light.
  ///
  /// The color depends on the surface point and not on the viewer, so every camera sees the same
  /// object.
  func color(of hit: Hit, at point: Vector, under illumination: Illumination) -> RGB {
    let p = hit.isMirrored ? Vector(-point.x, point.y, point.z) : point
    let n = hit.isMirrored ? mirrored(illumination.normal) : illumination.normal
    switch hit.part {
    case .background: return backdrop.albedo(p) * illumination.light
    case .eyes:
      // Both eyes look in the same direction and reflect the same lamp.
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
    // The gaze is not mirrored: shift the mirrored eye's point, so that both irises move the same way.
    var p = isMirrored ? mirrored(point) : point
    if isMirrored { p.x += 2 * parameters.eyes.gaze.x }
    return eye.albedo(p, normal: normal)
  }

  private func eyeHighlight(_ point: Vector, _ isMirrored: Bool) -> Double {
    let side = lamp.side < 0 ? -1.0 : 1.0
    let p = isMirrored ? mirrored(point) : point
    return eye.highlight(p, towards: isMirrored ? -side : side)
  }

  /// Returns the normal and the light at a hit.
  ///
  /// - Parameters:
  ///   - hit: the part that was hit.
  ///   - point: the point of the hit, in world units.
  ///   - absent: parts that are removed and so cast no shadows.
  /// - Returns: the outward normal and the linear light.
  func illumination(of hit: Hit, at point: Vector, without absent: Casters = []) -> Illumination {
    let p = hit.isMirrored ? mirrored(point) : point
    let normal: Vector
    switch hit.part {
    case .background: return Illumination(normal: Vector(0, 0, 1), light: wallLight(point))
    // Near the nose the skin already curves into it; one normal for both hides the seam.
    case .face:
      let isBeside = !absent.contains(.nose) && nose.bounds.contains(p)
      normal = isBeside ? nose.normal(p) : face.normal(p)
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
    return Illumination(
      normal: n, light: light(at: point, normal: n, on: hit.part, without: absent))
  }
}
