import PartFusion
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
    lift.feature(feature, share: share(lift.liftedDensity(densityMap)))
  }

  /// Σᵢ wᵢ of the fused feature along every ray, equation 4, without any feature volume.
  ///
  /// - Parameters:
  ///   - lift: ψ of all parts and the voxels around the points.
  ///   - feature: f²ᵈ of every part, `[B, K, C, H, W]`.
  ///   - liftedDensity: σ³ᵈ as `lift` lays it out; what the shares of `densitySoftmax` are made of.
  ///   - renderingWeights: wᵢ of the points, taken in order as R rays of N, `[B, R, N]`.
  /// - Returns: `[B, R, C]`.
  public func rendered(
    _ lift: StreamingLift, feature: Tensor, liftedDensity: Tensor, renderingWeights: Tensor
  ) -> Tensor {
    EquationTrace.mark("Eq. 8", Self.self)
    return lift.renderedFeature(
      feature, share: share(liftedDensity), renderingWeights: renderingWeights)
  }

  /// The factor of every voxel and part, from densities with the parts on the last axis.
  private func share(_ liftedDensity: Tensor) -> Tensor? {
    switch fusion {
    case .sum: nil
    case .densitySoftmax: shares(liftedDensity, partAxis: -1)
    }
  }
}
