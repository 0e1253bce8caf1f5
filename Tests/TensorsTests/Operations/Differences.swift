import TestSupport
import Tensors

// Numerical derivatives of functions of several tensors, in double precision.

/// Returns x + step · direction for each input.
func moved(_ inputs: [Tensor], _ step: Double, _ directions: [Tensor]) -> [Tensor] {
  zip(inputs, directions).map { $0 + $1 * step }
}

/// Returns random directions with components in −1 … 1.
func randomDirections(_ inputs: [Tensor], seed: UInt64) -> [Tensor] {
  var numbers = TestNumbers(seed: seed)
  return inputs.map { numbers.tensor($0.shape) }
}

/// Returns Σ over all inputs of a · b, and Σ |a · b|, against which its error is measured.
func inner(_ a: [Tensor], _ b: [Tensor]) -> (sum: Double, magnitude: Double) {
  var result = (sum: 0.0, magnitude: 0.0)
  for (x, y) in zip(a, b) {
    for (p, q) in zip(x.scalars, y.scalars) {
      result.sum += p * q
      result.magnitude += (p * q).magnitude
    }
  }
  return result
}

/// Returns the derivative along a direction, from central differences.
///
/// Differences with steps h and h/2 are combined so that the h² term of the error cancels: (4
/// D(h/2) − D(h)) / 3. With h = 2e-3, the remaining error is about h⁴ = 1.6e-11 times a fifth
/// derivative; rounding adds 1e-13.
func difference(
  of f: ([Tensor]) -> [Double], at inputs: [Tensor], along directions: [Tensor],
  step h: Double = 2e-3
) -> [Double] {
  func central(_ h: Double) -> [Double] {
    let ahead = f(moved(inputs, h, directions))
    let behind = f(moved(inputs, -h, directions))
    return zip(ahead, behind).map { ($0 - $1) / (2 * h) }
  }
  return zip(central(h), central(h / 2)).map { (4 * $1 - $0) / 3 }
}

/// Returns the analytic gradients of a scalar function.
func analytic(_ f: ([Tensor]) -> Tensor, at inputs: [Tensor]) throws -> [Tensor] {
  let tracked = inputs.enumerated().map { $1.tracked(as: "input \($0)") }
  return try gradients(of: f(tracked), withRespectTo: tracked)
}

/// Returns the second derivative applied to a direction, by differentiating ⟨∇f, u⟩ once more.
func analyticSecond(
  _ f: ([Tensor]) -> Tensor, at inputs: [Tensor], along directions: [Tensor]
) throws -> [Tensor] {
  let tracked = inputs.enumerated().map { $1.tracked(as: "input \($0)") }
  let first = try gradients(of: f(tracked), withRespectTo: tracked, createGraph: true)
  let terms = zip(first, directions).map { ($0 * $1).sum() }
  let total = terms.dropFirst().reduce(terms[0]) { $0 + $1 }
  return try gradients(of: total, withRespectTo: tracked)
}

/// A memory layout in which the same values can be stored.
enum Layout: String, CaseIterable, Sendable {
  case transposed
  case strided
  case reversed

  /// Returns a tensor in this layout, recorded, so that gradients flow back through the layout as
  /// well.
  func apply(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else { return x }
    switch self {
    case .transposed:
      guard x.rank > 1 else {
        return x.unsqueezed(axis: 1).broadcast(to: [x.count, 3])[axis: 1, 1]
      }
      return x.swapped(axes: 0, -1).contiguous().swapped(axes: 0, -1)
    case .strided:
      // Every second element of a wider tensor that holds others in between.
      let wide = Tensor.stacked([x + 1, x], axis: -1).flattened(axes: x.rank - 1...x.rank)
      return wide.sliced(axis: -1, from: 1, length: x.shape[x.rank - 1], step: 2)
    case .reversed:
      return x.reversed(axis: 0).reversed(axis: -1).contiguous().reversed(axis: -1).reversed(
        axis: 0)
    }
  }
}
