import Camera
import Evaluation
import GaussianLifting
import TestSupport
import Tensors
import Testing
import VolumeRendering
import VolumeWeights

@Suite("The rendered depth predicts the rendered view")
struct RenderedDepthTests {
  static let box = VolumeBox(min: Vector(-0.2, -0.2, -0.1), max: Vector(0.2, 0.2, 0.1))
  static let renderer = VolumeRenderer(
    lifting: GaussianLifting(alpha: 2, depthPlanes: 21),
    volumeWeights: VolumeWeights(opticalScale: 1000), box: box, samples: 81, importanceSamples: 0)

  /// One part with stripes on an opaque surface.
  ///
  /// Its depth increases by eight of 21 planes from left to right, and by two towards the middle row.
  static let parts: PartStack = {
    let size = 41
    let across = Tensor.linspace(-1, 1, size)
    let x = across.broadcast(to: [size, size])
    let y = across.unsqueezed(axis: 1).broadcast(to: [size, size])
    let colors = [x * 14, y * 12, (x + y) * 10].map { $0.sine() * 0.4 + 0.5 }
    return PartStack(
      feature: Tensor.stacked(colors).unsqueezed(axis: 0).unsqueezed(axis: 0),
      densityMap: .ones([1, 1, size, size]),
      absoluteDepth: (13 + 4 * x + 2 * (1 - y.squared())).unsqueezed(axis: 0).unsqueezed(axis: 0))
  }()

  static func view(_ pose: CameraPose) -> SeenPortrait {
    let size = 33
    let seen = renderer.view(
      of: parts, from: Tensor([1, 2], [pose.yaw, pose.pitch]).cast(to: .float32), size: size)
    let distances = renderer.volumeWeights.normalizedDepth(
      seen.ray.renderingWeights, at: seen.rayDepths)
    return SeenPortrait(
      image: seen.feature[0],
      labels: Tensor([size, size], [Int32](repeating: 1, count: size * size)),
      distances: distances.reshaped([size, size]), camera: renderer.camera, pose: pose)
  }

  static func figures(_ front: SeenPortrait, _ side: SeenPortrait) -> ViewConsistency.Figures {
    var measure = ViewConsistency(turn: 0, classes: 2)
    measure.add(DepthSheet(front), turned: side)
    return measure.figures
  }

  /// Renderer, normalized depth and reprojection have the same axes and units.
  ///
  /// The remaining errors come from the width of the lifting weights and from interpolation.
  @Test(arguments: [-0.6, -0.3, 0.3, 0.6])
  func aLiftedSurfaceTurnsAsItsDepthSays(turn: Double) throws {
    let front = Self.view(.frontal)
    let figures = Self.figures(front, Self.view(CameraPose(turnedLeft: turn)))
    #expect(figures.covered > 0.5)
    #expect(try #require(figures.signalToNoise) > 26)
    #expect(try #require(figures.gain) > 6)
    // The view from the other side, labeled with this pose.
    let other = Self.view(CameraPose(turnedLeft: -turn))
    let wrongWay = SeenPortrait(
      image: Tensor([3, 33, 33], other.colors),
      labels: Tensor([33, 33], other.labels.map { Int32($0) }),
      distances: Tensor([33, 33], other.distances), camera: other.camera,
      pose: CameraPose(turnedLeft: turn))
    let right = try #require(figures.signalToNoise)
    #expect(try #require(Self.figures(front, wrongWay).signalToNoise) < right - 5)
  }
}
