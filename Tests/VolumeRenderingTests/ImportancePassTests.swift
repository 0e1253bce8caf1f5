import Camera
import TestSupport
import Tensors
import Testing
import VolumeWeights

@testable import VolumeRendering

/// The importance pass of the renderer in single precision.
@Suite("Importance pass of the renderer")
struct ImportancePassTests {
  /// The depths of the second pass are those that the coarse densities give in double precision.
  ///
  /// The coarse densities are taken from a view without the pass. An interval without density has a
  /// probability of 2e-5, so weights in single precision would move samples by a thousandth of the ray.
  @Test func weightsOfThePassHaveDoublePrecision() {
    var numbers = TestNumbers(seed: 12)
    let (parts, side, planes) = (3, 5, 8)
    let stack = PartStack(
      feature: numbers.tensor([1, parts, 2, side, side]).cast(to: .float32),
      densityMap: (numbers.tensor([1, parts, side, side], in: 0...30)).cast(to: .float32),
      absoluteDepth: numbers.tensor([1, parts, side, side], in: 2...6).cast(to: .float32))
    var renderer = VolumeRenderer(
      lifting: .init(alpha: 2, depthPlanes: planes), samples: 12, importanceSamples: 0)
    let poses = Tensor([1, 2], [1.4, 1.6]).cast(to: .float32)
    let coarse = renderer.view(of: stack, from: poses, size: 6)
    renderer.importanceSamples = 9
    let found = renderer.view(of: stack, from: poses, size: 6).rayDepths

    let depths = coarse.rayDepths
    func expected(_ type: ScalarType) -> Tensor {
      let weights = renderer.volumeWeights.ray(
        density: coarse.sampleDensity.cast(to: type), at: depths.cast(to: type)
      ).renderingWeights
      let quantiles = Tensor.linspace(0, 1, 9, .float64).broadcast(to: [1, 36, 9])
      let new = ImportanceSampling.depths(depths, weights, uniforms: quantiles)
      return Tensor.concatenated([depths, new], axis: -1).sorted().values
    }
    #expect(found.shape == [1, 36, 21])
    #expect(found.floats == expected(.float64).floats)
    #expect(found.floats != expected(.float32).floats)
  }
}
