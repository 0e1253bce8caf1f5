import GaussianLifting
import Tensors

// Equation 8 inside SAMPLE: a sample is linear in the volume, so parts may be added after it.
extension PartFusion {
  /// The fused feature at sample points, without any feature volume.
  ///
  /// - Parameters:
  ///   - lift: ψ of all parts and the voxels around the points.
  ///   - feature: f²ᵈ of every part, `[B, K, C, H, W]`.
  ///   - densityMap: σ²ᵈ of every part, `[B, K, H, W]`; what the shares of `densitySoftmax` are made
  ///     of.
  /// - Returns: `[B, P, C]`.
  public func sampled(_ lift: StreamingLift, feature: Tensor, densityMap: Tensor) -> Tensor {
    switch fusion {
    case .sum: return lift.feature(feature)
    case .densitySoftmax:
      return lift.feature(feature, share: shares(lift.liftedDensity(densityMap), partAxis: -1))
    }
  }

  /// The fused density at sample points from that of the parts: `[…, N, K]` → `[…, N]`.
  public func fused(sampledDensities: Tensor) -> Tensor { sampledDensities.sum([-1]) }
}
