import Camera
import Evaluation
import Foundation
import PortraitData
import TestSupport
import Tensors
import Testing

@Suite("Relief")
struct ReliefTests {
  /// A frontal view of 3 × 3 pixels at these heights towards the camera.
  ///
  /// `lastShares` is how much of what stops each ray does so at its last sample.
  static func view(
    _ heights: [Double], _ parts: [PartClass], lastShares: [Double]? = nil
  ) -> SeenPortrait {
    let camera = Camera()
    let frame = camera.frame(at: .frontal)
    let distances = heights.enumerated().map { index, height in
      let ray = camera.pixelRay(row: index / 3, column: index % 3, size: 3, from: frame)
      return (height - ray.origin.z) / ray.direction.z
    }
    return SeenPortrait(
      image: .zeros([3, 3, 3], .float64), labels: Tensor([3, 3], parts.map { Int32($0.rawValue) }),
      distances: Tensor([3, 3], distances), lastShares: lastShares.map { Tensor([3, 3], $0) },
      camera: camera, pose: .frontal)
  }

  /// Three of seven pixels of face are holes, each in a way of its own.
  ///
  /// One ray is stopped by nothing, one by its last sample alone, one by it for more than half.
  /// They and the ear that is none have no height: nose 0.1 and ear −0.05 differ by 0.15, and
  /// inside the face there are 0.1 and three times 0, with the mean 0.025: √((0.075² + 3 · 0.025²)
  /// / 4).
  @Test func raysThatEndAtTheirLastSampleHaveNoDepth() throws {
    var relief = Relief()
    let parts: [PartClass] = [.ears, .ears, .nose, .face, .face, .face, .face, .brows, .mouth]
    relief.add(
      Self.view(
        [-0.05, -0.1, 0.1, 0, 0, 0, -0.1, .nan, -0.02], parts,
        lastShares: [0, 0.9, 0, 0.2, 0.49, 0.5, 1, .nan, 0.6]))
    let figures = relief.figures
    #expect(figures.faceWithoutDepth == 3.0 / 7)
    #expect(abs(try #require(figures.noseMinusEars) - 0.15) < 1e-12)
    let deviation = (0.0075 / 4).squareRoot()
    #expect(abs(try #require(figures.deviation) - deviation) < 1e-12)
  }

  /// Nose 0.1, ears −0.05 and −0.03: 0.14; skin at 0: 0.1.
  ///
  /// Inside the face 0, 0.02, 0.1 with the mean 0.04:
  /// √((0.0016 + 0.0004 + 0.0036) / 3); from 0.1 to 1.9 of the way along the three, 0.002 … 0.092.
  @Test func byHand() throws {
    var relief = Relief()
    relief.add(
      Self.view(
        [-0.2, 0.02, -0.2, -0.05, 0.1, -0.03, 0.05, 0, .nan],
        [.background, .eyes, .background, .ears, .nose, .ears, .hair, .face, .face]))
    let figures = relief.figures
    #expect(abs(try #require(figures.noseMinusEars) - 0.14) < 1e-12)
    #expect(abs(try #require(figures.noseMinusSkin) - 0.1) < 1e-12)
    #expect(abs(try #require(figures.deviation) - (0.0056 / 3).squareRoot()) < 1e-12)
    #expect(abs(try #require(figures.range) - 0.09) < 1e-12)
    #expect(figures.portraitsWithFace == 1 && figures.portraitsWithNoseAndEars == 1)
    // Of the eye, the nose and twice skin, the last skin is hit by nothing.
    #expect(figures.faceWithoutDepth == 0.25)
  }

  /// The second portrait's ears are hidden: it has no part in the first figure, and the second
  /// figure is the mean of 0 and the deviation of ±0.01.
  @Test func aPortraitWithoutThePartIsNotCounted() throws {
    var relief = Relief()
    let row: [PartClass] = [.ears, .nose, .nose]
    relief.add(Self.view([-0.1] + [Double](repeating: 0, count: 8), row + row + row))
    let hidden: [PartClass] = [.hair, .face, .face, .hair, .hair, .hair, .hair, .hair, .hair]
    relief.add(Self.view([0.3, 0.01, -0.01] + [Double](repeating: 0.3, count: 6), hidden))
    relief.add(Self.view([Double](repeating: 0, count: 9), [PartClass](repeating: .hat, count: 9)))
    let figures = relief.figures
    #expect(figures.portraits == 3)
    #expect(figures.portraitsWithNoseAndEars == 1 && figures.portraitsWithFace == 2)
    #expect(figures.noseMinusSkin == nil, "one has no skin and one no nose")
    #expect(abs(try #require(figures.noseMinusEars) - 0.1 / 3) < 1e-12)
    #expect(abs(try #require(figures.deviation) - 0.005) < 1e-12)
  }

  /// All points one unit away along their rays lie on a sphere, which is not flat: what measuring
  /// along the rays would take a wall for.
  @Test func distancesAlongRaysAreNoHeights() throws {
    let camera = Camera()
    let parts: [PartClass] = [.ears, .face, .ears, .face, .nose, .face, .ears, .face, .ears]
    let sphere = SeenPortrait(
      image: .zeros([3, 3, 3], .float64), labels: Tensor([3, 3], parts.map { Int32($0.rawValue) }),
      distances: .ones([3, 3], .float64), camera: camera, pose: .frontal)
    var relief = Relief()
    relief.add(sphere)
    // The corner's ray is √(1 + 2 tan² 6°) long where the axis is 1; all ears are corners.
    let corner = 1 / (1 + 2 * pow(tan(6 * Double.pi / 180), 2)).squareRoot()
    let found = try #require(relief.figures.noseMinusEars)
    #expect(abs(found - (corner - 1)) < 1e-12 && found < -0.01)
  }

  /// A face and the same face seen from within.
  @Test func aHollowFaceHasItsNoseBehindItsSkin() throws {
    let parts: [PartClass] = [.face, .face, .face, .face, .nose, .face, .face, .face, .face]
    let heights = [0, 0.01, 0, 0.01, 0.03, 0.01, 0, 0.01, 0]
    for sign in [1.0, -1] {
      var relief = Relief()
      relief.add(Self.view(heights.map { sign * $0 }, parts))
      #expect(abs(try #require(relief.figures.noseMinusSkin) - sign * 0.025) < 1e-12)
    }
  }

  /// Noses of the procedural portraits stand about a tenth of a unit before their ears.
  @Test func proceduralPortraitsHaveRelief() throws {
    var relief = Relief()
    for seed in 0..<4 as Range<UInt64> {
      let view = PortraitScene(.random(seed: seed)).render(size: 64, samplesPerPixel: 1)
      relief.add(SeenPortrait(view, camera: Camera(), pose: .frontal))
    }
    let figures = relief.figures
    #expect(try #require(figures.noseMinusEars) > 0.05)
    #expect(try #require(figures.noseMinusSkin) > 0.005)
    #expect(try #require(figures.range) > 0.02)
  }
}
