import TestSupport
import Tensors
import Testing
import VolumeWeights

/// What must hold for any densities.
@Suite("Eq. 2–4: properties")
struct PropertyTests {
  let rays = Rays(seed: 1)

  @Test(arguments: Rays.renderings)
  func weightsAddUpToWhatTheWholeRayStops(rendering: VolumeWeights) {
    let weights = rendering.ray(density: rays.density, at: rays.depths).renderingWeights
    let opticalDepth = rays.density * rendering.spacing(rays.depths) * rendering.opticalScale
    let stopped = -(-opticalDepth.sum(axes: [-1])).exponentialMinusOne()
    expectClose(weights.sum(axes: [-1]), stopped, within: .closedForm)
  }

  @Test(arguments: Rays.renderings)
  func transmittanceStartsAtOneAndNeverRises(rendering: VolumeWeights) {
    let transmittance = rendering.ray(density: rays.density, at: rays.depths).transmittance
    expectClose(transmittance[axis: -1, 0], .ones([4], .float64), within: .exact)
    let fall =
      transmittance.sliced(axis: -1, from: 0, length: 5)
      - transmittance.sliced(axis: -1, from: 1, length: 5)
    #expect(fall.scalars.allSatisfy { $0 > 0 })
  }

  /// Beer's law: T behind a sample is T in front of it times what the sample lets through.
  @Test(arguments: Rays.renderings)
  func lightThatIsNotStoppedGoesOn(rendering: VolumeWeights) {
    let ray = rendering.ray(density: rays.density, at: rays.depths)
    let passed = (ray.transmittance * (1 - ray.opacity)).sliced(axis: -1, from: 0, length: 5)
    expectClose(ray.transmittance.sliced(axis: -1, from: 1, length: 5), passed, within: .closedForm)
  }

  @Test(arguments: 0..<6)
  func anOpaqueWallIsOneHot(wall: Int) {
    var density = [Double](repeating: 0, count: 6)
    density[wall] = 1e9
    let ray = VolumeWeights().ray(density: Tensor([6], density), at: rays.depths[0])
    let golden = (0..<6).map { $0 == wall ? 1.0 : 0 }
    expectClose(ray.renderingWeights, Tensor([6], golden), within: .exact)
  }

  @Test(arguments: Rays.renderings)
  func aConstantFeatureComesBackTimesTheSumOfWeights(rendering: VolumeWeights) {
    let weights = rendering.ray(density: rays.density, at: rays.depths).renderingWeights
    let constant = Tensor([3], [0.25, -2, 7]).broadcast(to: [4, 6, 3])
    let expected = weights.sum(axes: [-1]).unsqueezed(axis: -1) * Tensor([3], [0.25, -2, 7])
    expectClose(rendering.rendered(weights, constant), expected, within: .closedForm)
  }

  @Test func renderingIsLinearInTheFeature() {
    let weights = VolumeWeights().ray(density: rays.density, at: rays.depths).renderingWeights
    let (one, other) = (rays.features, Rays(seed: 2).features)
    let together = VolumeWeights().rendered(weights, one * 3 - other)
    let apart =
      VolumeWeights().rendered(weights, one) * 3 - VolumeWeights().rendered(weights, other)
    expectClose(together, apart, within: .closedForm)
  }

  /// A sample cut in two stops as much as before: its two weights add up to the old one.
  @Test func cuttingASampleInTwoChangesNothing() {
    let rendering = VolumeWeights(lastSpacing: .far(4))
    let whole = rendering.ray(density: Tensor([3], [2, 0.7, 5]), at: Tensor([3], [1, 2, 3.0]))
    let cut = rendering.ray(
      density: Tensor([4], [2, 0.7, 0.7, 5]), at: Tensor([4], [1, 2, 2.4, 3]))
    let joined = Tensor.concatenated([
      cut.renderingWeights.sliced(axis: 0, from: 0, length: 1),
      cut.renderingWeights.sliced(axis: 0, from: 1, length: 2).sum(axes: [0], keepingAxes: true),
      cut.renderingWeights.sliced(axis: 0, from: 3, length: 1),
    ])
    expectClose(joined, whole.renderingWeights, within: .closedForm)
  }

  @Test func onlyDifferencesOfDepthMatter() {
    let here = VolumeWeights().ray(density: rays.density, at: rays.depths)
    let there = VolumeWeights().ray(density: rays.density, at: rays.depths + 2)
    expectClose(there.renderingWeights, here.renderingWeights, within: .closedForm)
  }

  /// Twice the scale is twice the density: s changes what σ = 1 means and nothing else.
  @Test(arguments: [0.5, 3, 81])
  func theScaleIsAUnitOfDensity(scale: Double) {
    let scaled = VolumeWeights(opticalScale: scale).ray(density: rays.density, at: rays.depths)
    let denser = VolumeWeights().ray(density: rays.density * scale, at: rays.depths)
    expectClose(scaled.renderingWeights, denser.renderingWeights, within: .closedForm)
  }

  /// The mean depth of what stops the light lies between the first and the last sample.
  @Test(arguments: Rays.renderings)
  func theNormalizedDepthLiesOnTheRay(rendering: VolumeWeights) {
    let weights = rendering.ray(density: rays.density, at: rays.depths).renderingWeights
    let depth = rendering.normalizedDepth(weights, at: rays.depths)
    #expect((depth - rays.depths[axis: -1, 0]).scalars.allSatisfy { $0 > 0 })
    #expect((rays.depths[axis: -1, 5] - depth).scalars.allSatisfy { $0 > 0 })
  }
}
