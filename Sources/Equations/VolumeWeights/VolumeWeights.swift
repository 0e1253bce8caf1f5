import Tensors

/// The rule for δ_N, the spacing of a ray's last sample, which has no next sample.
public enum LastSpacing: Sendable, Equatable {
  /// 10¹⁰, so that the last sample stands for everything behind it.
  case infinite
  /// The distance from the last sample to the far end of the ray, or 0 beyond the end.
  case far(Double)
}

/// The weight with which each sample on a ray contributes to a rendered pixel.
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
/// | tᵢ                | `rayDepths`        | `[…, N]`   | world units on the ray, ascending|
/// | δᵢ = tᵢ₊₁ − tᵢ    | `spacing`          | `[…, N]`   | world units, ≥ 0                 |
/// | s                 | `opticalScale`     | scalar     | 1 in the paper                   |
/// | s σᵢ δᵢ           | `opticalDepth`     | `[…, N]`   | ≥ 0                              |
/// | 1 − exp(−s σᵢ δᵢ) | `opacity`          | `[…, N]`   | 0 … 1 (NeRF calls it α)          |
/// | Tᵢ                | `transmittance`    | `[…, N]`   | 0 … 1, non-increasing, T₁ = 1    |
/// | wᵢ                | `renderingWeights` | `[…, N]`   | 0 … 1, Σw = 1 − exp(−Σ s σ δ)    |
/// | fᵢ³ᵈ, cᵢ          | `features`         | `[…, N, C]`| any                              |
/// | f_render, Ĉ       | `rendered(_:_:)`   | `[…, C]`   | that of the features, times Σw   |
///
/// Departure from the paper: the factor s, which is not in the paper; 1 gives the paper's equations
/// (PaperNotes 19). Open choice: t_{N+1}, which δ_N needs, does not exist; see `LastSpacing`
/// (PaperNotes 5). Some implementations add 1e-10 inside equation 3; here nothing is added
/// (PaperNotes 31).
///
/// With `LastSpacing.infinite`, the gradient at σ_N = 0 is large: ∂w_N/∂σ_N = s δ_N T_N = 1e10 · s T_N.
/// A ReLU whose input is at or below 0 blocks this gradient, because its own gradient is 0. Where σ_N
/// is positive but tiny (s σ_N δ_N not far above 1), the gradient passes the ReLU (PaperNotes 5).
public struct VolumeWeights: Sendable, Equatable {
  /// The optical scale s, a factor on every density.
  public var opticalScale: Double
  /// The rule for δ_N.
  public var lastSpacing: LastSpacing

  /// Creates the equations with a scale for the density and a rule for the last spacing.
  public init(opticalScale: Double = 1, lastSpacing: LastSpacing = .infinite) {
    self.opticalScale = opticalScale
    self.lastSpacing = lastSpacing
  }

  /// The results of equations 2 and 3 for the samples of a ray, each `[…, N]`.
  public struct Ray: Sendable {
    /// The share of the arriving light that a sample stops, 1 − exp(−s σᵢ δᵢ).
    public let opacity: Tensor
    /// The share of the light that reaches a sample, Tᵢ.
    public let transmittance: Tensor
    /// The rendering weight of a sample, wᵢ = Tᵢ · opacityᵢ.
    public let renderingWeights: Tensor
  }

  /// Returns δᵢ = tᵢ₊₁ − tᵢ, and δ_N by the rule `lastSpacing`: `[…, N]` → `[…, N]`.
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

  /// Returns opacity, transmittance and weights of samples with a given spacing, equations 2 and 3.
  public func ray(density: Tensor, spacing: Tensor) -> Ray {
    EquationTrace.mark(Self.self)
    requireShape(spacing, density.shape, "spacing", axes: "[.., N]")
    let opticalDepth = density * spacing * opticalScale
    // exp of a sum, not a product of (1 − opacity): a product of many numbers near 1 loses digits,
    // and a product that reaches 0 has no gradient. Nothing here can overflow: exponents are ≤ 0.
    let before = opticalDepth.cumulativeSum(axis: -1, exclusive: true)
    let transmittance = (-before).exponential()  // Eq. 3
    // 1 − exp(−x) by expm1: at x = 1e-9, the difference loses all digits in single precision.
    let opacity = -(-opticalDepth).exponentialMinusOne()
    return Ray(
      opacity: opacity, transmittance: transmittance,
      renderingWeights: transmittance * opacity)  // Eq. 2
  }

  /// Returns opacity, transmittance and weights of samples at given depths, equations 2 and 3.
  public func ray(density: Tensor, at rayDepths: Tensor) -> Ray {
    requireShape(rayDepths, density.shape, "rayDepths", axes: "[.., N]")
    return ray(density: density, spacing: spacing(rayDepths))
  }

  /// Returns Σ wᵢ fᵢ, equation 4; for colors, the sum of equation 2.
  ///
  /// The volume renderer computes the same number in another order: it sums over samples before it
  /// reads any feature, see `StreamingLift.renderedFeature`. A test checks that both agree.
  ///
  /// - Parameters:
  ///   - renderingWeights: `[…, N]`.
  ///   - features: `[…, N, C]`.
  /// - Returns: `[…, C]`.
  public func rendered(_ renderingWeights: Tensor, _ features: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    requireShape(features, renderingWeights.shape + [nil], "features", axes: "[.., N, C]")
    return renderingWeights.unsqueezed(axis: -2).matmul(features).squeezed(axis: -2)
  }

  /// Returns Σ wᵢ tᵢ, the expected depth, which is pulled toward 0 where light passes through.
  ///
  /// Both arguments are `[…, N]`, the result is `[…]`.
  public func expectedDepth(_ renderingWeights: Tensor, at rayDepths: Tensor) -> Tensor {
    requireShape(rayDepths, renderingWeights.shape, "rayDepths", axes: "[.., N]")
    return (renderingWeights * rayDepths).sum(axes: [-1])
  }

  /// Returns Σ wᵢ tᵢ / Σ wᵢ, the mean depth at which light is stopped; NaN if no light is stopped.
  ///
  /// Both arguments are `[…, N]`, the result is `[…]`.
  public func normalizedDepth(_ renderingWeights: Tensor, at rayDepths: Tensor) -> Tensor {
    expectedDepth(renderingWeights, at: rayDepths) / renderingWeights.sum(axes: [-1])
  }
}
