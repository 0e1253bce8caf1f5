import Foundation
import Tensors

/// Peak signal-to-noise ratio of images with values on 0 … 1: −10 log₁₀ of the mean squared error.
///
/// - Parameters:
///   - image: any shape.
///   - truth: what it should be, of the same shape.
///   - mask: 1 where pixels count, broadcast to the images; everywhere by default.
/// - Returns: decibels; infinite for equal images.
public func peakSignalToNoise(_ image: Tensor, _ truth: Tensor, where mask: Tensor? = nil) -> Double
{
  requireShape(truth, image.shape, "truth")
  let squares = (image - truth).squared()
  guard let mask else { return -10 * log10(squares.mean().item) }
  let counted = mask.broadcast(to: image.shape)
  return -10 * log10((squares * counted).sum().item / counted.sum().item)
}
