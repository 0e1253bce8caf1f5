import Camera
import Foundation

// Signed distances are negative inside, positive outside, and close to the Euclidean distance near the
// surface. The surface itself, where a ray stops, is exactly where the function is zero.

/// An ellipsoid with axes along x, y and z.
struct Ellipsoid: Sendable {
  let center: Vector
  let radii: Vector
  private let inverse: Vector
  private let inverseSquare: Vector
  private let leastRadius: Double

  init(_ center: Vector, _ radii: Vector) {
    self.center = center
    self.radii = radii
    inverse = 1 / radii
    inverseSquare = inverse * inverse
    leastRadius = radii.min()
  }

  /// Returns the signed distance: exact to first order at the surface, and never an overestimate.
  ///
  /// Let k be the length of the offset in units of the radii, and g = |offset / radii²| the length of
  /// the gradient of k²/2:
  ///
  ///     (k² − 1) / 2g                        outside: for a sphere (r − R)(r + R) / 2r
  ///     (k − 1) · (m + (k/g − m) · k⁴)       inside, m the least radius: for a sphere r − R
  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let offset = point - center
    let scaled = offset * inverse
    let square = scaled.dot(scaled)
    let gradientLength = (offset * inverseSquare).length
    if square >= 1 { return (square - 1) / (2 * gradientLength) }
    let k = square.squareRoot()
    // The radius in this direction, k/g, is undefined at the center, where the factor k⁴ is 0.
    let radius = gradientLength > 0 ? k / gradientLength : leastRadius
    return (k - 1) * (leastRadius + (radius - leastRadius) * square * square)
  }
}

/// A capsule whose radius changes from one end to the other.
struct Taper: Sendable {
  let start: Vector
  let startRadius: Double
  private let axis: Vector
  private let inverseSquare: Double
  private let radiusStep: Double

  init(_ start: Vector, _ startRadius: Double, _ end: Vector, _ endRadius: Double) {
    self.start = start
    self.startRadius = startRadius
    axis = end - start
    inverseSquare = 1 / axis.dot(axis)
    radiusStep = endRadius - startRadius
  }

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let offset = point - start
    let share = min(max(offset.dot(axis) * inverseSquare, 0), 1)
    return (offset - share * axis).length - (startRadius + share * radiusStep)
  }
}

/// A torus around any axis.
struct Torus: Sendable {
  let center: Vector
  let axis: Vector
  let major: Double
  let minor: Double

  @inline(__always)
  func distance(_ point: Vector) -> Double {
    let offset = point - center
    let along = offset.dot(axis)
    let across = max(offset.dot(offset) - along * along, 0).squareRoot() - major
    return (across * across + along * along).squareRoot() - minor
  }
}

@inline(__always)
func sphere(_ point: Vector, _ center: Vector, _ radius: Double) -> Double {
  (point - center).length - radius
}

/// Returns the union of two shapes with a fillet of width `width` (a polynomial smooth minimum).
@inline(__always)
func blend(_ a: Double, _ b: Double, _ width: Double) -> Double {
  let overlap = max(width - abs(a - b), 0)
  return min(a, b) - overlap * overlap * (0.25 / width)
}

/// Returns the intersection of two shapes with a rounded edge of width `width`.
@inline(__always)
func clip(_ a: Double, _ b: Double, _ width: Double) -> Double { -blend(-a, -b, width) }

/// Returns a smooth wave of period 2π between −1 and 1, made of parabolas.
///
/// A sine is several times slower, and waves and stripes do not need its accuracy.
@inline(__always)
func ripple(_ angle: Double) -> Double {
  let turns = angle * (0.5 / Double.pi)
  // Adding and subtracting 1.5 · 2⁵² rounds to the nearest integer.
  let share = turns - ((turns + 0x1.8p52) - 0x1.8p52)
  return share * (8 - 16 * abs(share))
}

/// Returns 0 below `low`, 1 above `high`, and a smooth transition between them.
@inline(__always)
func ramp(_ low: Double, _ high: Double, _ value: Double) -> Double {
  let share = min(max((value - low) / (high - low), 0), 1)
  return share * share * (3 - 2 * share)
}

/// Returns a Gaussian of height 1 and standard deviation `width`/√2 around 0.
@inline(__always)
func bell(_ offset: Double, _ width: Double) -> Double {
  let scaled = offset / width
  return exp(-scaled * scaled)
}

@inline(__always)
func mix(_ a: Double, _ b: Double, _ share: Double) -> Double { a + (b - a) * share }

@inline(__always)
func mix(_ a: Vector, _ b: Vector, _ share: Double) -> Vector { a + (b - a) * share }
