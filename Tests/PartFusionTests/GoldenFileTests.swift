import GaussianLifting
import PartFusion
import TestSupport
import Tensors
import Testing

@Suite("Eq. 8 against the golden files")
struct PartFusionGoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "PartFusion"))
  func volumes(golden: GoldenCase) throws {
    let fusion = try PartFusion(golden)
    try expectGolden(golden) { try fusedVolumes(Volumes($0), fusion.fused(features:densities:)) }
  }

  /// The lifting's samples, of either rule, without any volume.
  @Test(arguments: try GoldenCase.all(of: "GaussianLifting").filter { $0.name.hasPrefix("stream") })
  func streamingSamples(golden: GoldenCase) throws {
    let fusion = try PartFusion(golden)
    try expectGolden(golden) { try streamed(fusion, golden, $0) }
  }

  // MARK: Wrong twins

  /// The average, or the largest, in place of the sum; and the other rule.
  @Test func anotherWayToAddIsNoticed() throws {
    let golden = try GoldenCase.named("sum", of: "PartFusion")
    let twins: [FeatureRule] = [
      { features, _ in features.mean([0]) },
      { features, _ in features.maximum(over: [0]) },
      PartFusion(.densitySoftmax).fused(features:densities:),
    ]
    for twin in twins {
      let misses = try goldenMisses(golden) { try fusedVolumes(Volumes($0), twin) }
      #expect(misses.contains { $0.hasPrefix("fused_feature:") })
      #expect(!misses.contains { $0.hasPrefix("fused_density:") })
    }
  }

  /// Softmax over planes in place of parts, of twice the density, or left out.
  @Test func otherSharesAreNoticed() throws {
    let golden = try GoldenCase.named("density_softmax", of: "PartFusion")
    let twins: [FeatureRule] = [
      { ($1.softmax(1).expanded(1) * $0).sum([0]) },
      { ((2 * $1).softmax(0).expanded(1) * $0).sum([0]) },
      { features, _ in features.sum([0]) },
    ]
    for twin in twins {
      let misses = try goldenMisses(golden) { try fusedVolumes(Volumes($0), twin) }
      #expect(misses.contains { $0.hasPrefix("fused_feature:") })
    }
  }

  /// The softmax of the 2D densities, before they are lifted.
  @Test func sharesOfTheFlatDensitiesAreNoticed() throws {
    let golden = try GoldenCase.named("density_softmax", of: "PartFusion")
    let misses = try goldenMisses(golden) { inputs in
      let volumes = try Volumes(inputs)
      return try fusedVolumes(volumes) { features, _ in
        (volumes.densityMap.softmax(0).expanded(1).expanded(2) * features).sum([0])
      }
    }
    #expect(misses.contains { $0.hasPrefix("fused_feature:") })
  }

  /// A streaming sample that forgets the shares.
  @Test func aStreamWithoutSharesIsNoticed() throws {
    let golden = try GoldenCase.named("stream_density_softmax", of: "GaussianLifting")
    let misses = try goldenMisses(golden) { try streamed(PartFusion(.sum), golden, $0) }
    #expect(misses.contains { $0.hasPrefix("fused_feature_sample:") })
  }
}

/// Features `[K, C, D, H, W]` and densities `[K, D, H, W]` to one `[C, D, H, W]`.
private typealias FeatureRule = (_ features: Tensor, _ densities: Tensor) -> Tensor

extension PartFusion {
  fileprivate init(_ golden: GoldenCase) throws {
    self.init(try #require(Fusion(rawValue: golden.word("fusion"))))
  }
}

/// The lifted volumes of a case that gives ψ.
private struct Volumes {
  let features, densities, densityMap: Tensor

  init(_ inputs: [String: Tensor]) throws {
    let psi = try #require(inputs["psi"])
    densityMap = try #require(inputs["density"])
    features = psi.expanded(1) * (try #require(inputs["feature"])).expanded(2)
    densities = psi * densityMap.expanded(1)
  }
}

private func fusedVolumes(_ volumes: Volumes, _ rule: FeatureRule) throws -> [String: Tensor] {
  [
    "fused_feature": rule(volumes.features, volumes.densities),
    "fused_density": PartFusion().fused(densities: volumes.densities),
  ]
}

private func streamed(
  _ fusion: PartFusion, _ golden: GoldenCase, _ inputs: [String: Tensor]
) throws -> [String: Tensor] {
  let lifting = GaussianLifting(
    kernel: try #require(LiftingKernel(rawValue: golden.word("liftingKernel"))),
    alpha: try golden.number("liftingAlpha"), depthPlanes: try golden.whole("depthPlanes"))
  func map(_ name: String) throws -> Tensor { try #require(inputs[name]).expanded(0) }
  let lift = StreamingLift(
    lifting, absoluteDepth: try map("absolute_depth"), at: try map("coordinates"))
  let densityMap = try map("density")
  let densities = lift.density(densityMap)
  return [
    "fused_feature_sample":
      fusion.sampled(lift, feature: try map("feature"), densityMap: densityMap).squeezed(0),
    "part_density_sample": densities.squeezed(0),
    "fused_density_sample": fusion.fused(sampledDensities: densities).squeezed(0),
  ]
}
