import Tensors

/// The shape of ψ as a function of u = d̂ − z, which spreads each pixel along z.
///
/// §4.2 compares the Gaussian with two "symmetric inverse-proportional" functions but gives no
/// formulas. The two functions here are the simplest ones that are 1 at u = 0 and use α as equation 7
/// does (PaperNotes 22).
public enum LiftingKernel: String, Sendable, CaseIterable, Codable {
  /// exp(−α u²), equation 7.
  case gaussian
  /// 1 / (1 + α |u|), with a kink at u = 0, where the gradient is set to 0.
  case inverse
  /// 1 / (1 + α u²).
  case inverseSquare
}

/// Soft unprojection of one part's 2D maps into a volume.
///
/// Paper §3.2, equations 5–7.
///
///     f³ᵈ(x,y,z) = ψ(x,y,z) · f²ᵈ(x,y)              Eq. 5
///     σ³ᵈ(x,y,z) = ψ(x,y,z) · σ²ᵈ(x,y)              Eq. 6
///     ψ(x,y,z)   = exp(−α (d̂(x,y) − z)²)            Eq. 7
///
/// | Paper | Code            | Shape          | Unit or range                   |
/// |-------|-----------------|----------------|---------------------------------|
/// | d̂    | `absoluteDepth` | `[…, H, W]`    | depth planes, not clamped       |
/// | z     | plane index     | `0 ..< D`      | depth planes, D−1 is nearest    |
/// | α     | `alpha`         | scalar         | 1 / plane² (not NeRF's opacity) |
/// | ψ     | `weights(at:)`  | `[…, D, H, W]` | 0 … 1, is 1 where z = d̂        |
/// | f²ᵈ   | `feature`       | `[…, C, H, W]` | any                             |
/// | σ²ᵈ   | `densityMap`    | `[…, H, W]`    | ≥ 0                             |
///
/// Departure from the paper: none for `gaussian`. Open choice: §3.2 does not say whether z is an
/// index or a metric depth; we read it as an index because the paper lists z ∈ {0, …, 31}
/// (PaperNotes 8). §4.2 writes φ for this ψ (PaperNotes 2).
///
/// Training computes equations 6 and 7 as they are written here. The feature volume of equation 5 is C
/// times larger, so training never builds it; `StreamingLift` computes the same numbers without it.
public struct GaussianLifting: Sendable, Equatable {
  /// The shape of ψ, by default the bell of equation 7.
  public var kernel: LiftingKernel
  /// The width parameter α, greater than 0; a larger α makes the bell narrower.
  ///
  /// §4.2 trains with 1 and with 2 and finds no difference; PaperNotes 36 says why 2 is the default.
  public var alpha: Double { didSet { Self.requireAlpha(alpha) } }
  /// The number of depth planes, D (32 in the paper), 1 or more.
  public let depthPlanes: Int

  /// Creates a lifting over D planes with a bell of parameter α.
  public init(kernel: LiftingKernel = .gaussian, alpha: Double = 2, depthPlanes: Int = 32) {
    Self.requireAlpha(alpha)
    require(depthPlanes > 0, "GaussianLifting: depthPlanes is \(depthPlanes), expected > 0")
    self.kernel = kernel
    self.alpha = alpha
    self.depthPlanes = depthPlanes
  }

  private static func requireAlpha(_ alpha: Double) {
    require(alpha > 0, "GaussianLifting: alpha is \(alpha), expected > 0")
  }

  /// Returns ψ(u), equation 7, for offsets u = d̂ − z in planes, of any shape.
  public func weights(ofOffset offset: Tensor) -> Tensor {
    switch kernel {
    case .gaussian:
      // The exponent is never positive, so exp cannot overflow. Far planes underflow to 0, which is
      // the right limit, and their gradient 2α(z − d̂)ψ goes to 0 with them.
      return (-alpha * offset.squared()).exponential()
    case .inverse:
      return (1 + alpha * offset.absolute()).reciprocal()
    case .inverseSquare:
      return (1 + alpha * offset.squared()).reciprocal()
    }
  }

  /// Returns the bell along z at every pixel, equation 7: `[…, H, W]` → `[…, D, H, W]`.
  ///
  /// - Parameters:
  ///   - absoluteDepth: d̂, in planes; of any shape if `planeAxis` is given.
  ///   - planeAxis: the position of the axis of the D planes in the result.
  /// - Returns: ψ, in the shape of `absoluteDepth` with an axis of length D at `planeAxis`.
  public func weights(at absoluteDepth: Tensor, planeAxis: Int = -3) -> Tensor {
    EquationTrace.mark(Self.self)
    let depth = absoluteDepth.unsqueezed(axis: planeAxis)
    var shape = [Int](repeating: 1, count: depth.rank)
    shape[position(of: planeAxis, among: depth.rank)] = depthPlanes
    let z = Tensor.counting(to: depthPlanes, depth.scalarType).reshaped(shape)
    return weights(ofOffset: depth - z)
  }

  /// Returns f³ᵈ = ψ · f²ᵈ, equation 5.
  ///
  /// - Parameters:
  ///   - feature: f²ᵈ, `[…, C, H, W]`.
  ///   - weights: ψ of `weights(at:)`, `[…, D, H, W]`.
  /// - Returns: `[…, C, D, H, W]`.
  public func lifted(feature: Tensor, weights: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    let volume: [Int?] = weights.shape
    requireShape(
      feature, volume.dropLast(3) + [nil] + volume.suffix(2), "feature", axes: "[.., C, H, W]")
    return weights.unsqueezed(axis: -4) * feature.unsqueezed(axis: -3)
  }

  /// Returns σ³ᵈ = ψ · σ²ᵈ, equation 6.
  ///
  /// - Parameters:
  ///   - densityMap: σ²ᵈ, `[…, H, W]`, ≥ 0; of any shape if `planeAxis` is given.
  ///   - weights: ψ of `weights(at:planeAxis:)`, `[…, D, H, W]`; of any shape if `planeAxis` is given.
  ///   - planeAxis: the axis of the planes in `weights`.
  /// - Returns: σ³ᵈ, in the shape of `weights`.
  public func lifted(densityMap: Tensor, weights: Tensor, planeAxis: Int = -3) -> Tensor {
    EquationTrace.mark(Self.self)
    var map = weights.shape
    map.remove(at: position(of: planeAxis, among: weights.rank))
    requireShape(densityMap, map, "densityMap", axes: "[.., H, W]")
    return weights * densityMap.unsqueezed(axis: planeAxis)
  }

  /// Returns an axis counted from the front; negative axes count from the back.
  private func position(of axis: Int, among rank: Int) -> Int { axis < 0 ? rank + axis : axis }
}
