import RelativeDepth
import TestSupport
import Tensors
import Testing

/// Deliberately wrong readings of the formula of §3.2; the golden files must reject each of them.
@Suite("§3.2: broken twins")
struct BrokenTwinTests {
  /// The formula to the letter, without the exception for background and face base.
  @Test func aBackgroundRelativeToTheFaceIsRejected() throws {
    try expectRejected(by: "relative") { depth, face in
      depth + face * facing(depth, [1, 0, 1])
    }
  }

  /// d̂_1 = 2 d_1: the face is a part above itself.
  @Test func aFaceThatIsAddedToItselfIsRejected() throws {
    try expectRejected(by: "relative") { depth, face in
      depth + face * facing(depth, [0, 1, 1])
    }
  }

  /// With two parts too, where nothing should happen.
  @Test func partsFromTheFaceOnAreRejectedWhereNothingIsAboveTheFace() throws {
    try expectRejected(by: "nothing_above_the_face") { depth, face in
      depth + face * facing(depth, [0, 1, 1])
    }
  }

  /// Numbered from 1, as the paper numbers parts: part 2 is then taken for the face base.
  @Test func anotherFacePartIsRejected() throws {
    try expectRejected(by: "relative") { depth, _ in
      let (rank, parts) = (depth.rank, depth.shape[depth.rank - 3])
      let face = depth.sliced(axis: rank - 3, from: 2, length: 1)
      return depth + face * Tensor([parts, 1, 1], (0..<parts).map { $0 > 2 ? 1.0 : 0 })
    }
  }

  @Test func subtractingTheFaceIsRejected() throws {
    try expectRejected(by: "relative") { depth, face in
      depth - face * facing(depth, [0, 0, 1])
    }
  }

  /// The face is detached: the values are right, and the face does not learn from its parts.
  @Test func aDetachedFaceIsRejectedByItsGradient() throws {
    let golden = try GoldenCase.named("relative", of: "RelativeDepth")
    let misses = try misses(golden) { depth, face in
      depth + face.detached() * facing(depth, [0, 0, 1])
    }
    #expect(!misses.contains { $0.hasPrefix("absolute_depth:") })
    #expect(misses.contains { $0.hasPrefix("grad_relative_depth_of_absolute_depth") })
    #expect(misses.contains { $0.hasPrefix("curved_gradient:") })
  }

  /// Each mode in place of the other.
  @Test(arguments: [("relative", DepthMode.absolute), ("absolute", .relative)])
  func theOtherModeIsRejected(name: String, mode: DepthMode) throws {
    let module = RelativeDepth(mode)
    try expectRejected(by: name) { depth, _ in module.absoluteDepth(of: depth) }
  }

  /// The first image's face for both images of a batch.
  @Test func theFaceOfAnotherImageIsRejected() throws {
    try expectRejected(by: "batch") { depth, face in
      depth + face[0].unsqueezed(axis: 0) * facing(depth, [0, 0, 1])
    }
  }

  /// Factors of the face for background, face base and all other parts, `[K, 1, 1]`.
  private func facing(_ depth: Tensor, _ factors: [Double]) -> Tensor {
    let parts = depth.shape[depth.rank - 3]
    return Tensor([parts, 1, 1], (0..<parts).map { factors[min($0, 2)] })
  }

  private func expectRejected(
    by name: String, at location: SourceLocation = #_sourceLocation,
    _ wrong: (_ depth: Tensor, _ face: Tensor) -> Tensor
  ) throws {
    let golden = try GoldenCase.named(name, of: "RelativeDepth")
    let misses = try misses(golden, wrong)
    let values = misses.contains { $0.hasPrefix("absolute_depth:") }
    let gradients = misses.contains { $0.hasPrefix("grad_relative_depth_of_curved:") }
    #expect(values && gradients, "the golden file accepts it", sourceLocation: location)
  }

  private func misses(
    _ golden: GoldenCase, _ wrong: (_ depth: Tensor, _ face: Tensor) -> Tensor
  ) throws -> [String] {
    try goldenMisses(golden) { inputs in
      try answers(of: golden, to: inputs) { depth in
        wrong(depth, depth.sliced(axis: -3, from: RelativeDepth.facePart, length: 1))
      }
    }
  }
}
