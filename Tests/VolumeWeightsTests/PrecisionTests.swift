import TestSupport
import Tensors
import Testing
import VolumeWeights

/// Single against double precision.
@Suite("Eq. 2–4: single precision")
struct PrecisionTests {
  /// 4096 rays of 24 samples with 8 channels, as training renders them: every error is measured
  /// against Σ |terms|, which no order of summation can exceed.
  @Test func weightsAndFeaturesStayWithinTheirBound() {
    var numbers = TestNumbers(seed: 33)
    let density = numbers.tensor([4096, 24], in: 0...40)
    let depths = Tensor.linspace(0.8, 1.2, 24, .float64).broadcast(to: [4096, 24])
    let features = numbers.tensor([4096, 24, 8])
    let rendering = VolumeWeights()
    let double = rendering.ray(density: density, at: depths)
    let single = rendering.ray(
      density: density.cast(to: .float32), at: depths.cast(to: .float32))
    // A spacing of 0.017 is a difference of depths near 1: 6e-8 / 0.017 is 3.5e-6 of it.
    let bound = Tolerance.relative(8e-6, because: "depths near 1 are rounded before subtraction")
    expectClose(
      single.renderingWeights.cast(to: .float64), double.renderingWeights, within: bound)
    let feature = rendering.rendered(single.renderingWeights, features.cast(to: .float32))
    expectClose(
      feature.cast(to: .float64), rendering.rendered(double.renderingWeights, features),
      within: bound)
  }
}
