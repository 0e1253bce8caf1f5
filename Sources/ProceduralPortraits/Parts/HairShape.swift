import Camera
import Foundation

/// The hair: a shell over the skull, plus a curtain for long styles, minus an opening for the face.
final class HairShape: PartShape {
  let bounds: Bounds
  let stride: Double
  private let hair: PortraitParameters.Hair
  private let color: RGB
  private let cap: Ellipsoid
  private let brow: Ellipsoid
  private let curtain: Ellipsoid
  private let hasCurtain: Bool
  private let extra: Ellipsoid
  private let hasExtra: Bool
  private let opening: Ellipsoid
  private let front: Ellipsoid
  private let openingTurn: SIMD2<Double>
  /// The lower edge of short hair, y = at + slope · z; nil for long hair.
  private let edge: (at: Double, slope: Double)?
  private let ear: (center: Vector, radius: Double)
  /// The plane above which a hat cuts the hair off; nil without a hat.
  private let hatLine: HatLine?
  private let crown: SIMD2<Double>
  /// The rounding of the hair's edge around the face; it is limited so that thin hair keeps its shape.
  private let rounding: Double
  /// How angular the upper half of the opening is, 0 … 1; 0 is an ellipse.
  private let squareness: Double

  init(_ portrait: PortraitParameters, ear: EarShape) {
    let hair = portrait.hair
    self.hair = hair
    color = linearLight(hair.color)
    let wide = portrait.face.width
    let volume = hair.volume
    let isLong = [.bob, .long].contains(hair.style)
    let thick = volume + (hair.style == .afro ? 0.009 : 0)
    cap = FaceShape.skull(portrait.face, thicker: thick)
    brow = FaceShape.forehead(portrait.face, thicker: thick)

    switch hair.style {
    case .bob:
      curtain = Ellipsoid(
        Vector(0, -0.028, -0.022), Vector(0.0650 * wide + volume, 0.066, 0.058 + 0.5 * volume))
    case .long:
      curtain = Ellipsoid(
        Vector(0, -0.060, -0.026), Vector(0.0640 * wide + volume, 0.118, 0.052 + 0.5 * volume))
    default: curtain = cap
    }
    switch hair.style {
    case .quiff:
      extra = Ellipsoid(Vector(0.006 * hair.parting, 0.084, 0.030), Vector(0.042, 0.021, 0.042))
    case .bun:
      extra = Ellipsoid(Vector(0, 0.100, -0.040), Vector(0.030, 0.026, 0.030))
    default: extra = cap
    }

    hasCurtain = isLong
    hasExtra = [.quiff, .bun].contains(hair.style)

    // The top of the opening is the hairline. Rotating the opening makes a side parting.
    let hairline = (isLong ? 0.0660 : 0.0620) - hair.fringe
    let turn = -0.30 * hair.parting
    openingTurn = SIMD2(cos(turn), sin(turn))
    let height = 0.0800
    let width = (isLong ? 0.0520 : 0.0545) * wide
    opening = Ellipsoid(
      Vector(0, hairline - height, 0.085), Vector(width, height, isLong ? 0.088 : 0.095))
    front = Ellipsoid(Vector(0, -0.110, 0.085), Vector(0.047 * wide, 0.090, 0.088))

    edge =
      switch hair.style {
      case .shaven, .crop, .quiff, .bun: (at: -0.006, slope: 0.50)
      case .afro: (at: -0.020, slope: 0.35)
      case .bob, .long: nil
      }
    self.ear = (ear.lobe + Vector(0.006, 0.013, 0.004), 0.0190)
    rounding = min(0.012, 0.8 * volume)
    squareness = hair.fringe > 0.006 ? 0.9 : 0.45
    crown = SIMD2(0.020 * hair.parting, -0.006)
    hatLine = portrait.hat.map { _ in HatShape.line }
    stride = hair.wave > 0 || hair.style == .afro ? 0.8 : 1.1
    let reach = cap.radii + 0.009
    let low = isLong ? (hair.style == .long ? -0.180 : -0.098) : -0.075
    bounds = Bounds(
      Vector(-reach.x, low, cap.center.z - reach.z),
      Vector(
        reach.x, max(cap.center.y + reach.y, hair.style == .bun ? 0.130 : 0.110),
        brow.center.z + brow.radii.z + 0.009))
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    // Far from the surface a cheaper bound is enough; the omitted terms can only increase it.
    let outside = -window(point)
    if outside > 0.022 { return outside }
    var d = blend(cap.distance(point), brow.distance(point), 0.030)
    if hasCurtain { d = blend(d, curtain.distance(point), 0.020) }
    if hasExtra { d = blend(d, extra.distance(point), 0.014) }
    if d > 0.022 { return d }
    // Surface detail matters only near the surface; it fades out smoothly.
    if d < 0.0085 { d -= relief(point) * ramp(0.0085, 0.0045, d) }
    if let edge {
      let below = (edge.at + edge.slope * point.z - point.y) * 0.89
      d = clip(d, below, 0.008)
      let mirrored = Vector(abs(point.x), point.y, point.z)
      d = clip(d, -sphere(mirrored, ear.center, ear.radius), 0.006)
    }
    d = clip(d, outside, rounding)
    if let hatLine { d = max(d, hatLine.above(point)) }
    return d
  }

  /// Returns the signed distance to the opening for the face (negative inside).
  @inline(__always)
  private func window(_ point: Vector) -> Double {
    let (c, s) = (openingTurn.x, openingTurn.y)
    let y = point.y - 0.03
    var turned = Vector(c * point.x - s * y, s * point.x + c * y + 0.03, point.z)
    let height = ramp(-0.010, 0.035, point.y)
    if height > 0 {
      // The edge rises at the parting, has locks of uneven length along a fringe, and is vertical at
      // the temples.
      let away = (point.x - crown.x * 1.4) / 0.021
      turned.y -= height * hair.partingLift / (1 + away * away)
      if hair.fringe > 0.006 {
        turned.y += height * 0.0018 * ripple(260 * point.x + 9 * hair.parting)
      }
      turned.x *= mix(1, min(abs(turned.x) / opening.radii.x, 1.4), squareness * height)
    }
    let face = opening.distance(turned)
    return !hasCurtain ? face : blend(face, front.distance(point), 0.020)
  }

  /// Returns how far waves, curls and locks raise the surface.
  @inline(__always)
  private func relief(_ point: Vector) -> Double {
    if hair.style == .afro {
      return 0.0030 * ripple(165 * point.x + 1) * ripple(150 * point.y) * ripple(160 * point.z + 2)
    }
    let angle = atan2(point.x - crown.x, point.z - crown.y)
    var height = 0.0009 * ripple(angle * 14 + 30 * point.y) + 0.0006 * ripple(angle * 31 - 2)
    if hair.tousle > 0 {
      let twist =
        ripple(52 * point.x + 3 * ripple(47 * point.y)) * ripple(61 * point.z + 40 * point.y)
      height += 0.0030 * hair.tousle * twist * ramp(0.0, 0.05, point.y)
    }
    if hair.wave > 0 {
      height +=
        hair.wave * ripple(110 * point.y + 2.5 * ripple(angle * 2)) * ramp(0.06, -0.02, point.y)
    }
    // The parting is a shallow groove from the hairline to the crown.
    height -=
      min(0.0022, 0.3 * hair.volume) * bell(point.x - crown.x * 1.4, 0.0022)
      * ramp(0.045, 0.07, point.y)
    return height
  }

  func albedo(_ point: Vector, normal: Vector) -> RGB {
    let angle = atan2(point.x - crown.x, point.z - crown.y)
    let n = hair.strands
    if hair.style == .afro {
      let curls = ripple(420 * point.x) * ripple(390 * point.y + 1) * ripple(400 * point.z)
      return color * (1 + 0.35 * curls)
    }
    let sway = 3 * ripple(18 * point.y) * (hair.wave > 0 ? 1 : 0.25)
    let fine = ripple(angle * 120 * n + sway * 3) * ripple(angle * 47 * n - 8 * point.y * 4)
    let broad = ripple(angle * 19 * n + sway)
    let streaks = 0.20 * fine + 0.16 * broad
    // Smooth hair has a band of highlights where it curves from the crown to the side.
    let band = bell(normal.y - 0.52 - 0.10 * streaks, 0.17) * (0.6 + 0.8 * streaks)
    let gloss = hair.style == .shaven ? 0 : 0.85 * max(band, 0)
    return color * (1 + streaks) + gloss * (0.25 * color + RGB(repeating: 0.035))
  }
}
