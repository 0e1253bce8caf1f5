import Inspection
import MeanDifference
import Tensors

/// How much an image changed, by equation 14, for the 8-bit colors of its file.
public struct PartChange: Sendable {
  /// D_mean over the whole image.
  public let everywhere: Double
  /// D_mean without the pixels that show one of the parts before or after; nil if no pixel is left.
  public let outside: Double?
  /// D_mean of the pixels that show one of the parts before or after; nil if none does.
  public let inside: Double?
  /// The difference map, `[H, W]`.
  public let map: Tensor

  /// Compares two portraits.
  ///
  /// - Parameters:
  ///   - before: the original.
  ///   - after: the edited portrait, of the same size.
  ///   - parts: the edited parts, whose region `outside` leaves out.
  public init(from before: PortraitPictures, to after: PortraitPictures, parts: [Int]) {
    let images = [before, after].map { $0.imageFile.unitTensor.permuted(axes: [2, 0, 1]) }
    let region = zip(before.mask.indices, after.mask.indices).map { old, new in
      parts.contains(Int(old)) || parts.contains(Int(new)) ? 1.0 : 0
    }
    let measure = MeanDifference()
    map = measure.differenceMap(images[0], images[1])
    everywhere = measure.mean(images[0], images[1]).item
    let masked = measure.maskedMean(
      images[0], images[1], editedRegion: Tensor([before.mask.height, before.mask.width], region))
    outside = masked.item.isNaN ? nil : masked.item
    let count = region.reduce(0, +)
    let sum = zip(map.scalars, region).reduce(0) { $0 + $1.0 * $1.1 }
    inside = count > 0 ? sum / count : nil
  }

  /// The difference map with a color bar, whose brightest color is the largest difference.
  public var picture: Picture { rendering.picture }

  /// The difference map, a pixel for each of the image.
  public var pixels: Picture { rendering.compact }

  private var rendering: Rendering {
    .scalarMap(map, range: 0...max(map.scalars.max() ?? 0, 1 / 255.0))
  }
}
