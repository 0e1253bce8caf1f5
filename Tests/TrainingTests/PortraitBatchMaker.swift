import Datasets
import ModelConfiguration
import Tensors

/// Real pairs without content.
enum PortraitBatchMaker {
  /// Returns pairs of noise, −1 … 1.
  static func noise(_ model: Configuration, count: Int) -> PortraitBatch {
    var numbers = RandomNumbers(seed: 41)
    let size = model.imageSize
    return PortraitBatch(
      image: numbers.normal([count, 3, size, size]).clamped(-1, 1),
      mask: numbers.normal([count, model.parts, size, size]).clamped(-1, 1))
  }
}
