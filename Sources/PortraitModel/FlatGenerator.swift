import ModelConfiguration
import Networks
import Tensors
import WPlusFactorization

/// What the flat model makes.
public struct FlatPortraits: Sendable {
  /// `[B, 3, S, S]`, about −1 … 1.
  public let image: Tensor
  /// m_hr, `[B, K, S, S]`, about −1 … 1.
  public let mask: Tensor
  /// Δm, `[B, K, S, S]`.
  public let maskResidual: Tensor
  /// 2m − 1, `[B, K, H, W]`.
  public let coarseMask: Tensor
  /// Pseudo-depths, `[B, K, H, W]`; 0 for the background.
  public let pseudoDepth: Tensor
  /// The composed feature, `[B, C, H, W]`.
  public let feature: Tensor
}
