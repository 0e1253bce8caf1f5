import Camera
import Foundation

/// The wall behind the person: a shallow bowl.
///
/// With this shape, the rays of a turned camera also hit the wall before their far end.
///
///     z = middle + rise · (x² + y²)
struct Backdrop: Sendable {
  /// The z of the wall behind the middle of the head.
  static let middle = -0.1215
  /// The coefficient by which the wall comes forward away from the middle, per world unit.
  static let rise = 1.5

  private let background: PortraitParameters.Background
  private let top: RGB
  private let bottom: RGB
  private let lights: [(center: SIMD2<Double>, radius: Double, color: RGB)]

  init(_ background: PortraitParameters.Background) {
    self.background = background
    top = linearLight(background.top)
    bottom = linearLight(background.bottom)
    var random = SplitMix(seed: UInt64(truncatingIfNeeded: background.pattern))
    let strength = background.bokeh
    let bright = mix(linearLight(background.top), RGB(1, 0.92, 0.78), 0.55)
    lights = (0..<(strength > 0 ? 14 : 0)).map { _ in
      (
        SIMD2(random.between(-0.17, 0.17), random.between(-0.10, 0.15)),
        random.between(0.012, 0.030),
        bright * (strength * random.between(0.10, 0.32))
      )
    }
  }

  /// Returns the distance at which a line hits the front of the wall; every line that points backwards
  /// hits it.
  ///
  /// The wall comes so far forward that a camera at the side, more than 0.8 radians from the front, is
  /// behind it. It does not hide the head from there: of two crossings the second one counts, at which
  /// the line leaves the space in front of the wall.
  func crossing(_ line: Line) -> Double {
    let (o, d) = (line.origin, line.direction)
    let a = Self.rise * (d.x * d.x + d.y * d.y)
    let b = 2 * Self.rise * (o.x * d.x + o.y * d.y) - d.z
    let c = Self.middle + Self.rise * (o.x * o.x + o.y * o.y) - o.z
    let discriminant = b * b - 4 * a * c
    guard discriminant >= 0 else { return .infinity }
    let q = -0.5 * (b + (b < 0 ? -discriminant.squareRoot() : discriminant.squareRoot()))
    let crossing = a == 0 ? c / q : max(c / q, q / a)
    return crossing > 0 ? crossing : .infinity
  }

  func albedo(_ point: Vector) -> RGB {
    var color = mix(bottom, top, ramp(-0.14, 0.15, point.y))
    // The wall is brighter behind the head and darker in the corners.
    let distance = (point.x * point.x + 0.8 * (point.y - 0.01) * (point.y - 0.01)).squareRoot()
    color *= mix(1.10, 0.72, ramp(0.03, 0.20, distance))
    for light in lights {
      let offset = SIMD2(point.x, point.y) - light.center
      let away = (offset * offset).sum().squareRoot()
      let disc = ramp(light.radius, light.radius * 0.86, away)
      color += light.color * disc * mix(0.7, 1, ramp(0.5, 1, away / light.radius))
    }
    return color
  }
}
