import Tensors

/// The price of depth that jumps between neighbouring pixels.
///
/// Paper §3.4, equations 12–13.
///
///     ℒ_3D-SSGAN = ℒ_SSGAN + λ_ds ℒ_ds                                               Eq. 12
///     ℒ_ds = 1/A Σ_k Σ_{x,y} Σ_{δ₁,δ₂} ‖d_k(x,y) − d_k(x+δ₁, y+δ₂)‖²                 Eq. 13
///     A = 8 · K · H · W,   δ₁, δ₂ ∈ {−1, 0, 1}
///
/// | Paper   | Code            | Shape          | Unit or range              |
/// |---------|-----------------|----------------|----------------------------|
/// | d_k²ᵈ   | `relativeDepth` | `[…, K, H, W]` | depth planes, as predicted |
/// | ℒ_ds    | `loss(_:)`      | scalar         | planes², ≥ 0               |
/// | λ_ds    | `weight`        | scalar         | 0.1 in the paper           |
/// | A       | –               | scalar         | 8 neighbours of each pixel |
///
/// Departure from the paper: none. Open choices: neighbours outside the map add nothing while A counts
/// 8 of them everywhere, and (δ₁, δ₂) = (0, 0) adds nothing (PaperNotes 6); a batch is averaged
/// (PaperNotes 32); the paper calls λ_ds also λ_depth (PaperNotes 4); a background whose depth is fixed
/// is left out of the sum while A keeps its K (PaperNotes 23).
public struct DepthSmoothness: Sendable, Equatable {
  /// λ_ds.
  public var weight: Double
  /// Whether part 0 is counted; false where the background's depth is not predicted.
  public var includesBackground: Bool

  /// The loss with its weight in the total.
  public init(weight: Double = 0.1, includesBackground: Bool = true) {
    self.weight = weight
    self.includesBackground = includesBackground
  }

  /// Returns ℒ_ds, equation 13, averaged over leading axes: `[…, K, H, W]` → `[]`.
  public func loss(_ relativeDepth: Tensor) -> Tensor {
    EquationTrace.mark("Eq. 13", Self.self)
    require(
      relativeDepth.rank >= 3 && relativeDepth.count > 0,
      "loss(_:): relativeDepth has shape \(relativeDepth.shape), expected [.., K, H, W], "
        + "none of them 0")
    let counted = includesBackground ? relativeDepth : withoutBackground(relativeDepth)
    // Each pair of neighbours occurs twice in the sum, once from either side; four of the eight
    // directions meet every pair once.
    let total =
      squaredDifferences(counted, rows: 0, columns: 1)
      + squaredDifferences(counted, rows: 1, columns: 0)
      + squaredDifferences(counted, rows: 1, columns: 1)
      + squaredDifferences(counted, rows: 1, columns: -1)
    return 2 * total / Double(8 * relativeDepth.count)
  }

  /// Returns ℒ_SSGAN + λ_ds ℒ_ds, equation 12.
  ///
  /// - Parameters:
  ///   - adversarial: ℒ_SSGAN, a scalar.
  ///   - smoothness: ℒ_ds of `loss(_:)`, a scalar.
  /// - Returns: a scalar.
  public func total(adversarial: Tensor, smoothness: Tensor) -> Tensor {
    EquationTrace.mark("Eq. 12", Self.self)
    return adversarial + weight * smoothness
  }

  private func withoutBackground(_ depth: Tensor) -> Tensor {
    depth.sliced(axis: -3, from: 1, length: depth.shape[depth.rank - 3] - 1)
  }

  /// Σ (d(x,y) − d(x + columns, y + rows))² over the pixels that have this neighbour; 0 ≤ rows.
  private func squaredDifferences(_ depth: Tensor, rows: Int, columns: Int) -> Tensor {
    let (height, width) = (depth.shape[depth.rank - 2], depth.shape[depth.rank - 1])
    let (h, w) = (max(0, height - rows), max(0, width - abs(columns)))
    let from = depth.sliced(axis: -2, from: 0, length: h).sliced(
      axis: -1, from: max(0, -columns), length: w)
    let to = depth.sliced(axis: -2, from: min(rows, height), length: h)
      .sliced(axis: -1, from: max(0, columns), length: w)
    return (from - to).squared().sum()
  }
}
