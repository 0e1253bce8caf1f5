import TestSupport
import Tensors
import Testing
import VolumeWeights

/// The gradient of Σ c · output for a random c, by density, depths, weights and features.
@Suite("Eq. 2–4: gradient")
struct GradientTests {
  @Test(arguments: Rays.renderings)
  func theGradientByDensityEqualsDifferences(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectGradient(at: functions.rays.density, functions.ofDensity)
  }

  @Test(arguments: Rays.renderings)
  func theGradientByDepthsEqualsDifferences(rendering: VolumeWeights) throws {
    let functions = Mixtures(rendering)
    try expectGradient(at: functions.rays.depths, functions.ofDepths)
  }

  @Test func theGradientByFeaturesEqualsDifferences() throws {
    let functions = Mixtures(Rays.renderings[0])
    try expectGradient(at: functions.rays.features, functions.ofFeatures)
  }

  @Test func theGradientOfBothDepthsByWeightsEqualsDifferences() throws {
    let functions = Mixtures(Rays.renderings[0])
    var numbers = TestNumbers(seed: 22)
    try expectGradient(at: numbers.tensor([4, 6], in: 0.1...0.9), functions.ofWeights)
  }
}
