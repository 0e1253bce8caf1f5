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
  /// The difference map without the pixels that show one of the parts before or after: 0 there, `[H, W]`.
  public let maskedMap: Tensor

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
    let edited = Tensor([before.mask.height, before.mask.width], region)
    maskedMap = measure.maskedDifferenceMap(images[0], images[1], editedRegion: edited)
    let masked = measure.maskedMean(images[0], images[1], editedRegion: edited)
    outside = masked.item.isNaN ? nil : masked.item
    let count = region.reduce(0, +)
    let sum = zip(map.scalars, region).reduce(0) { $0 + $1.0 * $1.1 }
    inside = count > 0 ? sum / count : nil
  }

  /// The difference map with a color bar, whose brightest color is the largest difference.
  public var picture: Picture { rendering(of: map).picture }

  /// The masked difference map in the colors of `picture`.
  public var maskedPicture: Picture { rendering(of: maskedMap).picture }

  /// The difference map, a pixel for each of the image.
  public var pixels: Picture { rendering(of: map).compact }

  /// The masked difference map in the colors of `pixels`.
  public var maskedPixels: Picture { rendering(of: maskedMap).compact }

  private func rendering(of values: Tensor) -> Rendering {
    .scalarMap(values, range: 0...max(map.scalars.max() ?? 0, 1 / 255.0))
  }
}
