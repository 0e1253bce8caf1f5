import Tensors

/// The loss on depth differences between neighboring pixels, and the total loss that contains it.
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
/// | A       | –               | scalar         | 8 neighbors of each pixel  |
///
/// Departure from the paper: none. Open choices: neighbors outside the map add nothing, while A counts
/// 8 neighbors everywhere; (δ₁, δ₂) = (0, 0) adds nothing (PaperNotes 6). The loss is averaged over a
/// batch (PaperNotes 32). The paper also calls λ_ds λ_depth (PaperNotes 4). A background with a fixed
/// depth is left out of the sum, while A keeps its K (PaperNotes 23).
public struct DepthSmoothness: Sendable, Equatable {
  /// The weight λ_ds of the loss in the total.
  public var weight: Double
  /// Whether the sum includes part 0; false if the background's depth is not predicted.
  public var includesBackground: Bool

  /// Creates the loss with its weight in the total.
  public init(weight: Double = 0.1, includesBackground: Bool = true) {
    self.weight = weight
    self.includesBackground = includesBackground
  }

  /// Returns ℒ_ds, equation 13, averaged over leading axes: `[…, K, H, W]` → `[]`.
  public func loss(_ relativeDepth: Tensor) -> Tensor {
    EquationTrace.mark(Self.self)
    require(
      relativeDepth.rank >= 3 && relativeDepth.count > 0,
      "loss(_:): relativeDepth has shape \(relativeDepth.shape), expected [.., K, H, W], "
        + "none of them 0")
    let counted = includesBackground ? relativeDepth : withoutBackground(relativeDepth)
    // Each pair of neighbors occurs twice in the sum, once from each side. Four of the eight
    // directions cover every pair once.
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
    EquationTrace.mark(Self.self)
    return adversarial + weight * smoothness
  }

  private func withoutBackground(_ depth: Tensor) -> Tensor {
    depth.sliced(axis: -3, from: 1, length: depth.shape[depth.rank - 3] - 1)
  }

  /// Returns Σ (d(x,y) − d(x + columns, y + rows))² over the pixels that have this neighbor; rows ≥ 0.
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
