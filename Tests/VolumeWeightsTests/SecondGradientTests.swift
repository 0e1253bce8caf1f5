import TestSupport
import Tensors
import Testing
import VolumeWeights

/// Second derivatives: the path-length term differentiates the renderer's gradient once more.
@Suite("Eq. 2–4, gradient of gradient")
struct SecondGradientTests {
  @Test(arguments: Rays.renderings)
  func byDensity(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectSecondGradient(at: functions.rays.density, functions.ofDensity)
  }

  @Test(arguments: Rays.renderings)
  func byDepths(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectSecondGradient(at: functions.rays.depths, functions.ofDepths)
  }

  @Test func byFeatures() throws {
    let functions = Mixtures(Rays.renderings[0])
    try expectSecondGradient(at: functions.rays.features, functions.ofFeatures)
  }

  @Test func ofBothDepthsByWeights() throws {
    let functions = Mixtures(Rays.renderings[0])
    var numbers = TestNumbers(seed: 22)
    try expectSecondGradient(at: numbers.tensor([4, 6], in: 0.1...0.9), functions.ofWeights)
  }

  /// w = 1 − exp(−σδ) for one sample: ∂²w/∂σ² = −δ² exp(−σδ), here −¼ exp(−3/2).
  @Test func curvatureOfOneSample() throws {
    let density = Tensor([1], [3.0]).tracked(as: "density")
    let ray = VolumeWeights(lastSpacing: .far(1.5)).ray(density: density, at: Tensor([1], [1.0]))
    let weight = ray.renderingWeights.sum()
    let first = try gradient(of: weight, withRespectTo: density, createGraph: true)
    let second = try gradient(of: first.sum(), withRespectTo: density)
    expectClose(second, Tensor([1], [-1.5]).exponential() * -0.25, within: .closedForm)
  }
}
