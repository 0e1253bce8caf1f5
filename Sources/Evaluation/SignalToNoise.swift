import Foundation
import Tensors

/// Returns the peak signal-to-noise ratio of images with values in 0 … 1.
///
/// The ratio is −10 log₁₀ of the mean squared error.
///
/// - Parameters:
///   - image: the image, of any shape.
///   - truth: the ground truth, of the same shape.
///   - mask: 1 where pixels count, broadcast to the images; by default all pixels count.
/// - Returns: the ratio in decibels; infinite for equal images.
public func peakSignalToNoise(_ image: Tensor, _ truth: Tensor, where mask: Tensor? = nil) -> Double
{
  requireShape(truth, image.shape, "truth")
  let squares = (image - truth).squared()
  guard let mask else { return -10 * log10(squares.mean().item) }
  let counted = mask.broadcast(to: image.shape)
  return -10 * log10((squares * counted).sum().item / counted.sum().item)
}
