import GaussianLifting
import PartFusion
import Tensors
import TestSupport
import Testing
import VolumeRendering

/// A function that computes the outputs of a golden case `stream_…`: samples of the fused maps.
typealias Sampler =
  @Sendable (_ golden: GoldenCase, _ inputs: [String: Tensor]) throws -> [String:
  Tensor]

/// Returns the samples of `PartFusion` by the rule of the case, without any feature volume.
@Sendable func streamedFusion(
  _ golden: GoldenCase, _ inputs: [String: Tensor]
) throws -> [String: Tensor] {
  try streamed(PartFusion(golden), golden, inputs)
}

/// Returns the samples of `StreamingLift` alone, which fuses features by the plain sum.
@Sendable func streamedLift(
  _ golden: GoldenCase, _ inputs: [String: Tensor]
) throws -> [String: Tensor] {
  let maps = try Maps(inputs)
  let lift = StreamingLift(
    try GaussianLifting(golden), absoluteDepth: maps.absoluteDepth.unsqueezed(axis: 0),
    at: maps.points.unsqueezed(axis: 0))
  let densities = lift.density(maps.densityMap.unsqueezed(axis: 0)).squeezed(axis: 0)
  return [
    "fused_feature_sample": lift.feature(maps.feature.unsqueezed(axis: 0)).squeezed(axis: 0),
    "part_density_sample": densities, "fused_density_sample": densities.sum(axes: [-1]),
  ]
}

/// Returns samples of the volumes of equations 5, 6 and 8, which are built first.
@Sendable func sampledVolumes(
  _ golden: GoldenCase, _ inputs: [String: Tensor]
) throws -> [String: Tensor] {
  let (maps, lifting) = (try Maps(inputs), try GaussianLifting(golden))
  let psi = lifting.weights(at: maps.absoluteDepth)
  let features = lifting.lifted(feature: maps.feature, weights: psi)
  let densities = lifting.lifted(densityMap: maps.densityMap, weights: psi)
  let fusion = try PartFusion(golden)
  let fused = fusion.fused(features: features, densities: densities)
  let density = fusion.fused(densities: densities).unsqueezed(axis: 0)
  return [
    "fused_feature_sample": fused.sampled(at: maps.points),
    "part_density_sample": densities.sampled(at: maps.points),
    "fused_density_sample": density.sampled(at: maps.points).squeezed(axis: 1),
  ]
}

/// Returns the samples of a fusion that may differ from that of the case, for a broken twin.
func streamed(
  _ fusion: PartFusion, _ golden: GoldenCase, _ inputs: [String: Tensor]
) throws -> [String: Tensor] {
  let maps = try Maps(inputs)
  let lift = StreamingLift(
    try GaussianLifting(golden), absoluteDepth: maps.absoluteDepth.unsqueezed(axis: 0),
    at: maps.points.unsqueezed(axis: 0))
  let densityMap = maps.densityMap.unsqueezed(axis: 0)
  let densities = lift.density(densityMap)
  let feature = fusion.sampled(
    lift, feature: maps.feature.unsqueezed(axis: 0), densityMap: densityMap)
  return [
    "fused_feature_sample": feature.squeezed(axis: 0),
    "part_density_sample": densities.squeezed(axis: 0),
    "fused_density_sample": fusion.fused(densities: densities, partAxis: -1).squeezed(axis: 0),
  ]
}

/// The inputs of a `stream_…` case.
private struct Maps {
  let absoluteDepth, feature, densityMap, points: Tensor

  init(_ inputs: [String: Tensor]) throws {
    absoluteDepth = try #require(inputs["absolute_depth"])
    feature = try #require(inputs["feature"])
    densityMap = try #require(inputs["density"])
    points = try #require(inputs["coordinates"])
  }
}

extension GaussianLifting {
  /// Creates a lifting with the kernel, α and D of a golden case.
  fileprivate init(_ golden: GoldenCase) throws {
    let kernel = try #require(LiftingKernel(rawValue: golden.word("liftingKernel")))
    self.init(
      kernel: kernel, alpha: try golden.number("liftingAlpha"),
      depthPlanes: try golden.whole("depthPlanes"))
  }
}

extension PartFusion {
  /// Creates a fusion with the rule of a golden case.
  fileprivate init(_ golden: GoldenCase) throws {
    self.init(try #require(Fusion(rawValue: golden.word("fusion"))))
  }
}
