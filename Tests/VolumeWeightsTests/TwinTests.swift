import Foundation
import TestSupport
import Tensors
import Testing
import VolumeWeights

/// The same by a walk along each ray with plain numbers.
@Suite("Eq. 2–4: slow twin")
struct TwinTests {
  @Test(arguments: Rays.renderings)
  func weightsAndFeaturesEqualAWalkAlongTheRay(rendering: VolumeWeights) {
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
    let product = (1 - ray.opacity).cumulativeProduct(axis: -1, exclusive: true)
    expectClose(ray.transmittance, product, within: .closedForm)
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
