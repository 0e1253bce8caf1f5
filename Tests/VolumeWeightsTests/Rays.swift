import TestSupport
import Tensors
import VolumeWeights

/// Random rays for the tests of this module: 4 rays of 6 samples with 3 channels, double precision.
struct Rays {
  /// σ in 0.2 … 5, `[4, 6]`.
  let density: Tensor
  /// t rising from about 0.8 in unequal steps of 0.03 … 0.12, `[4, 6]`.
  let depths: Tensor
  /// `[4, 6, 3]`.
  let features: Tensor

  init(seed: UInt64) {
    var numbers = TestNumbers(seed: seed)
    density = numbers.tensor([4, 6], in: 0.2...5)
    depths = numbers.tensor([4, 6], in: 0.03...0.12).cumulativeSum() + 0.75
    features = numbers.tensor([4, 6, 3])
  }

  /// Both rules for the last spacing; the far end lies behind every sample.
  static let renderings = [
    VolumeWeights(opticalScale: 1.7), VolumeWeights(opticalScale: 2.3, lastSpacing: .far(1.6)),
  ]
}
