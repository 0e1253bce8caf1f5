import Tensors

/// The rule that fuses the parts' feature volumes into one.
public enum Fusion: String, Sendable, CaseIterable, Codable {
  /// The plain sum of equation 8.
  case sum
  /// Each part's feature is first scaled by the softmax, over the parts, of the lifted densities.
  case densitySoftmax
}

/// The fusion of all parts' volumes into one feature volume and one density volume.
///
/// Paper §3.3, equation 8.
///
///     f³ᵈ_fused(x,y,z) = Σ_k f³ᵈ_k(x,y,z)           Eq. 8
///     σ³ᵈ_fused(x,y,z) = Σ_k σ³ᵈ_k(x,y,z)           "in a similar way"
///
/// | Paper     | Code                         | Shape                | Unit or range               |
/// |-----------|------------------------------|----------------------|-----------------------------|
/// | f³ᵈ_k     | `features`                   | `[…, K, C, D, H, W]` | any                         |
/// | σ³ᵈ_k     | `densities`                  | `[…, K, D, H, W]`    | ≥ 0                         |
/// | f³ᵈ_fused | `fused(features:densities:)` | `[…, C, D, H, W]`    | any                         |
/// | σ³ᵈ_fused | `fused(densities:partAxis:)` | `[…, D, H, W]`       | ≥ 0                         |
/// | –         | `shares(_:partAxis:)`        | `[…, K, D, H, W]`    | 0 … 1, sums to 1 over parts |
///
/// Departure from the paper: none for `sum`; `densitySoftmax` is not in the paper and multiplies
/// each f³ᵈ_k by softmax_k(σ³ᵈ_k) first (PaperNotes 21). Open choice: "in a similar way" is read as
/// the plain sum for the density, whichever rule fuses the features (PaperNotes 7).
public struct PartFusion: Sendable, Equatable {
  /// The rule for features; densities are always summed.
  public var fusion: Fusion

  /// Creates a fusion with a rule for features, by default that of equation 8.
  public init(_ fusion: Fusion = .sum) { self.fusion = fusion }

  /// Returns Σ_k σ³ᵈ_k: `[…, K, D, H, W]` → `[…, D, H, W]`.
  ///
  /// Sampling is linear, so the sum may also be taken over sampled densities, `[…, N, K]` → `[…, N]`.
  /// Training does so.
  ///
  /// - Parameters:
  ///   - densities: the densities of all parts, ≥ 0.
  ///   - partAxis: the axis of the K parts.
  /// - Returns: the densities without that axis.
  public func fused(densities: Tensor, partAxis: Int = -4) -> Tensor {
    EquationTrace.mark(Self.self)
    return densities.sum(axes: [partAxis])
  }

  /// Returns Σ_k f³ᵈ_k, equation 8; with `densitySoftmax`, each part is multiplied by its share.
  ///
  /// Training sums over parts and along each ray together, see `PartFusion.rendered` in
  /// `VolumeRendering`.
  ///
  /// - Parameters:
  ///   - features: lifted features, `[…, K, C, D, H, W]`.
  ///   - densities: lifted densities, `[…, K, D, H, W]`, from which the shares are computed.
  /// - Returns: `[…, C, D, H, W]`.
  public func fused(features: Tensor, densities: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    let volume: [Int?] = densities.shape
    requireShape(
      features, volume.dropLast(3) + [nil] + volume.suffix(3), "features",
      axes: "[.., K, C, D, H, W]")
    switch fusion {
    case .sum: return features.sum(axes: [-5])
    case .densitySoftmax:
      return (shares(densities, partAxis: -4).unsqueezed(axis: -4) * features).sum(axes: [-5])
    }
  }

  /// Returns the softmax over the parts of their lifted densities: each part's share of a voxel.
  ///
  /// A part without density in a voxel still contributes e⁰ = 1 to the softmax and gets a share. Only
  /// its ψ suppresses its feature.
  public func shares(_ densities: Tensor, partAxis: Int) -> Tensor {
    densities.softmax(axis: partAxis)
  }
}
