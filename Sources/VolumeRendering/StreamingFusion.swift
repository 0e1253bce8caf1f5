import PartFusion
import Tensors

// Equation 8 after SAMPLE: a sample is linear in the volume, so parts may be summed after sampling.
extension PartFusion {
  /// Returns the fused feature at sample points without building a feature volume.
  ///
  /// - Parameters:
  ///   - lift: ψ of all parts and the voxels around the points.
  ///   - feature: f²ᵈ of every part, `[B, K, C, H, W]`.
  ///   - densityMap: σ²ᵈ of every part, `[B, K, H, W]`, from which the shares of `densitySoftmax` are
  ///     computed.
  /// - Returns: `[B, P, C]`.
  public func sampled(_ lift: StreamingLift, feature: Tensor, densityMap: Tensor) -> Tensor {
    lift.feature(feature, share: share(lift.liftedDensity(densityMap)))
  }

  /// Returns Σᵢ wᵢ fᵢ of the fused feature for every ray, equation 4, without a feature volume.
  ///
  /// - Parameters:
  ///   - lift: ψ of all parts and the voxels around the points.
  ///   - feature: f²ᵈ of every part, `[B, K, C, H, W]`.
  ///   - liftedDensity: σ³ᵈ in the layout of `StreamingLift.psi`, from which the shares of
  ///     `densitySoftmax` are computed.
  ///   - renderingWeights: wᵢ of the points, which form R rays of N samples in order, `[B, R, N]`.
  /// - Returns: `[B, R, C]`.
  public func rendered(
    _ lift: StreamingLift, feature: Tensor, liftedDensity: Tensor, renderingWeights: Tensor
  ) -> Tensor {
    EquationTrace.mark(Self.self)
    return lift.renderedFeature(
      feature, share: share(liftedDensity), renderingWeights: renderingWeights)
  }

  /// Returns the factor of every voxel and part from densities with parts last; nil for the plain sum.
  private func share(_ liftedDensity: Tensor) -> Tensor? {
    switch fusion {
    case .sum: nil
    case .densitySoftmax: shares(liftedDensity, partAxis: -1)
    }
  }
}
