import GoldenFiles
import Tensors

/// Returns nil if two tensors agree, or a sentence about the element that differs most.
///
/// - Parameters:
///   - found: what the learner's function returned.
///   - expected: what it should have returned.
///   - relative: the allowed difference, relative to the largest expected magnitude; the default is the
///     tolerance of closed forms in double precision, with room for another order of operations.
/// - Returns: nil, or where the largest difference is and how large.
func difference(_ found: Tensor, _ expected: Tensor, relative: Double = 1e-9) -> String? {
  if let finding = shapeFinding(found, expected.shape) { return finding }
  let (got, want) = (found.scalars, expected.scalars)
  let allowed = relative * max(want.map(\.magnitude).max() ?? 0, 1e-300)
  // Written so that NaN is a difference.
  let misses = got.indices.filter { !((got[$0] - want[$0]).magnitude <= allowed) }
  guard
    let worst = misses.max(by: {
      (got[$0] - want[$0]).magnitude < (got[$1] - want[$1]).magnitude
    })
  else { return nil }
  let place =
    expected.rank == 0 ? "the result" : "element \(indices(of: worst, in: expected.shape))"
  return "\(place) is \(short(got[worst])), expected \(short(want[worst]))"
}

/// Returns nil if a tensor has the expected shape, or both shapes in a sentence.
func shapeFinding(_ found: Tensor, _ expected: [Int]) -> String? {
  found.shape == expected ? nil : "the shape is \(found.shape), expected \(expected)"
}

/// Returns the expected arrays of a golden case that an implementation misses, as one sentence.
func goldenFinding(
  _ name: String, of module: String, in arrays: Set<String>, _ answers: GoldenAnswers
) throws -> String? {
  try GoldenCase.named(name, of: module).misses(in: arrays, of: answers).first.map {
    "Fixtures/\(module)/\(name): \($0)"
  }
}

/// Returns an input of a golden case; a missing one is an error of the case.
func input(_ name: String, _ inputs: [String: Tensor]) throws -> Tensor {
  guard let tensor = inputs[name] else {
    throw ManifestError(description: "no input named \(name)")
  }
  return tensor
}

private func indices(of element: Int, in shape: [Int]) -> [Int] {
  var rest = element
  return shape.reversed().map { length in
    defer { rest /= length }
    return rest % length
  }.reversed()
}

private func short(_ value: Double) -> String {
  let rounded = (value * 1e6).rounded() / 1e6
  // A value that six decimals cannot show is printed in full.
  return rounded == 0 && value != 0 ? "\(value)" : "\(rounded)"
}
