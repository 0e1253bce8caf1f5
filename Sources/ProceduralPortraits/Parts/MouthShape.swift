import Camera
import Foundation

/// The lips, and the teeth when the lips are apart.
final class MouthShape: PartShape {
  let bounds: Bounds
  var stride: Double { 0.85 }
  private let face: FaceShape
  private let mouth: PortraitParameters.Mouth
  private let color: RGB

  init(_ portrait: PortraitParameters, face: FaceShape) {
    self.face = face
    mouth = portrait.mouth
    color = linearLight(mouth.color)
    let up = mouth.upperLip + mouth.gap + abs(mouth.smile) + 0.003
    let down = mouth.lowerLip + mouth.gap + abs(mouth.smile) + 0.003
    bounds = Bounds(
      Vector(-mouth.width * 1.05, mouth.height - down, 0.03),
      Vector(mouth.width * 1.05, mouth.height + up, 0.095))
  }

  /// Returns the position across the mouth, y, and the heights of the lips' four edges, from the top
  /// down.
  @inline(__always)
  private func lines(_ point: Vector)
    -> (along: Double, y: Double, top: Double, upper: Double, lower: Double, bottom: Double)
  {
    let along = point.x / mouth.width
    let square = along * along
    let y = point.y - mouth.height - mouth.smile * (square - 0.35)
    let taper = max(1 - square, 0)
    // Cupid's bow: two peaks next to the middle.
    let bow = 1 - 0.30 * bell(along, 0.16) + 0.10 * bell(abs(along) - 0.24, 0.16)
    let open = 0.5 * mouth.gap * taper
    let top = open + mouth.upperLip * taper.squareRoot() * bow * mix(1, 0.72, square)
    let bottom = -open * 1.3 - mouth.lowerLip * taper * mix(0.9, 1, taper)
    return (along, y, top, open, -open * 1.3, bottom)
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let (along, y, top, upper, lower, bottom) = lines(point)
    let outline = max(max(y - top, bottom - y), (abs(along) - 1) * mouth.width)
    if outline > 0.004 { return 0.6 * outline }
    var height = 0.0006
    if y > upper {
      let share = (y - upper) / max(top - upper, 1e-4)
      height += 0.0026 * max(share * (1 - share) * 4, 0) * mix(1, 0.4, along * along)
    } else if y < lower {
      let share = (lower - y) / max(lower - bottom, 1e-4)
      height += 0.0036 * max(share * (1 - share) * 4, 0) * max(1 - along * along, 0)
    }
    return max(face.distance(point) - height, 0.6 * outline)
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let (along, y, top, upper, lower, bottom) = lines(point)
    let dark = color * 0.22
    if y < upper && y > lower {
      // Teeth, darker towards the corners and under the upper lip.
      let depth = (upper - y) / max(upper - lower, 1e-4)
      let teeth =
        RGB(0.88, 0.86, 0.82) * mix(0.55, 1, ramp(0, 0.3, depth)) * mix(1, 0.35, along * along)
      return mix(teeth, dark, ramp(0.72, 0.95, depth))
    }
    let fromLine = y >= upper ? y - upper : lower - y
    let share =
      y >= upper ? (y - upper) / max(top - upper, 1e-4) : (lower - y) / max(lower - bottom, 1e-4)
    var lip = color * (y >= upper ? 0.80 : 1.0)
    // A soft gleam on the lower lip, a dark line between the lips.
    if y < lower {
      lip = mix(lip, RGB(repeating: 1), 0.16 * bell(share - 0.42, 0.22) * bell(along, 0.45))
    }
    return mix(dark, lip, ramp(0, 0.0012, fromLine))
  }
}
