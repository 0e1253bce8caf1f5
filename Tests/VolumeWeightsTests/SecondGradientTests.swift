import TestSupport
import Tensors
import Testing
import VolumeWeights

/// Second derivatives: the path-length term differentiates the renderer's gradient once more.
@Suite("Eq. 2–4: second gradient")
struct SecondGradientTests {
  @Test(arguments: Rays.renderings)
  func theSecondGradientByDensityEqualsDifferences(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectSecondGradient(at: functions.rays.density, functions.ofDensity)
  }

  @Test(arguments: Rays.renderings)
  func theSecondGradientByDepthsEqualsDifferences(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectSecondGradient(at: functions.rays.depths, functions.ofDepths)
  }

  @Test func theSecondGradientByFeaturesEqualsDifferences() throws {
    let functions = Mixtures(Rays.renderings[0])
    try expectSecondGradient(at: functions.rays.features, functions.ofFeatures)
  }

  @Test func theSecondGradientOfBothDepthsByWeightsEqualsDifferences() throws {
    let functions = Mixtures(Rays.renderings[0])
    var numbers = TestNumbers(seed: 22)
    try expectSecondGradient(at: numbers.tensor([4, 6], in: 0.1...0.9), functions.ofWeights)
  }

  /// w = 1 − exp(−σδ) for one sample: ∂²w/∂σ² = −δ² exp(−σδ), here −¼ exp(−3/2).
  @Test func theCurvatureOfOneSampleIsThatOfAnExponential() throws {
    let density = Tensor([1], [3.0]).tracked(as: "density")
    let ray = VolumeWeights(lastSpacing: .far(1.5)).ray(density: density, at: Tensor([1], [1.0]))
    let weight = ray.renderingWeights.sum()
    let first = try gradient(of: weight, withRespectTo: density, createGraph: true)
    let second = try gradient(of: first.sum(), withRespectTo: density)
    expectClose(second, Tensor([1], [-1.5]).exponential() * -0.25, within: .closedForm)
  }

  @Test(arguments: Rays.renderings)
  func theTaylorRemainderShrinksWithTheSquareOfTheStep(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectTaylorSlope(at: functions.rays.density, seed: 23, functions.ofDensity)
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
