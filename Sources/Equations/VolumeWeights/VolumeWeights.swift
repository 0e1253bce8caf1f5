import Tensors

/// What the last sample of a ray takes for its distance to the next, which does not exist.
public enum LastSpacing: Sendable, Equatable {
  /// 10¹⁰: whatever density the last sample has stands for everything behind it.
  case infinite
  /// The distance left to the far end of the ray, or 0 beyond it.
  case far(Double)
}

/// How much each sample on a ray contributes to what the camera sees.
///
/// Paper §3.1, equations 2–4.
///
///     Ĉ(r) = Σᵢ wᵢ cᵢ,   wᵢ = Tᵢ (1 − exp(−s σᵢ δᵢ))        Eq. 2
///     Tᵢ  = exp(−Σ_{j<i} s σⱼ δⱼ)                           Eq. 3
///     f_render(r) = Σᵢ wᵢ fᵢ³ᵈ                              Eq. 4
///
/// | Paper             | Code               | Shape      | Unit or range                    |
/// |-------------------|--------------------|------------|----------------------------------|
/// | σᵢ                | `density`          | `[…, N]`   | ≥ 0, 1 / (s · unit of t)         |
/// | tᵢ                | `rayDepths`        | `[…, N]`   | world units along the ray, rising|
/// | δᵢ = tᵢ₊₁ − tᵢ    | `spacing`          | `[…, N]`   | world units, ≥ 0                 |
/// | s                 | `opticalScale`     | scalar     | 1 in the paper                   |
/// | s σᵢ δᵢ           | `opticalDepth`     | `[…, N]`   | ≥ 0                              |
/// | 1 − exp(−s σᵢ δᵢ) | `opacity`          | `[…, N]`   | 0 … 1 (NeRF calls it α)          |
/// | Tᵢ                | `transmittance`    | `[…, N]`   | 0 … 1, never rises, T₁ = 1       |
/// | wᵢ                | `renderingWeights` | `[…, N]`   | 0 … 1, Σw = 1 − exp(−Σ s σ δ)    |
/// | fᵢ³ᵈ, cᵢ          | `features`         | `[…, N, C]`| any                              |
/// | f_render, Ĉ       | `rendered(_:_:)`   | `[…, C]`   | that of the features, times Σw   |
///
/// Departure from the paper: s, which the paper has not (1 gives its equations, PaperNotes 19).
/// Open choice: δ_N has no t_{N+1}; see `LastSpacing` (PaperNotes 5). Nothing is added inside
/// equation 3, where some implementations put 1e-10 (PaperNotes 31).
///
/// Gradient at σ_N = 0 with `LastSpacing.infinite`: ∂w_N/∂σ_N = s δ_N T_N = 1e10 · s T_N. A ReLU whose
/// input is at or below 0 has slope 0 and keeps it from what made σ; a density that is positive but
/// tiny (s σ_N δ_N not far above 1) feels it (PaperNotes 5).
public struct VolumeWeights: Sendable, Equatable {
  /// s: how many times denser matter is than its σ says.
  public var opticalScale: Double
  /// What stands for δ_N.
  public var lastSpacing: LastSpacing

  /// The equations with a scale for the density and a rule for the last spacing.
  public init(opticalScale: Double = 1, lastSpacing: LastSpacing = .infinite) {
    self.opticalScale = opticalScale
    self.lastSpacing = lastSpacing
  }

  /// Everything equations 2 and 3 give for a ray, each `[…, N]`.
  public struct Ray: Sendable {
    /// 1 − exp(−s σᵢ δᵢ), the part of the light a sample stops.
    public let opacity: Tensor
    /// Tᵢ, the part of the light that reaches a sample.
    public let transmittance: Tensor
    /// wᵢ = Tᵢ · opacityᵢ.
    public let renderingWeights: Tensor
  }

  /// δᵢ = tᵢ₊₁ − tᵢ, and the last one by `lastSpacing`: `[…, N]` → `[…, N]`.
  public func spacing(_ rayDepths: Tensor) -> Tensor {
    let count = rayDepths.shape.last ?? 0
    require(
      count >= 1, "spacing(_:): rayDepths has shape \(rayDepths.shape), expected [.., N]")
    let last = rayDepths.sliced(axis: -1, from: count - 1, length: 1)
    let steps =
      rayDepths.sliced(axis: -1, from: 1, length: count - 1)
      - rayDepths.sliced(axis: -1, from: 0, length: count - 1)
    switch lastSpacing {
    case .infinite:
      return .concatenated([steps, Tensor(repeating: 1e10, last.shape, last.scalarType)], axis: -1)
    case .far(let end):
      return .concatenated([steps, (end - last).relu()], axis: -1)
    }
  }

  /// Opacity, transmittance and rendering weights of samples with known spacing, equations 2 and 3.
  public func ray(density: Tensor, spacing: Tensor) -> Ray {
    EquationTrace.mark("Eq. 2, 3", Self.self)
    requireShape(spacing, density.shape, "spacing", axes: "[.., N]")
    let opticalDepth = density * spacing * opticalScale
    // exp of a sum, not a product of (1 − opacity): a product of many numbers near 1 loses digits,
    // and one that reaches 0 has no gradient. Nothing here can overflow: exponents are ≤ 0.
    let transmittance = (-opticalDepth.cumulativeSum(exclusive: true)).exponential()  // Eq. 3
    // 1 − exp(−x) by expm1: at x = 1e-9 the difference keeps no digit in single precision.
    let opacity = -(-opticalDepth).exponentialMinusOne()
    return Ray(
      opacity: opacity, transmittance: transmittance,
      renderingWeights: transmittance * opacity)  // Eq. 2
  }

  /// Opacity, transmittance and rendering weights of samples at known depths, equations 2 and 3.
  public func ray(density: Tensor, at rayDepths: Tensor) -> Ray {
    requireShape(rayDepths, density.shape, "rayDepths", axes: "[.., N]")
    return ray(density: density, spacing: spacing(rayDepths))
  }

  /// Σ wᵢ fᵢ, equation 4 (and the sum of equation 2 for colours).
  ///
  /// The volume renderer takes the same sum with that over samples inside, before any feature is
  /// read: `StreamingLift.renderedFeature`, held equal to this by a test.
  ///
  /// - Parameters:
  ///   - renderingWeights: `[…, N]`.
  ///   - features: `[…, N, C]`.
  /// - Returns: `[…, C]`.
  public func rendered(_ renderingWeights: Tensor, _ features: Tensor) -> Tensor {
    EquationTrace.mark("Eq. 4", Self.self)
    requireShape(features, renderingWeights.shape + [nil], "features", axes: "[.., N, C]")
    return renderingWeights.unsqueezed(axis: -2).matmul(features).squeezed(axis: -2)
  }

  /// Σ wᵢ tᵢ: the depth of what is seen, drawn towards 0 where light passes through.
  ///
  /// Both arguments are `[…, N]`, the result is `[…]`.
  public func expectedDepth(_ renderingWeights: Tensor, at rayDepths: Tensor) -> Tensor {
    requireShape(rayDepths, renderingWeights.shape, "rayDepths", axes: "[.., N]")
    return (renderingWeights * rayDepths).sum(axes: [-1])
  }

  /// Σ wᵢ tᵢ / Σ wᵢ: the mean depth of what stops the light; not a number where nothing does.
  ///
  /// Both arguments are `[…, N]`, the result is `[…]`.
  public func normalizedDepth(_ renderingWeights: Tensor, at rayDepths: Tensor) -> Tensor {
    expectedDepth(renderingWeights, at: rayDepths) / renderingWeights.sum(axes: [-1])
  }
}
