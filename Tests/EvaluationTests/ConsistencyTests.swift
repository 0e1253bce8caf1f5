import Camera
import Evaluation
import Foundation
import PortraitClasses
import ProceduralPortraits
import Tensors
import TestSupport
import Testing

@Suite("Turned views against predictions from frontal views")
struct ConsistencyTests {
  /// Two views of 2 × 2 pixels from one pose, so that pixels do not move.
  ///
  /// One value of twelve is off by 0.6, and one class of four differs. The control is the same view.
  @Test func figuresByHand() throws {
    let camera = Camera()
    func view(_ first: Double, _ labels: [Int32]) -> SeenPortrait {
      SeenPortrait(
        image: Tensor([3, 2, 2], [first] + [Double](repeating: 0.2, count: 11)),
        labels: Tensor([2, 2], labels), distances: .ones([2, 2], .float64), camera: camera,
        pose: .frontal)
    }
    let front = view(0.2, [0, 0, 1, 1])
    var measure = ViewConsistency(turn: 0, classes: 3)
    measure.add(DepthSheet(front), turned: view(0.8, [0, 0, 0, 1]))
    let figures = measure.figures
    // 10 log10 (12 / 0.36); class 0: 2 of 3, class 1: 1 of 2, class 2 nowhere.
    let decibels = 10 * log10(12 / 0.36)
    #expect(abs(try #require(figures.signalToNoise) - decibels) < 1e-9)
    #expect(abs(try #require(figures.maskAgreement) - 7.0 / 12) < 1e-12)
    #expect(figures.covered == 1)
    #expect(abs(try #require(figures.gain)) < 1e-9 && figures.maskGain == 0)
  }

  @Test func withoutPixelsThereAreNoFigures() {
    let figures = ViewConsistency(turn: 0.3, classes: 3).figures
    #expect(figures.covered == 0 && figures.signalToNoise == nil && figures.maskGain == nil)
  }

  /// A flat picture that really turns: its depth is consistent, and its relief is 0.
  @Test func aBillboardIsConsistentAndFlat() throws {
    let camera = Camera()
    let scene = PlaneScene(normal: Vector(0, 0, 1), color: linearColor) { point in
      abs(point.x) > 0.07
        ? PartClass.ears.rawValue
        : (abs(point.y) < 0.02 ? PartClass.nose : .face).rawValue
    }
    var shape = ShapeMeasures()
    shape.add(
      front: scene.view(camera, .frontal, size: 33),
      turned: Camera.evaluationTurns.map {
        scene.view(camera, CameraPose(turnedLeft: $0), size: 33)
      })
    for figures in shape.figures.consistency {
      // Only rounding errors remain, which gives hundreds of decibels.
      #expect(try #require(figures.signalToNoise) > 200)
      #expect(try #require(figures.gain) > 150)
      #expect(try #require(figures.maskAgreement) > 0.85)
    }
    let relief = shape.figures.relief
    for value in [relief.noseMinusEars, relief.deviation, relief.range] {
      #expect(abs(try #require(value)) < 1e-12)
    }
    #expect(relief.portraitsWithNoseAndEars == 1)
  }

  static let turned = PortraitScene(.random(seed: 11))

  /// Returns views of a procedural portrait, each from its own pose.
  static func views(_ poses: [CameraPose]) -> [SeenPortrait] {
    let camera = Camera()
    return poses.map {
      SeenPortrait(
        turned.render(pose: $0, camera: camera, size: 64, samplesPerPixel: 4), camera: camera,
        pose: $0)
    }
  }

  static func figures(_ front: SeenPortrait, _ side: SeenPortrait) -> ViewConsistency.Figures {
    var measure = ViewConsistency(turn: 0, classes: PartClass.count)
    measure.add(DepthSheet(front), turned: side)
    return measure.figures
  }

  /// The true depth predicts the true turned view.
  ///
  /// The remaining errors come from interpolation, few pixels and edges.
  @Test(arguments: [-0.6, -0.3, 0.3, 0.6])
  func aRayCastPortraitTurnsAsItsDepthSays(turn: Double) throws {
    let views = Self.views([.frontal, CameraPose(turnedLeft: turn)])
    let figures = Self.figures(views[0], views[1])
    #expect(figures.covered > 0.4)
    #expect(try #require(figures.signalToNoise) > 24)
    #expect(try #require(figures.gain) > 6)
    #expect(try #require(figures.maskAgreement) > 0.75)
    #expect(try #require(figures.maskGain) > 0.2)
  }

  /// Broken twins: with the wrong direction of the turn, or with rows counted from the bottom, the
  /// depth brings no gain.
  @Test func wrongTwinsGainNothing() throws {
    let views = Self.views([.frontal, CameraPose(turnedLeft: 0.3), CameraPose(turnedLeft: -0.3)])
    let (front, size) = (views[0], views[0].size)
    let labels = Tensor([size, size], front.labels.map { Int32($0) })
    let wrongWay = SeenPortrait(
      image: Tensor([3, size, size], views[2].colors),
      labels: Tensor([size, size], views[2].labels.map { Int32($0) }),
      distances: Tensor([size, size], views[2].distances), camera: front.camera,
      pose: views[1].pose)
    #expect(try #require(Self.figures(front, wrongWay).gain) < 0)
    let upsideDown = (0..<size).flatMap { row in
      front.distances[(size - 1 - row) * size..<(size - row) * size]
    }
    let flipped = SeenPortrait(
      image: Tensor([3, size, size], front.colors), labels: labels,
      distances: Tensor([size, size], upsideDown), camera: front.camera, pose: front.pose)
    let right = try #require(Self.figures(front, views[1]).gain)
    #expect(try #require(Self.figures(flipped, views[1]).gain) < right - 4)
    // A billboard in its place: the whole portrait at the distance of its middle.
    let flat = SeenPortrait(
      image: Tensor([3, size, size], front.colors), labels: labels,
      distances: Tensor([size, size], front.distances.map { _ in 1 }), camera: front.camera,
      pose: front.pose)
    #expect(try #require(Self.figures(flat, views[1]).gain) < right - 2)
  }
}
