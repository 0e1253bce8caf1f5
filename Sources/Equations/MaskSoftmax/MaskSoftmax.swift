import Tensors

/// The weights of the samples in equation 10.
public enum MaskWeighting: String, Codable, Sendable, CaseIterable {
  /// The rendering weights of equation 2, which are small for occluded samples.
  case rendering
  /// 1 for every sample, as in the first training iterations (2 000 in the paper) and in the ablation
  /// of Fig. 9.
  case ones
}

/// Semantic masks for any camera: the part that each pixel shows.
///
/// Paper §3.3, equations 9–11.
///
///     m_k(u,v)      = exp(m_k^init(u,v)) / Σ_j exp(m_j^init(u,v))      Eq. 9
///     m_k^init(u,v) = Σᵢ wᵢ(u,v) σ_k^i(u,v)                            Eq. 10
///     σ_k^i(u,v)    = SAMPLE(σ³ᵈ_k, Xᵢ(u,v))                           Eq. 11
///     m_hr          = upsample(2m − 1) + Δm
///
/// | Paper    | Code                | Shape          | Unit or range                          |
/// |----------|---------------------|----------------|----------------------------------------|
/// | σ³ᵈ_k    | `volume`            | `[D, H, W]`    | ≥ 0                                    |
/// | Xᵢ       | `samplePoints`      | `[P, 3]`       | voxel coordinates (column, row, plane) |
/// | SAMPLE   | `sampled(_:at:)`    | `[P]`          | trilinear, border voxel if outside     |
/// | σ_k^i    | `partDensities`     | `[…, N, K]`    | ≥ 0                                    |
/// | wᵢ       | `renderingWeights`  | `[…, N]`       | 0 … 1                                  |
/// | m_k^init | `maskLogits`        | `[…, K]`       | ≥ 0                                    |
/// | m_k      | `maskProbabilities` | `[…, K]`       | 0 … 1, sums to 1 over parts            |
/// | 2m − 1   | `coarseMask`        | `[B, K, h, w]` | −1 … 1                                 |
/// | Δm       | `maskResidual`      | `[B, K, S, S]` | any, −1 … 1 scale                      |
/// | m_hr     | `finalMask`         | `[B, K, S, S]` | about −1 … 1, unbounded                |
///
/// Departure from the paper: equation 9 as printed has exp(m_k) in the numerator, which would define
/// m_k by itself; we read it as exp(m_k^init) (PaperNotes 1). m_hr is computed from 2m − 1 instead of
/// m (PaperNotes 17). Open choices: the paper calls equation 10 an average, but the sum is not divided
/// by Σw ≤ 1 (PaperNotes 10); outside the volume, SAMPLE reads the nearest border voxel (PaperNotes
/// 19); "upsample" is the ×2 filter of the render net (PaperNotes 24).
public struct MaskSoftmax: Sendable, Equatable {
  /// The weights of equation 10.
  public var weighting: MaskWeighting

  /// Creates the equations with the rendering weights, or with weights of 1.
  public init(_ weighting: MaskWeighting = .rendering) { self.weighting = weighting }

  /// Returns a part's density volume `[D, H, W]` at points `[P, 3]`, SAMPLE of equation 11: `[P]`.
  ///
  /// `StreamingLift.density(_:)` returns the same numbers for all parts at once.
  public func sampled(_ volume: Tensor, at samplePoints: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    requireShape(volume, [nil, nil, nil], "volume", axes: "[D, H, W]")
    requireShape(samplePoints, [nil, 3], "samplePoints", axes: "[P, 3]")
    return volume.unsqueezed(axis: 0).sampled(at: samplePoints).squeezed(axis: 1)
  }

  /// Returns m_k^init = Σᵢ wᵢ σ_k^i, equation 10.
  ///
  /// - Parameters:
  ///   - partDensities: σ_k^i, `[…, N, K]`.
  ///   - renderingWeights: wᵢ, `[…, N]`; the values are not read if `weighting` is `ones`.
  /// - Returns: `[…, K]`.
  public func maskLogits(partDensities: Tensor, renderingWeights: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    requireShape(
      partDensities, renderingWeights.shape + [nil], "partDensities", axes: "[.., N, K]")
    switch weighting {
    case .rendering:
      return renderingWeights.unsqueezed(axis: -2).matmul(partDensities).squeezed(axis: -2)
    case .ones: return partDensities.sum(axes: [-2])
    }
  }

  /// Returns m_k, equation 9, the softmax over the parts on the last axis: `[…, K]` → `[…, K]`.
  public func maskProbabilities(_ maskLogits: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    // A shift shared by all parts cancels, so the softmax subtracts the largest logit before exp. No
    // density, however large, overflows.
    return maskLogits.softmax(axis: -1)
  }

  /// Returns 2m − 1, the coarse mask on the scale of the discriminator's masks, −1 … 1.
  public static func coarseMask(_ maskProbabilities: Tensor) -> Tensor {
    2 * maskProbabilities - 1
  }

  /// Returns m_hr = upsample(2m − 1) + Δm.
  ///
  /// - Parameters:
  ///   - coarseMask: 2m − 1, `[B, K, h, w]`.
  ///   - maskResidual: Δm, `[B, K, S, S]`, S being h times a power of two.
  /// - Returns: `[B, K, S, S]`; the mask is upsampled ×2 with the kernel [1, 3, 3, 1] as often as needed.
  public static func finalMask(coarseMask: Tensor, maskResidual: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    requireShape(coarseMask, [nil, nil, nil, nil], "coarseMask", axes: "[B, K, h, w]")
    requireShape(maskResidual, [nil, nil, nil, nil], "maskResidual", axes: "[B, K, S, S]")
    require(coarseMask.count > 0, "finalMask: coarseMask has no element")
    var mask = coarseMask
    while mask.shape[2] < maskResidual.shape[2] { mask = mask.upsampledTwice() }
    requireShape(maskResidual, mask.shape, "maskResidual", axes: "[B, K, S, S]")
    return mask + maskResidual
  }
}
