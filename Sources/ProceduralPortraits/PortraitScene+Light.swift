import Camera
import PortraitClasses

extension PortraitScene {
  /// Returns the light on a solid surface.
  ///
  /// The light has three terms: the lamp (wrapped, with shadows), sky and ground (darker in corners),
  /// and a rim light from behind.
  func light(
    at point: Vector, normal: Vector, on part: PartClass, without absent: Casters
  ) -> RGB {
    let corner = 0.016
    let open = min(max(clearance(point + corner * normal, absent) / corner, 0), 1)
    var shade = 1.0
    for reach in [0.014, 0.034] {
      let free = clearance(point + reach * lamp.towards + 0.003 * normal, absent)
      shade = min(shade, ramp(-0.35, 0.55, free / reach))
    }
    let facing = normal.dot(lamp.towards)
    // Light that enters skin leaves it some distance away, and red light travels farthest. Shadow
    // edges on skin are therefore reddish.
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

  /// Returns the light on the wall: even, with a soft shadow of the head on the side away from the lamp.
  func wallLight(_ point: Vector) -> RGB {
    let (x, y) = (point.x + 0.035 * lamp.side, point.y - 0.005)
    let shadow = bell((x * x + 0.7 * y * y).squareRoot(), 0.105)
    return RGB(repeating: 1 - 0.22 * shadow)
  }

  /// Returns the distance to the nearest large part; only large parts cast shadows.
  @inline(__always)
  private func clearance(_ point: Vector, _ absent: Casters) -> Double {
    var free = absent.contains(.face) ? .infinity : face.distance(point)
    if !absent.contains(.hair) { free = min(free, hair.distance(point)) }
    if point.y < -0.03, !absent.contains(.cloth) { free = min(free, cloth.distance(point)) }
    if point.z > 0.045 && abs(point.x) < 0.03, !absent.contains(.nose) {
      free = min(free, nose.distance(point))
    }
    if let hat, point.y > 0, !absent.contains(.hat) { free = min(free, hat.distance(point)) }
    return free
  }

  /// Returns the parts that enclose a point; with these parts removed, the point would be lit.
  func buriers(of point: Vector) -> Casters {
    // A visible point is inside no part; the distance to its own surface is about 1e-7.
    let inside = -1e-4
    var buriers: Casters = []
    if face.distance(point) < inside { buriers.insert(.face) }
    if hair.distance(point) < inside { buriers.insert(.hair) }
    if cloth.distance(point) < inside { buriers.insert(.cloth) }
    if nose.distance(point) < inside { buriers.insert(.nose) }
    if let hat, hat.distance(point) < inside { buriers.insert(.hat) }
    return buriers
  }
}

/// A set of parts that are large enough to cast shadows.
struct Casters: OptionSet, Sendable {
  let rawValue: UInt8

  static let face = Casters(rawValue: 1)
  static let hair = Casters(rawValue: 2)
  static let cloth = Casters(rawValue: 4)
  static let nose = Casters(rawValue: 8)
  static let hat = Casters(rawValue: 16)
}
