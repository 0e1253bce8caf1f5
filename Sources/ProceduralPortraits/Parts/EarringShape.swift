import Camera
import Foundation

/// One earring, hanging from the lobe.
final class EarringShape: PartShape {
  let bounds: Bounds
  var isMirrored: Bool { true }
  private let style: PortraitParameters.Earrings.Style
  private let color: RGB
  private let lobe: Vector
  private let size: Double
  private let hoop: Torus

  init(_ earrings: PortraitParameters.Earrings, ear: EarShape) {
    style = earrings.style
    size = earrings.size
    color = linearLight(earrings.color)
    lobe = ear.lobe
    let major = 0.0085 * size
    hoop = Torus(
      center: lobe - Vector(0, major, 0) + Vector(0.0015, 0.001, 0),
      axis: Vector(0.60, 0, 0.80), major: major, minor: 0.0015)
    let down = 0.034 * size
    bounds = Bounds(
      lobe - Vector(0.013 * size, down, 0.013 * size),
      lobe + Vector(0.013 * size, 0.007, 0.013 * size))
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    switch style {
    case .pearl: return sphere(point, lobe - Vector(0, 0.001, 0), 0.0046 * size)
    case .hoop: return hoop.distance(point)
    case .drop:
      let stud = sphere(point, lobe, 0.0026)
      let wire = Taper(lobe, 0.0009, lobe - Vector(0, 0.012 * size, 0), 0.0009).distance(point)
      let drop = Taper(
        lobe - Vector(0, 0.013 * size, 0), 0.0014, lobe - Vector(0, 0.024 * size, 0), 0.0050 * size
      ).distance(point)
      return min(min(stud, wire), drop)
    }
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let gleam = ramp(0.75, 0.97, normal.dot(Vector(-0.3, 0.55, 0.78)))
    let base = color * mix(0.55, 1.05, ramp(-0.8, 0.9, normal.y))
    return mix(base, RGB(repeating: 1), 0.75 * gleam)
  }
}
