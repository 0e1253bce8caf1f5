import PartFusion
import Tensors
import TestSupport
import Testing

/// Wrong ways to sample; the golden files must reject every one.
@Suite("Streaming samples: broken twins")
struct StreamingBrokenTwinTests {
  /// Points read as (plane, row, column), or rows and columns exchanged.
  @Test(arguments: [[2, 1, 0], [1, 0, 2]])
  func anotherOrderOfCoordinatesIsRejected(order: [Int]) throws {
    let golden = try GoldenCase.named("stream_gaussian", of: "GaussianLifting")
    let misses = try goldenMisses(golden) { inputs in
      var inputs = inputs
      let points = try #require(inputs["coordinates"])
      inputs["coordinates"] = .concatenated(
        order.map { points.sliced(axis: 1, from: $0, length: 1) }, axis: 1)
      return try streamedLift(golden, inputs)
    }
    #expect(misses.contains { $0.hasPrefix("fused_feature_sample:") })
  }

  /// The nearest plane is read instead of an interpolation between two planes.
  @Test func theNearestPlaneIsRejected() throws {
    let golden = try GoldenCase.named("stream_gaussian", of: "GaussianLifting")
    let misses = try goldenMisses(golden) { inputs in
      var inputs = inputs
      let points = try #require(inputs["coordinates"])
      let plane = (points.sliced(axis: 1, from: 2, length: 1) + 0.5).floor()
      inputs["coordinates"] = .concatenated(
        [points.sliced(axis: 1, from: 0, length: 2), plane], axis: 1)
      return try streamedLift(golden, inputs)
    }
    #expect(misses.contains { $0.hasPrefix("part_density_sample:") })
  }

  /// A streaming sample omits the shares of the density softmax.
  @Test func aStreamWithoutSharesIsRejected() throws {
    let golden = try GoldenCase.named("stream_density_softmax", of: "GaussianLifting")
    let misses = try goldenMisses(golden) { try streamed(PartFusion(.sum), golden, $0) }
    #expect(misses.contains { $0.hasPrefix("fused_feature_sample:") })
  }
}
