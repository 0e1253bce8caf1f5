import Tensors

// Equation 14, masked: what an edit changes elsewhere. Replace the line that throws; then: make exercise N=14

/// Returns D_mean^masked: the mean absolute difference outside the edited region.
///
/// The difference of a pixel is the mean of |edited − original| over R, G and B. The mean over pixels
/// is taken over the pixels that are kept (PaperNotes 14).
///
/// - Parameters:
///   - original: `[3, H, W]`.
///   - edited: `[3, H, W]`.
///   - region: `[H, W]`; 1 where the edit was meant to change something, 0 elsewhere.
/// - Returns: a scalar, shape `[]`.
/// - Throws: `Unfinished`, until you write the function.
public func maskedMean(_ original: Tensor, _ edited: Tensor, region: Tensor) throws -> Tensor {
  throw Unfinished()
}
