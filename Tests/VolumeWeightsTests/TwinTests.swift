import Foundation
import TestSupport
import Tensors
import Testing
import VolumeWeights

/// The same by a walk along each ray with plain numbers, and the same in single precision.
@Suite("Eq. 2–4, twins")
struct TwinTests {
  @Test(arguments: Rays.renderings)
  func equalsAWalkAlongTheRay(rendering: VolumeWeights) {
    let rays = Rays(seed: 31)
    let weights = rendering.ray(density: rays.density, at: rays.depths).renderingWeights
    let spacing = rendering.spacing(rays.depths)
    let slow = walk(rays.density * rendering.opticalScale, spacing)
    expectClose(weights, slow, within: .closedForm)
    let feature = rendering.rendered(weights, rays.features)
    expectClose(feature, gathered(slow, rays.features), within: .closedForm)
  }

  /// As the reference systems write equation 3: the product of what every sample lets through.
  @Test(arguments: Rays.renderings)
  func transmittanceIsAProduct(rendering: VolumeWeights) {
    let rays = Rays(seed: 32)
    let ray = rendering.ray(density: rays.density, at: rays.depths)
    let product = (1 - ray.opacity).cumulativeProduct(-1, exclusive: true)
    expectClose(ray.transmittance, product, within: .closedForm)
  }

  /// 4096 rays of 24 samples with 8 channels, as training renders them: every error is measured
  /// against Σ |terms|, which no order of summation can exceed.
  @Test func singlePrecisionAgreesWithDouble() {
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

  /// Walks each ray front to back, carrying the light that is left.
  private func walk(_ density: Tensor, _ spacing: Tensor) -> Tensor {
    let (sigma, delta) = (density.scalars, spacing.scalars)
    let samples = density.shape[1]
    var weights: [Double] = []
    for ray in 0..<density.shape[0] {
      var light = 1.0
      for sample in 0..<samples {
        let i = ray * samples + sample
        let passes = exp(-sigma[i] * delta[i])
        weights.append(light * (1 - passes))
        light *= passes
      }
    }
    return Tensor(density.shape, weights)
  }

  private func gathered(_ weights: Tensor, _ features: Tensor) -> Tensor {
    let (w, f) = (weights.scalars, features.scalars)
    let (rays, samples, channels) = (features.shape[0], features.shape[1], features.shape[2])
    var result = [Double](repeating: 0, count: rays * channels)
    for ray in 0..<rays {
      for sample in 0..<samples {
        for channel in 0..<channels {
          let i = ray * samples + sample
          result[ray * channels + channel] += w[i] * f[i * channels + channel]
        }
      }
    }
    return Tensor([rays, channels], result)
  }
}
