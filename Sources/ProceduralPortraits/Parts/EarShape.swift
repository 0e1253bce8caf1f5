import Camera
import Foundation

/// One ear: a tilted shell with a hollow, set into the side of the head.
final class EarShape: PartShape {
  let bounds: Bounds
  var isMirrored: Bool { true }
  /// The point from which an earring hangs.
  let lobe: Vector
  private let center: Vector
  private let front: Vector
  private let wide: Vector
  private let shell: Ellipsoid
  private let lobeShell: Ellipsoid
  private let hollow: Ellipsoid
  private let skin: RGB

  init(_ portrait: PortraitParameters, face: FaceShape) {
    let (size, flare) = (portrait.ears.size, portrait.ears.flare)
    skin = linearLight(portrait.face.skin) * RGB(1.0, 0.90, 0.86)
    // Long hair covers the ears and keeps them close to the head.
    let isCovered = [.bob, .long].contains(portrait.hair.style)
    let turn = mix(0.45, 1.15, isCovered ? 0 : flare)
    front = Vector(cos(turn), 0, sin(turn))
    wide = Vector(sin(turn), 0, -cos(turn))
    let middle = portrait.eyes.height - 0.010
    center = Vector(face.side(middle, -0.012) + 0.0035, middle, -0.012)
    shell = Ellipsoid(Vector(0, 0.003, 0), Vector(0.0120, 0.0185, 0.0058) * size)
    lobeShell = Ellipsoid(
      Vector(-0.0035, -0.0140, 0.0005) * size, Vector(0.0062, 0.0078, 0.0042) * size)
    hollow = Ellipsoid(
      Vector(-0.0010, 0.0030, 0.0064) * size, Vector(0.0068, 0.0110, 0.0038) * size)
    lobe = center - 0.0150 * size * Vector(0, 1, 0) + 0.001 * wide + 0.0035 * front
    let reach = Vector(0.0150, 0.0245, 0.0150) * size
    bounds = Bounds(center - reach, center + reach)
  }

  /// Returns a point in the ear's own axes: across the plate, up, and out of the hollow.
  @inline(__always)
  private func local(_ point: Vector) -> Vector {
    let offset = point - center
    let across = offset.dot(wide)
    // Ears lean back a little.
    return Vector(across - 0.18 * offset.y, offset.y + 0.10 * across, offset.dot(front))
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let p = local(point)
    let plate = blend(shell.distance(p), lobeShell.distance(p), 0.008)
    return clip(plate, -hollow.distance(p), 0.004)
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let p = local(point)
    let depth = ramp(0.0022, -0.0012, hollow.distance(p)) * ramp(-0.001, 0.002, p.z)
    return skin * (1 - 0.38 * depth) * mix(RGB(repeating: 1), RGB(1, 0.86, 0.83), 0.6)
  }
}
