import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// Deliberately wrong readings of equation 13; the golden files must reject each of them.
@Suite("Eq. 12–13: broken twins")
struct BrokenTwinTests {
  /// Dividing by the pairs there are instead of 8 · K · H · W, the exercise of this equation.
  ///
  /// A map of 5 by 4 has 31 + 24 = 55 pairs, met from both ends, where A counts 160 neighbours.
  @Test func averagingOverThePairsPresentIsRejected() throws {
    try expectRejected { DepthSmoothness().loss($0) * (160.0 / 110) }
  }

  /// Left, right, above and below, without the diagonals.
  @Test func fourNeighboursAreRejected() throws {
    try expectRejected { depth in
      let across = squares(depth, along: -1, beside: 0) + squares(depth, along: -2, beside: 0)
      return across * 2 / Double(8 * depth.count)
    }
  }

  /// Each pair once, which is half the sum.
  @Test func everyPairOnceIsRejected() throws {
    try expectRejected { DepthSmoothness().loss($0) / 2 }
  }

  /// A border that wraps around: the left edge beside the right one.
  @Test func neighboursOnTheOtherSideAreRejected() throws {
    try expectRejected { depth in
      let wrapped = squares(depth, along: -1, beside: 1) + squares(depth, along: -2, beside: 1)
      let open = squares(depth, along: -1, beside: 0) + squares(depth, along: -2, beside: 0)
      return DepthSmoothness().loss(depth) + (wrapped - open) * 2 / Double(8 * depth.count)
    }
  }

  /// The length of the difference instead of its square.
  @Test func absoluteDifferencesAreRejected() throws {
    try expectRejected { depth in
      let steps = difference(depth, along: -1, beside: 0).absolute().sum()
      return steps * 2 / Double(8 * depth.count)
    }
  }

  /// λ_ds forgotten in equation 12.
  @Test func aTotalWithoutItsWeightIsRejected() throws {
    let golden = try GoldenCase.named("one_image", of: "DepthSmoothness")
    let misses = try goldenMisses(golden) { inputs in
      var answers = try answers(of: golden, to: inputs)
      guard let loss = answers["smoothness"], let adversarial = inputs["ssgan_loss"] else {
        return answers
      }
      answers["total"] = adversarial + loss
      return answers
    }
    #expect(misses.contains { $0.hasPrefix("total") })
    #expect(misses.contains { $0.hasPrefix("grad_depth_of_total") })
  }

  private func expectRejected(
    at location: SourceLocation = #_sourceLocation, _ wrong: (Tensor) -> Tensor
  ) throws {
    let golden = try GoldenCase.named("one_image", of: "DepthSmoothness")
    let misses = try goldenMisses(golden) { inputs in
      var answers = try answers(of: golden, to: inputs)
      answers["smoothness"] = inputs["depth"].map(wrong)
      return answers
    }
    let values = misses.contains { $0.hasPrefix("smoothness:") }
    let gradients = misses.contains { $0.hasPrefix("grad_depth_of_smoothness") }
    #expect(values && gradients, "the golden file accepts it", sourceLocation: location)
  }

  /// Neighbours along an axis; `beside` 1 puts the first behind the last again.
  private func difference(_ depth: Tensor, along axis: Int, beside: Int) -> Tensor {
    let length = depth.shape[depth.rank + axis]
    let ring = Tensor.concatenated(
      [depth, depth.sliced(axis: axis, from: 0, length: beside)], axis: axis)
    let steps = length - 1 + beside
    return ring.sliced(axis: axis, from: 0, length: steps)
      - ring.sliced(axis: axis, from: 1, length: steps)
  }

  private func squares(_ depth: Tensor, along axis: Int, beside: Int) -> Tensor {
    difference(depth, along: axis, beside: beside).squared().sum()
  }
}
