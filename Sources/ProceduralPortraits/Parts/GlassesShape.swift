import Camera
import Foundation

/// The frame of a pair of glasses: two rims, a bridge and the temples.
final class GlassesShape: PartShape {
  let bounds: Bounds
  private let glasses: PortraitParameters.Glasses
  private let color: RGB
  private let center: SIMD2<Double>
  private let depth: Double
  private let bridge: Taper
  private let temple: Taper

  /// The coefficient by which the frame bends back towards the temples, per world unit.
  private static let wrap = 3.2

  init(
    _ portrait: PortraitParameters, glasses: PortraitParameters.Glasses, face: FaceShape,
    ear: EarShape
  ) {
    self.glasses = glasses
    color = linearLight(glasses.color)
    let middle = SIMD2(portrait.eyes.spacing + 0.0010, portrait.eyes.height - 0.0010)
    center = middle
    // The lenses lie in front of everything that they cover: skin, brows and eyes.
    var front = 0.0
    for step in 0...24 {
      let x = middle.x + glasses.width * (Double(step % 5) / 2 - 1)
      let y = middle.y + glasses.height * (Double(step / 5) / 2 - 1)
      front = max(front, face.surface(x, y) + Self.wrap * x * x)
    }
    depth = front + 0.0050
    let inner = middle.x - glasses.width
    let hinge = Vector(
      middle.x + glasses.width, middle.y + 0.35 * glasses.height,
      depth - Self.wrap * (middle.x + glasses.width) * (middle.x + glasses.width))
    bridge = Taper(
      Vector(0, middle.y + 0.0035, depth + 0.0005), glasses.rim,
      Vector(inner, middle.y + 0.0015, depth - Self.wrap * inner * inner), glasses.rim)
    let behind = Vector(
      max(face.side(hinge.y, -0.012), hinge.x) + 0.0012, middle.y + 0.006, -0.018)
    temple = Taper(hinge, glasses.rim, behind, glasses.rim)
    let side = max(behind.x, hinge.x) + 0.004
    bounds = Bounds(
      Vector(-side, middle.y - glasses.height - 0.004, -0.022),
      Vector(side, middle.y + glasses.height + 0.004, depth + 0.004))
  }

  /// Returns the signed distance to the outline of a lens, in the x-y plane.
  @inline(__always)
  private func outline(_ x: Double, _ y: Double) -> Double {
    let round = glasses.roundness * min(glasses.width, glasses.height)
    let (dx, dy) = (
      abs(x - center.x) - glasses.width + round, abs(y - center.y) - glasses.height + round
    )
    let outside = (max(dx, 0) * max(dx, 0) + max(dy, 0) * max(dy, 0)).squareRoot()
    return outside + min(max(dx, dy), 0) - round
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let x = abs(point.x)
    let p = Vector(x, point.y, point.z)
    let across = outline(x, point.y)
    let along = (point.z - depth + Self.wrap * x * x) * 0.95
    let rim = (across * across + along * along).squareRoot() - glasses.rim
    return min(rim, min(bridge.distance(p), temple.distance(p)))
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB { color }

  /// Returns the distance at which a line passes through a lens before `limit`, or nil.
  ///
  /// The distance is a root of a quadratic equation, in closed form.
  func lens(along line: Line, before limit: Double) -> Double? {
    let (o, d) = (line.origin, line.direction)
    // z = depth − wrap x² at o + t d.
    let a = Self.wrap * d.x * d.x
    let b = d.z + 2 * Self.wrap * o.x * d.x
    let c = o.z - depth + Self.wrap * o.x * o.x
    let discriminant = b * b - 4 * a * c
    guard discriminant >= 0 else { return nil }
    // This form avoids cancellation when the line is nearly parallel to z (a near 0).
    let q = -0.5 * (b + (b < 0 ? -discriminant.squareRoot() : discriminant.squareRoot()))
    for t in [c / q, a == 0 ? .infinity : q / a].sorted() where t > 0 && t < limit {
      let point = line.point(t)
      if outline(abs(point.x), point.y) < 0 { return t }
    }
    return nil
  }

  /// The opacity of the lenses, 0 … 1.
  var opacity: Double { glasses.tint }

  /// Returns the linear light that a lens adds at a point: its tint and a slanted highlight.
  func lensColor(_ point: Vector) -> RGB {
    let side = point.x < 0 ? -1.0 : 1.0
    let slant = (point.x - side * center.x) + 0.7 * (point.y - center.y)
    let gleam = bell(slant - 0.004, 0.0030) + 0.6 * bell(slant + 0.0035, 0.0014)
    let tint = glasses.tint > 0.5 ? linearLight(RGB(0.16, 0.13, 0.13)) : RGB(0.30, 0.36, 0.40)
    return mix(tint, RGB(repeating: 1), (glasses.tint > 0.5 ? 0.16 : 0.5) * gleam)
  }
}
