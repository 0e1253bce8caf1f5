import GaussianLifting
import Tensors

extension PartFusion {
  /// The fused feature at sample points, without any feature volume: equation 8 inside SAMPLE.
  ///
  /// - Parameters:
  ///   - lift: ψ of all parts and the voxels around the points.
  ///   - feature: f²ᵈ of every part, `[B, K, C, H, W]`.
  ///   - densityMap: σ²ᵈ of every part, `[B, K, H, W]`; what the shares of `densitySoftmax` come from.
  /// - Returns: `[B, P, C]`.
  public func sampled(_ lift: StreamingLift, feature: Tensor, densityMap: Tensor) -> Tensor {
    switch fusion {
    case .sum: return lift.feature(feature)
    case .densitySoftmax:
      return lift.feature(feature, share: shares(lift.liftedDensity(densityMap), partAxis: -1))
    }
  }
}
