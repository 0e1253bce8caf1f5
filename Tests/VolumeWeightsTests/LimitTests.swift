import Foundation
import TestSupport
import Tensors
import Testing
import VolumeWeights

/// Ends of the ranges; values and gradients must be finite wherever a value exists.
@Suite("Eq. 2–4: limits")
struct LimitTests {
  let depths = Tensor([4], [0.8, 0.9, 1.05, 1.1])

  @Test func emptySpaceHasNoWeightAndWouldTakeSome() throws {
    let rendering = VolumeWeights(lastSpacing: .far(1.2))
    let density = Tensor.zeros([4], .float64).tracked(as: "density")
    let ray = rendering.ray(density: density, at: depths)
    expectClose(ray.renderingWeights, .zeros([4], .float64), within: .exact)
    expectClose(ray.transmittance, .ones([4], .float64), within: .exact)
    // ∂w_i/∂σ_i = δ_i: from nothing, the first matter counts in full.
    let gradient = try gradient(of: ray.renderingWeights.sum(), withRespectTo: density)
    expectClose(gradient, rendering.spacing(depths), within: .closedForm)
  }

  /// The last of four samples stands for 1e10 units: ∂w/∂σ = δ T exp(−σ δ) by hand.
  ///
  /// The first sample halves the light (σ δ = ln 2), so T = 1/2. σ = 0: 1e10 / 2; σ = 1e-10: e times
  /// less; σ = 1e-6: exp(−1e4) is 0.
  @Test(arguments: [(0, 5e9), (1e-10, 5e9 / M_E), (1e-6, 0)])
  func theLastSampleHasALargeGradientAtNothing(last: Double, expected: Double) throws {
    let density = Tensor([4], [log(2.0) / 0.1, 0, 0, last]).tracked(as: "density")
    let even = Tensor([4], [0, 0.1, 0.2, 0.3])
    let weights = VolumeWeights().ray(density: density, at: even).renderingWeights
    let gradient = try gradient(
      of: weights.sliced(axis: -1, from: 3, length: 1).sum(), withRespectTo: density)
    expectClose(gradient[3], Tensor([], [expected]), within: .closedForm)
  }

  /// A ReLU at 0 keeps that gradient from what made the density.
  @Test func aReLUThatIsOffHidesTheLargeGradient() throws {
    let map = Tensor([4], [0.3, 0, -1, 0.0]).tracked(as: "map")
    let weights = VolumeWeights().ray(density: map.relu(), at: depths).renderingWeights
    let gradient = try gradient(of: weights.sum(), withRespectTo: map).scalars
    #expect(gradient[1] == 0 && gradient[2] == 0 && gradient[3] == 0)
  }

  /// 1 − exp(−x) = x − x²/2 + …: below x = 1e-9 the weight is x to nine digits and more, where a
  /// plain difference would have lost them all.
  @Test(arguments: [1e-12, 1e-30, 1e-300])
  func aThinFogKeepsItsDigits(fog: Double) {
    let rendering = VolumeWeights(lastSpacing: .far(1.2))
    let density = Tensor(repeating: fog, [4], .float64)
    let weights = rendering.ray(density: density, at: depths).renderingWeights
    expectClose(weights, rendering.spacing(depths) * fog, within: .closedForm)
  }

  @Test(arguments: [LastSpacing.infinite, .far(1.2)], [1e3, 1e20, 1e300])
  func hugeDensityIsAWall(last: LastSpacing, huge: Double) throws {
    let rendering = VolumeWeights(lastSpacing: last)
    let density = Tensor([4], [0.5, huge, huge, huge]).tracked(as: "density")
    let depths = depths.tracked(as: "depths")
    let ray = rendering.ray(density: density, at: depths)
    let seen = ray.renderingWeights.sum()
    expectClose(seen, .scalar(1, .float64), within: .closedForm)
    let gradients = try gradients(
      of: (ray.renderingWeights * Tensor([4], [1, 2, 3, 4.0])).sum(),
      withRespectTo: [density, depths])
    for gradient in gradients { expectFinite(gradient) }
  }

  /// Single precision: 10¹⁰ · 10³⁰ overflows, and e to the minus that is 0.
  @Test func singlePrecisionOverflowIsAWallToo() throws {
    let density = Tensor([2], [0, 1e30]).cast(to: .float32).tracked(as: "density")
    let ray = VolumeWeights().ray(
      density: density, at: Tensor([2], [0.8, 1.0]).cast(to: .float32))
    #expect(ray.renderingWeights.floats == [0, 1])
    let gradient = try gradient(of: ray.renderingWeights.sum(), withRespectTo: density)
    expectFinite(gradient)
  }

  /// One sample, no neighbour: the last spacing is the only one.
  @Test func oneSampleHasTheLastSpacing() throws {
    let density = Tensor([1], [3.0]).tracked(as: "density")
    let ray = VolumeWeights(lastSpacing: .far(1.5)).ray(density: density, at: Tensor([1], [1.0]))
    let stopped = -(Tensor([1], [-1.5]).exponentialMinusOne())
    expectClose(ray.renderingWeights, stopped, within: .closedForm)
    let gradient = try gradient(of: ray.renderingWeights.sum(), withRespectTo: density)
    // δ exp(−σδ) = ½ exp(−3/2).
    expectClose(gradient, Tensor([1], [-1.5]).exponential() * 0.5, within: .closedForm)
  }

  @Test func aSampleBehindTheFarEndHasNoSpacing() {
    let spacing = VolumeWeights(lastSpacing: .far(1)).spacing(depths)
    #expect(spacing[3].item == 0)
  }

  @Test func noRaysGiveNoFeatures() {
    let none = Tensor.zeros([0, 4], .float64)
    let ray = VolumeWeights().ray(density: none, at: none)
    #expect(ray.renderingWeights.shape == [0, 4])
    let feature = VolumeWeights().rendered(ray.renderingWeights, .zeros([0, 4, 3], .float64))
    #expect(feature.shape == [0, 3])
  }

  /// Where nothing stops the light there is no depth; the plain Σwt says 0, the mean says so.
  @Test func anEmptyRayHasNoMeanDepth() {
    let nothing = Tensor.zeros([4], .float64)
    #expect(VolumeWeights().expectedDepth(nothing, at: depths).item == 0)
    #expect(VolumeWeights().normalizedDepth(nothing, at: depths).item.isNaN)
  }
}
