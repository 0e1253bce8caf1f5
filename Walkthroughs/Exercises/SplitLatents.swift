import Tensors

/// The factors of W⁺, the result of the exercise on equation 1.
public struct SplitLatents {
  /// W^base, `[1, L]`.
  public var base: Tensor
  /// W^shape of each part, `[K, L]`.
  public var shape: Tensor
  /// W^texture of each part, `[K, L]`.
  public var texture: Tensor

  /// Creates the factors.
  public init(base: Tensor, shape: Tensor, texture: Tensor) {
    self.base = base
    self.shape = shape
    self.texture = texture
  }
}
