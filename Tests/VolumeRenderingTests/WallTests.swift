import Camera
import Foundation
import GaussianLifting
import TestSupport
import Tensors
import Testing
import VolumeRendering
import VolumeWeights

/// A wall of part 1 in front of a wall of part 0, both perpendicular to the view of the frontal camera.
@Suite("Volume rendering, walls by hand")
struct WallTests {
  /// Planes are .1 apart from z = −.4 (plane 0) to .4 (plane 8); walls on planes 2 and 6.
  private let box = VolumeBox(min: Vector(-0.5, -0.5, -0.4), max: Vector(0.5, 0.5, 0.4))
  private var renderer: VolumeRenderer {
    VolumeRenderer(
      lifting: GaussianLifting(alpha: 20, depthPlanes: 9),
      volumeWeights: VolumeWeights(opticalScale: 1000), camera: Camera(near: 0.5, far: 1.5),
      box: box, samples: 201, importanceSamples: 0)
  }

  private func walls(density: [Double]) -> PartStack {
    func map(_ values: [Double]) -> Tensor {
      Tensor([1, 2, 1, 1], values).broadcast(to: [1, 2, 4, 5])
    }
    return PartStack(
      feature: Tensor([1, 2, 1, 1, 1], [10, 20.0]).broadcast(to: [1, 2, 1, 4, 5]),
      densityMap: map(density), absoluteDepth: map([2, 6.0]))
  }

  private let frontal = Tensor([1, 2], [Double.pi / 2, .pi / 2])

  /// The depth of the near wall, by hand.
  ///
  /// Plane 6 is at z = .2. Its bell is almost 0 on plane 7, z = .3, and SAMPLE interpolates. The central
  /// ray, at z = 1 − t, therefore meets a density that rises from 0 at t = .7 to 1 at t = .8. The light
  /// is absorbed where 1000 x²/(2 · .1) is about 1, that is, at x = .014 behind t = .7.
  @Test func theNearWallHidesTheFarOne() {
    let view = renderer.view(of: walls(density: [1, 1]), from: frontal, size: 3)
    let depth = view.expectedDepth.scalars[4]
    #expect(depth > 0.7 && depth < 0.73)
    #expect(view.maskProbabilities.argmax(axis: 1).scalars == [Double](repeating: 1, count: 9))
    // The feature is that of part 1, 20, times ψ where the light stops.
    let psi = view.ray.renderingWeights.sum(axes: [-1]).scalars
    #expect(psi.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(view.feature.scalars.allSatisfy { $0 > 0 && $0 <= 20 })
  }

  /// Without the near wall, light reaches the wall on plane 2 (z = −.2), which begins at plane 3, t = 1.1.
  @Test func withoutTheNearWallTheFarOneIsVisible() {
    let view = renderer.view(of: walls(density: [1, 0]), from: frontal, size: 3)
    let depth = view.expectedDepth.scalars[4]
    #expect(depth > 1.1 && depth < 1.13)
    #expect(view.maskProbabilities.argmax(axis: 1).scalars == [Double](repeating: 0, count: 9))
  }

  /// In an empty volume, no light is stopped, and both parts are equally probable.
  @Test func anEmptyVolumeStopsNoLight() {
    let view = renderer.view(of: walls(density: [0, 0]), from: frontal, size: 2)
    #expect(view.ray.renderingWeights.scalars.allSatisfy { $0 == 0 })
    #expect(view.maskProbabilities.scalars.allSatisfy { $0 == 0.5 })
  }

  /// Coarse samples are .025 apart; the samples of the importance pass gather where the wall begins.
  @Test func theImportancePassGathersAtTheWall() {
    var renderer = renderer
    (renderer.samples, renderer.importanceSamples) = (41, 20)
    let view = renderer.view(of: walls(density: [1, 1]), from: frontal, size: 3)
    let depths = view.rayDepths[0, 4].scalars
    #expect(depths.count == 61)
    #expect(depths == depths.sorted())
    #expect(depths.count { $0 > 0.68 && $0 < 0.76 } >= 20)
  }
}
