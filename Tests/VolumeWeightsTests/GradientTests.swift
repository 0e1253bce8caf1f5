import TestSupport
import Tensors
import Testing
import VolumeWeights

/// The gradient of Σ c · output for a random c, by density, depths, weights and features.
@Suite("Eq. 2–4, gradient")
struct GradientTests {
  @Test(arguments: Rays.renderings)
  func byDensity(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectGradient(at: functions.rays.density, functions.ofDensity)
  }

  @Test(arguments: Rays.renderings)
  func byDepths(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectGradient(at: functions.rays.depths, functions.ofDepths)
  }

  @Test func byFeatures() throws {
    let functions = Mixtures(Rays.renderings[0])
    try expectGradient(at: functions.rays.features, functions.ofFeatures)
  }

  @Test func ofBothDepthsByWeights() throws {
    let functions = Mixtures(Rays.renderings[0])
    var numbers = TestNumbers(seed: 22)
    try expectGradient(at: numbers.tensor([4, 6], in: 0.1...0.9), functions.ofWeights)
  }

  @Test(arguments: Rays.renderings)
  func taylorRemainder(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    var numbers = TestNumbers(seed: 23)
    let direction = numbers.tensor([4, 6])
    let slope = try taylorSlope(
      at: functions.rays.density, along: direction, functions.ofDensity)
    #expect((1.9...2.1).contains(slope))
  }

  /// A gradient that is 3 % wrong leaves a remainder that shrinks like the step itself.
  @Test func theTaylorSlopeNoticesThreePercent() throws {
    let functions = Mixtures(Rays.renderings[0])
    let direction = Tensor.ones([4, 6], .float64)
    let slope = try taylorSlope(at: functions.rays.density, along: direction) { density in
      // Value of the function, gradient of 1.03 times the function.
      let value = functions.ofDensity(density)
      return value * 1.03 - value.detached() * 0.03
    }
    #expect(slope < 1.5)
  }
}

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
      + rendering.normalizedDepth(ray.renderingWeights, at: depths).expanded(-1)
    return perSample.sum() + perRay.sum()
  }
}
