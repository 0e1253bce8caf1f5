import Camera

/// One solid part of a portrait: its shape, and the color of its surface.
protocol PartShape: AnyObject, Sendable {
  /// A box that contains the whole part.
  var bounds: Bounds { get }
  /// Whether the part has a mirrored copy at x → −x (eyes, ears, brows, earrings).
  var isMirrored: Bool { get }
  /// The length of a step along a ray, as a multiple of `distance`.
  ///
  /// The value is above 1 if `distance` is known to be an underestimate. A step that ends inside does
  /// no harm: the crossing is then searched between the two ends of the step.
  var stride: Double { get }
  /// Returns the signed distance to the part's surface; it is zero exactly on the surface.
  func distance(_ point: Vector) -> Double
  /// Returns the outward unit normal at a surface point.
  func normal(_ point: Vector) -> Vector
  /// Returns the linear-light albedo of a surface point with the given outward normal.
  func albedo(_ point: Vector, normal: Vector) -> RGB
}

extension PartShape {
  var isMirrored: Bool { false }
  var stride: Double { 1 }

  @inline(__always)
  func normal(_ point: Vector) -> Vector { gradientDirection(point, distance) }
}

/// Returns the unit vector along the gradient of `distance`.
///
/// The gradient is estimated from the values at the corners of a small tetrahedron.
@inline(__always)
func gradientDirection(_ point: Vector, _ distance: (Vector) -> Double) -> Vector {
  let step = 1e-4
  let a = Vector(step, -step, -step)
  let b = Vector(-step, -step, step)
  let c = Vector(-step, step, -step)
  let d = Vector(step, step, step)
  let sum =
    distance(point + a) * a + distance(point + b) * b + distance(point + c) * c
    + distance(point + d) * d
  let length = sum.length
  // A point where all four differences cancel has no normal; any unit vector is acceptable there.
  return length > 0 ? sum / length : Vector(0, 0, 1)
}

/// An axis-aligned box; a ray is tested against the box before the part inside it.
struct Bounds: Sendable {
  let low: Vector
  let high: Vector

  init(_ low: Vector, _ high: Vector) {
    self.low = low
    self.high = high
  }

  /// Returns whether a point is inside the box.
  func contains(_ point: Vector) -> Bool {
    all(point .>= low) && all(point .<= high)
  }

  /// Returns the interval of the ray inside the box, or nil if the ray misses the box.
  @inline(__always)
  func interval(_ line: Line) -> (near: Double, far: Double)? {
    let a = (low - line.origin) * line.inverse
    let b = (high - line.origin) * line.inverse
    let near = max(max(min(a.x, b.x), min(a.y, b.y)), max(min(a.z, b.z), 0))
    let far = min(min(max(a.x, b.x), max(a.y, b.y)), max(a.z, b.z))
    return near < far ? (near, far) : nil
  }
}

/// A ray with the reciprocals of its direction and, when needed, its mirror image.
struct Line: Sendable {
  let origin: Vector
  let direction: Vector
  let inverse: Vector

  @inline(__always)
  init(_ ray: Ray) { self.init(ray.origin, ray.direction) }

  @inline(__always)
  init(_ origin: Vector, _ direction: Vector) {
    self.origin = origin
    self.direction = direction
    // A component of exactly 0 would make 0 · ∞ = NaN in the box test.
    var divisor = direction
    for axis in 0..<3 where abs(divisor[axis]) < 1e-12 { divisor[axis] = 1e-12 }
    inverse = 1 / divisor
  }

  @inline(__always)
  func point(_ distance: Double) -> Vector { origin + distance * direction }

  /// The line mirrored at x = 0.
  var mirrored: Line {
    Line(
      Vector(-origin.x, origin.y, origin.z), Vector(-direction.x, direction.y, direction.z))
  }
}
