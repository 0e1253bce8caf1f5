import PartFusion
import Tensors
import TestSupport
import Testing

/// Wrong versions of equation 8; the golden files must reject every one.
@Suite("Eq. 8: broken twins")
struct BrokenTwinTests {
  /// The average, or the largest, in place of the sum; and the other rule.
  @Test func anotherWayToAddIsRejected() throws {
    let golden = try GoldenCase.named("sum", of: "PartFusion")
    let twins: [FeatureRule] = [
      { features, _ in features.mean(axes: [0]) },
      { features, _ in features.maximum(axes: [0]) },
      PartFusion(.densitySoftmax).fused(features:densities:),
    ]
    for twin in twins {
      let misses = try goldenMisses(golden) { try answers(of: Volumes($0), by: twin) }
      #expect(misses.contains { $0.hasPrefix("fused_feature:") })
      #expect(!misses.contains { $0.hasPrefix("fused_density:") })
    }
  }

  /// Softmax over planes in place of parts, of twice the density, or left out.
  @Test func otherSharesAreRejected() throws {
    let golden = try GoldenCase.named("density_softmax", of: "PartFusion")
    let twins: [FeatureRule] = [
      { ($1.softmax(axis: 1).unsqueezed(axis: 1) * $0).sum(axes: [0]) },
      { ((2 * $1).softmax(axis: 0).unsqueezed(axis: 1) * $0).sum(axes: [0]) },
      { features, _ in features.sum(axes: [0]) },
    ]
    for twin in twins {
      let misses = try goldenMisses(golden) { try answers(of: Volumes($0), by: twin) }
      #expect(misses.contains { $0.hasPrefix("fused_feature:") })
    }
  }

  /// The softmax of the 2D densities, before they are lifted.
  @Test func sharesOfTheFlatDensitiesAreRejected() throws {
    let golden = try GoldenCase.named("density_softmax", of: "PartFusion")
    let misses = try goldenMisses(golden) { inputs in
      let volumes = try Volumes(inputs)
      return answers(of: volumes) { features, _ in
        (volumes.densityMap.softmax(axis: 0).unsqueezed(axis: 1).unsqueezed(axis: 2) * features)
          .sum(axes: [0])
      }
    }
    #expect(misses.contains { $0.hasPrefix("fused_feature:") })
  }
}
