import Camera
import Foundation

/// The plane at the lower edge of a hat; hair above it is cut off, because it would stick through.
struct HatLine: Sendable {
  let at: Double
  let slope: Double

  /// Returns how far a point is above the plane (negative below).
  @inline(__always)
  func above(_ point: Vector) -> Double { (point.y - at - slope * point.z) * 0.96 }
}

/// A hat: a dome over the hair, with a folded edge, a visor or a brim.
final class HatShape: PartShape {
  /// The lower edge of every hat; it is lower at the back.
  static let line = HatLine(at: 0.0440, slope: 0.22)

  let bounds: Bounds
  private let hat: PortraitParameters.Hat
  private let color: RGB
  private let trim: RGB
  private let dome: (back: Ellipsoid, front: Ellipsoid)
  private let brim: Ellipsoid

  init(_ portrait: PortraitParameters, hat: PortraitParameters.Hat) {
    self.hat = hat
    color = linearLight(hat.color)
    trim = linearLight(hat.trim)
    let volume = min(portrait.hair.volume, 0.016)
    let back = FaceShape.skull(portrait.face, thicker: volume + 0.0045)
    let front = FaceShape.forehead(portrait.face, thicker: volume + 0.0045)
    dome = (back, front)
    switch hat.style {
    case .beanie: brim = back
    case .cap: brim = Ellipsoid(Vector(0, 0.0610, 0.072), Vector(0.056, 0.0060, 0.060))
    case .brimmed: brim = Ellipsoid(Vector(0, 0.0480, -0.004), Vector(0.118, 0.0062, 0.118))
    }
    let reach = back.radii + 0.008
    bounds = Bounds(
      Vector(-max(reach.x, brim.radii.x), 0.012, min(-reach.z - 0.015, -0.125)),
      Vector(max(reach.x, brim.radii.x), 0.031 + reach.y, 0.136))
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let above = Self.line.above(point)
    let shell = shell(point)
    switch hat.style {
    case .beanie:
      let knit = 0.0006 * ripple(atan2(point.x, point.z + 0.015) * 64)
      let fold = clip(shell - 0.0048, max(-above - 0.001, above - 0.024), 0.005)
      return blend(clip(shell, -above, 0.004), fold, 0.003) - knit
    case .cap:
      return blend(clip(shell, -above, 0.004), tilted(point), 0.003)
    case .brimmed:
      // A dent along the top of the crown.
      let dent = 0.010 * bell(point.x, 0.018) * ramp(0.07, 0.10, point.y)
      return blend(clip(shell + dent, -above, 0.004), curled(point), 0.006)
    }
  }

  /// Returns the distance to the dome, before it is cut and decorated.
  @inline(__always)
  private func shell(_ point: Vector) -> Double {
    blend(dome.back.distance(point), dome.front.distance(point), 0.030)
  }

  /// Returns the distance to the visor of a cap, which slopes down to the front and to the sides.
  @inline(__always)
  private func tilted(_ point: Vector) -> Double {
    let drop = 0.22 * (point.z - 0.066) + 3.0 * point.x * point.x
    return brim.distance(Vector(point.x, point.y + drop, point.z)) * 0.85
  }

  /// Returns the distance to the brim, which rises at the sides and follows the plane of the hat.
  @inline(__always)
  private func curled(_ point: Vector) -> Double {
    let lift = 1.6 * point.x * point.x + 0.20 * point.z
    return brim.distance(Vector(point.x, point.y - lift, point.z)) * 0.85
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let above = Self.line.above(point)
    let angle = atan2(point.x, point.z + 0.015)
    switch hat.style {
    case .beanie:
      let rib = 0.86 + 0.14 * ripple(angle * 64)
      let folded = above < 0.025 && shell(point) > 0.0012
      return (folded ? mix(color, trim, 0.85) : color) * rib
    case .cap:
      let seam = 1 - 0.30 * bell(ripple(angle * 3), 0.05)
      return (tilted(point) < shell(point) ? trim : color)
        * seam
    case .brimmed:
      let band = ramp(0.004, 0.005, above) * ramp(0.019, 0.018, above)
      return mix(color, trim, shell(point) < 0.003 ? band : 0)
    }
  }
}
