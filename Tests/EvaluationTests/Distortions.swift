import Datasets
import Foundation
import PortraitClasses
import ProceduralPortraits
import Tensors

/// Distortions of pictures, `[B, 3, S, S]` in −1 … 1.
enum Distortion {
  /// Applies a Gaussian blur with a standard deviation in pixels; the border averages existing pixels.
  static func blurred(_ images: Tensor, by deviation: Double) -> Tensor {
    let reach = Int((4 * deviation).rounded(.up))
    let bell = (-reach...reach).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
    func smeared(_ x: Tensor) -> Tensor { x.filtered(taps: bell, padding: (reach, reach)) }
    return smeared(images) / smeared(.ones(images.shape))
  }

  /// Adds normal noise with a standard deviation as a share of the range, and clamps to the range.
  static func noisy(_ images: Tensor, by deviation: Double, seed: UInt64) -> Tensor {
    var numbers = RandomNumbers(seed: seed)
    return (images + numbers.normal(images.shape) * (2 * deviation)).clamped(-1, 1)
  }

  /// Paints parts over with the mean color of the skin in the same picture.
  static func without(_ parts: Set<PartClass>, _ pairs: [PortraitPair]) -> Tensor {
    let painted = pairs.map { pair in
      var changed = pair
      let area = pair.size * pair.size
      let skin = (0..<area).filter { pair.labels[$0] == UInt8(PartClass.face.rawValue) }
      guard !skin.isEmpty else { return pair.image }
      let hidden = Set(parts.map { UInt8($0.rawValue) })
      for channel in 0..<3 {
        let sum = skin.reduce(0) { $0 + Int(pair.planes[channel * area + $1]) }
        let mean = UInt8(sum / skin.count)
        for pixel in 0..<area where hidden.contains(pair.labels[pixel]) {
          changed.planes[channel * area + pixel] = mean
        }
      }
      return changed.image
    }
    return .stacked(painted)
  }
}
