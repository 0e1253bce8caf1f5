import Camera
import ModelConfiguration
import PortraitClasses
import PortraitModel
import Tensors
import TestSupport
import Testing

@testable import Evaluation

/// The poses of measured portraits, and the signs of their turns.
@Suite("Poses of evaluation")
struct DrawnPoseTests {
  private static let tolerance = Tolerance.relative(
    1e-5, because: "matrix products of other shapes sum in another order")

  /// Returns pictures of the sample's portraits from given yaws and pitches.
  private func pictures(_ sample: GeneratedSample, _ angles: [Double]) -> Tensor {
    let portraits = sample.portraits(0..<sample.count)
    return withoutGradients {
      portraits.subject.made(
        from: Tensor([sample.count, 2], angles).cast(to: .float32), options: portraits.options
      ).image.clamped(-1, 1)
    }
  }

  /// The numbers of stream 65 of the seed: mean + deviation · normal, yaw and pitch in turn.
  private func angles(_ count: Int, seed: UInt64, _ camera: Camera) -> [Double] {
    var numbers = RandomNumbers(seed: seed, stream: 65)
    return numbers.normal([count, 2]).scalars.enumerated().map { index, number in
      index.isMultiple(of: 2)
        ? camera.yawMean + camera.yawDeviation * number
        : camera.pitchMean + camera.pitchDeviation * number
    }
  }

  /// Portraits are measured from poses like those of training and not all from the front.
  @Test func posesAreDrawnLikeThoseOfTraining() {
    let sample = GeneratedSample(GeneratorMeasuresTests.generator, count: 3, seed: 7)
    let camera = sample.generator.configuration.camera
    let drawn = sample.portraits(0..<3).drawn().images
    let angles = angles(3, seed: 7, camera)
    expectClose(drawn, pictures(sample, angles), within: Self.tolerance)
    let frontal = (0..<6).map { $0.isMultiple(of: 2) ? camera.yawMean : camera.pitchMean }
    #expect(!isClose(drawn, pictures(sample, frontal), within: .relative(0.05, because: "posed")))
  }

  /// A pitch beyond a pole is that of the pole: 1e-5 radians from the vertical.
  @Test func aPitchBeyondThePoleIsClamped() {
    var model = GeneratorMeasuresTests.generator.configuration
    model.camera.pitchDeviation = 4
    let generator = Generator(model, GeneratorMeasuresTests.generator.parameters)
    let sample = GeneratedSample(generator, count: 4, seed: 7)
    let free = angles(4, seed: 7, model.camera)
    let clamped = free.enumerated().map { index, angle in
      index.isMultiple(of: 2) ? angle : min(max(angle, 1e-5), .pi - 1e-5)
    }
    #expect(zip(free, clamped).count { $0 != $1 } > 0)
    expectClose(
      sample.portraits(0..<4).drawn().images, pictures(sample, clamped), within: Self.tolerance)
  }

  /// Rays of a pitch beyond the poles are those of the clamped pitch; between the poles they differ.
  @Test(arguments: [(-0.4, 1e-5), (0, 1e-5), (3.9, .pi - 1e-5)] as [(Double, Double)])
  func raysBeyondThePolesAreThoseOfThePole(pitch: Double, pole: Double) {
    func directions(_ pitch: Double) -> Tensor {
      RayBundle(Camera(), poses: Tensor([1, 2], [1.2, pitch]), size: 3).directions
    }
    expectClose(directions(pitch), directions(pole), within: .exact)
    #expect(!isClose(directions(1), directions(pole), within: .relative(0.1, because: "posed")))
  }

  /// A positive turn moves the camera to the left of the image, where x is negative.
  @Test(arguments: Camera.evaluationTurns)
  func aPositiveTurnIsTowardsTheLeft(turn: Double) {
    let x = Camera().pose(turnedBy: turn).direction.x
    #expect(turn > 0 ? x < -0.2 : x > 0.2)
  }

  /// The figures of a turn are those of the views from its side, for generated portraits.
  @Test func theFiguresOfATurnAreThoseOfItsViews() throws {
    let sample = GeneratedSample(GeneratorMeasuresTests.generator, count: 2, seed: 7)
    var shape = ShapeMeasures()
    let portraits = sample.portraits(0..<2)
    shape.add(portraits, count: 2)
    let found = shape.figures.consistency
    let fronts = portraits.seen(from: .frontal)
    for figures in found {
      // By the definition of yaw in Docs/Camera.md: the camera is at x = −sin(turn) · radius.
      let pose = CameraPose(yaw: .pi / 2 + figures.turn, pitch: .pi / 2)
      var measure = ViewConsistency(turn: figures.turn, classes: PartClass.count)
      for (front, side) in zip(fronts, portraits.seen(from: pose)) {
        measure.add(DepthSheet(front), turned: side)
      }
      let expected = measure.figures
      #expect(abs(figures.covered - expected.covered) < 1e-3, "\(figures.turn)")
      let (a, b) = (try #require(figures.signalToNoise), try #require(expected.signalToNoise))
      #expect(abs(a - b) < 1e-3, "\(figures.turn): \(a), \(b)")
    }
    #expect(found.map(\.turn) == [-0.6, -0.3, 0.3, 0.6])
    // The portraits are not symmetric, so figures of the wrong side would differ.
    let ratios = found.compactMap(\.signalToNoise)
    #expect(abs(ratios[0] - ratios[3]) > 0.01 && abs(ratios[1] - ratios[2]) > 0.01, "\(ratios)")
  }
}
