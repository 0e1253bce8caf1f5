import Foundation
import TestSupport
import Tensors
import Testing
import VolumeWeights

/// One ray of three samples at t = 1, 1.5, 2 that ends at 3, so δ = ½, ½, 1. The densities are chosen
/// so that each sample halves the light a whole number of times:
///
///     σδ = ln 2 · (1, 2, 1)     opacity = ½, ¾, ½     T = 1, ½, ⅛     w = ½, ⅜, 1/16
@Suite("Eq. 2–4: hand golden")
struct HandGoldenTests {
  let rendering = VolumeWeights(lastSpacing: .far(3))
  let depths = Tensor([3], [1, 1.5, 2.0])
  let density = Tensor([3], [2 * log(2), 4 * log(2), log(2)])

  @Test func spacingIsTheDistanceToTheNextSample() {
    expectClose(rendering.spacing(depths), Tensor([3], [0.5, 0.5, 1]), within: .exact)
    let infinite = VolumeWeights().spacing(depths)
    expectClose(infinite, Tensor([3], [0.5, 0.5, 1e10]), within: .exact)
  }

  @Test func weightsAreTransmittanceTimesOpacity() {
    let ray = rendering.ray(density: density, at: depths)
    expectClose(ray.opacity, Tensor([3], [0.5, 0.75, 0.5]), within: .closedForm)
    expectClose(ray.transmittance, Tensor([3], [1, 0.5, 0.125]), within: .closedForm)
    expectClose(ray.renderingWeights, Tensor([3], [0.5, 0.375, 0.0625]), within: .closedForm)
  }

  /// With δ_N = 10¹⁰ the last sample stops all that reaches it: w₃ = T₃ = ⅛.
  @Test func theLastSampleStandsForAllBehindIt() {
    let ray = VolumeWeights().ray(density: density, at: depths)
    expectClose(ray.renderingWeights, Tensor([3], [0.5, 0.375, 0.125]), within: .closedForm)
  }

  /// Two channels: ½·1 + ⅜·2 + 1/16·16 = 2.25 and ½·0 + ⅜·8 − 1/16·16 = 2.
  @Test func theRenderedFeatureIsTheWeightedSum() {
    let ray = rendering.ray(density: density, at: depths)
    let features = Tensor([3, 2], [1, 0, 2, 8, 16, -16.0])
    let feature = rendering.rendered(ray.renderingWeights, features)
    expectClose(feature, Tensor([2], [2.25, 2]), within: .closedForm)
  }

  /// Σwt = ½·1 + ⅜·1.5 + 1/16·2 = 19/16; Σw = 15/16; their quotient is 19/15.
  @Test func theNormalizedDepthIsDividedByTheSumOfWeights() {
    let weights = rendering.ray(density: density, at: depths).renderingWeights
    let expected = rendering.expectedDepth(weights, at: depths)
    expectClose(expected, Tensor([], [19.0 / 16]), within: .closedForm)
    let normalized = rendering.normalizedDepth(weights, at: depths)
    expectClose(normalized, Tensor([], [19.0 / 15]), within: .closedForm)
  }

  /// Twice the scale halves the light twice as often: opacity ¾, 15/16, ¾ and T = 1, ¼, 1/64.
  @Test func theOpticalScaleMultipliesDensity() {
    let ray = VolumeWeights(opticalScale: 2, lastSpacing: .far(3)).ray(density: density, at: depths)
    expectClose(ray.opacity, Tensor([3], [0.75, 0.9375, 0.75]), within: .closedForm)
    expectClose(ray.transmittance, Tensor([3], [1, 0.25, 0.015625]), within: .closedForm)
  }

  /// ∂w₁/∂σ₁ = δ₁ T₁ (1 − opacity₁) = ¼; ∂w₂/∂σ₁ = −δ₁ w₂ = −3/16: more in front dims what is behind.
  @Test func densityInFrontDimsTheWeightBehindIt() throws {
    let density = density.tracked(as: "density")
    let weights = rendering.ray(density: density, at: depths).renderingWeights
    let ofFirst = try gradient(of: weights[0], withRespectTo: density)
    expectClose(ofFirst, Tensor([3], [0.25, 0, 0]), within: .closedForm)
    // ∂w₂/∂σ₂ = δ₂ T₂ (1 − opacity₂) = ½ · ½ · ¼.
    let ofSecond = try gradient(of: weights[1], withRespectTo: density)
    expectClose(ofSecond, Tensor([3], [-0.1875, 0.0625, 0]), within: .closedForm)
  }
}
