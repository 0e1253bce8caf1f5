import Tensors

/// A batch of real portraits with their masks, in the form that the discriminator takes.
public struct PortraitBatch: Sendable {
  /// Portraits, `[B, 3, S, S]`, −1 … 1, float32.
  public let image: Tensor
  /// Masks, `[B, K, S, S]`: +1 where a pixel has the class, −1 elsewhere, float32.
  public let mask: Tensor

  /// Creates a batch of portraits and their masks.
  public init(image: Tensor, mask: Tensor) {
    (self.image, self.mask) = (image, mask)
  }
}
