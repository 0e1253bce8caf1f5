import TestSupport
import Tensors
import VolumeWeights

/// Numbers made of all outputs of this module with random factors.
struct Mixtures: Sendable {
  let rays = Rays(seed: 21)
  let rendering: VolumeWeights
  private let factors: [Tensor]

  init(_ rendering: VolumeWeights) {
    self.rendering = rendering
    var numbers = TestNumbers(seed: 24)
    factors = (0..<3).map { _ in numbers.tensor([4, 6]) } + [numbers.tensor([4, 3])]
  }

  func ofDensity(_ density: Tensor) -> Tensor { mixed(density, rays.depths) }

  func ofDepths(_ depths: Tensor) -> Tensor { mixed(rays.density, depths) }

  func ofFeatures(_ features: Tensor) -> Tensor {
    let weights = rendering.ray(density: rays.density, at: rays.depths).renderingWeights
    return (rendering.rendered(weights, features).squared() * factors[3]).sum()
  }

  func ofWeights(_ weights: Tensor) -> Tensor {
    let expected = rendering.expectedDepth(weights, at: rays.depths)
    return (expected.squared() + rendering.normalizedDepth(weights, at: rays.depths)).sum()
  }

  private func mixed(_ density: Tensor, _ depths: Tensor) -> Tensor {
    let ray = rendering.ray(density: density, at: depths)
    let perSample =
      ray.opacity * factors[0] + ray.transmittance * factors[1]
      + ray.renderingWeights * factors[2]
    let perRay =
      rendering.rendered(ray.renderingWeights, rays.features) * factors[3]
      + rendering.normalizedDepth(ray.renderingWeights, at: depths).unsqueezed(axis: -1)
    return perSample.sum() + perRay.sum()
  }
}
