import Camera
import Foundation

/// One brow: a low ridge on the forehead, thick at the inner end, thin at the outer one.
final class BrowShape: PartShape {
  let bounds: Bounds
  var isMirrored: Bool { true }
  var stride: Double { 0.85 }
  private let face: FaceShape
  private let brows: PortraitParameters.Brows
  private let center: SIMD2<Double>
  private let color: RGB

  /// The height of the ridge above the skin, in world units.
  private static let ridge = 0.0016

  init(_ portrait: PortraitParameters, face: FaceShape) {
    self.face = face
    brows = portrait.brows
    color = linearLight(brows.color)
    center = SIMD2(portrait.eyes.spacing + 0.0005, portrait.eyes.height + brows.height)
    let reach = abs(brows.tilt) + brows.arch + brows.thickness
    bounds = Bounds(
      Vector(center.x - brows.length * 1.1, center.y - reach, 0.02),
      Vector(center.x + brows.length * 1.1, center.y + reach, 0.090))
  }

  /// Returns the position along the brow (−1 inner end, 1 outer end), the offset across it, and half
  /// its width.
  @inline(__always)
  private func place(_ point: Vector) -> (along: Double, across: Double, half: Double) {
    let along = (point.x - center.x) / brows.length
    // The arch is highest two thirds of the way out.
    let arch = brows.arch * (1 - (along - 0.25) * (along - 0.25) / 1.2)
    let middle = center.y + brows.tilt * along + arch - brows.arch * 0.6
    // Thickest near the inner end, rounded at both ends.
    let ends = max(1 - along * along, 0).squareRoot()
    let half = 0.5 * brows.thickness * (0.90 - 0.36 * along) * min(1.6 * ends, 1)
    return (along, point.y - middle, max(half, 0.0002))
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let (along, across, half) = place(point)
    let outline = max(abs(across) - half, (abs(along) - 1) * brows.length)
    if outline > 0.004 { return 0.8 * outline }
    let share = across / half
    let height = Self.ridge * max(1 - share * share, 0)
    return max(face.distance(point) - 0.0004 - height, 0.8 * outline)
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let (along, across, half) = place(point)
    // Hairs lean outwards. Variation in brightness stands for the skin that shows between them.
    let hairs = ripple(along * 46 - across * 1500) * ripple(along * 17 + across * 700 + 1)
    return color * (1 + 0.28 * hairs + 0.12 * across / half)
  }
}
