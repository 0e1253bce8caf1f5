import Camera

/// The largest allowed distance of a hit from the true intersection, in world units.
let hitTolerance = 1e-7

/// Returns the first crossing of a part's surface along a line, from outside to inside.
///
/// The search follows the line in steps of the distance bound until the sign changes. Then the
/// Illinois variant of the false position method locates the crossing; it converges faster than
/// bisection and always keeps the crossing between its two ends. Only features thinner than
/// `shortestStep` along the ray can be missed. The result is the distance along the line, or nil if
/// there is no crossing before `limit`.
@inline(__always)
func firstCrossing<Shape: PartShape>(
  of shape: Shape, along line: Line, before limit: Double
) -> Double? {
  guard let inside = shape.bounds.interval(line), inside.near < limit else { return nil }
  let end = min(inside.far, limit)
  let shortestStep = 2.5e-4
  var (t, value) = (inside.near, shape.distance(line.point(inside.near)))
  if value <= 0 { return t }
  for _ in 0..<400 {
    let next = t + max(value * shape.stride, shortestStep)
    let nextValue = shape.distance(line.point(next))
    if nextValue <= 0 {
      let hit = closeIn(shape, line, (t, value), (next, nextValue))
      return hit < limit ? hit : nil
    }
    if next >= end { return nil }
    (t, value) = (next, nextValue)
  }
  return nil
}

/// Returns the zero between a point outside and a point inside.
@inline(__always)
private func closeIn<Shape: PartShape>(
  _ shape: Shape, _ line: Line, _ outside: (t: Double, value: Double),
  _ inside: (t: Double, value: Double)
) -> Double {
  var (low, high) = (outside, inside)
  var lastSide = 0
  for _ in 0..<60 where high.t - low.t > hitTolerance {
    let t = (low.t * high.value - high.t * low.value) / (high.value - low.value)
    let value = shape.distance(line.point(t))
    if abs(value) < hitTolerance { return t }
    if value > 0 {
      low = (t, value)
      // If an end stays the same twice in a row, its value is halved, so that both ends move.
      if lastSide == 1 { high.value /= 2 }
      lastSide = 1
    } else {
      high = (t, value)
      if lastSide == -1 { low.value /= 2 }
      lastSide = -1
    }
  }
  return high.t
}
