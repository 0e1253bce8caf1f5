import Camera
import Evaluation
import Foundation
import PortraitClasses
import ProceduralPortraits
import Tensors
import TestSupport
import Testing

@Suite("Relief")
struct ReliefTests {
  /// Returns a frontal view of 3 × 3 pixels with these heights towards the camera.
  ///
  /// `lastShares` is the share of each ray's rendering weights that belongs to its last sample.
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

  /// Three of seven face pixels are holes, each of a different kind.
  ///
  /// One ray is not stopped, one is stopped only at its last sample, and one is stopped there by more
  /// than half. These pixels, and one of the ear pixels, have no height. The nose at 0.1 and the other
  /// ear at −0.05 differ by 0.15. The heights inside the face are 0.1 and three times 0, with the mean
  /// 0.025: √((0.075² + 3 · 0.025²) / 4).
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

  /// The nose is at 0.1 and the ears at −0.05 and −0.03: 0.14; the skin is at 0: 0.1.
  ///
  /// The heights inside the face are 0, 0.02 and 0.1, with the mean 0.04: √((0.0016 + 0.0004 + 0.0036)
  /// / 3). The 5 % and 95 % quantiles are at positions 0.1 and 1.9 of the three: 0.002 and 0.092.
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
    // Of the four face pixels (eye, nose and two skin pixels), the last skin pixel has no hit.
    #expect(figures.faceWithoutDepth == 0.25)
  }

  /// The second portrait shows no ears and no nose, so it does not count in the first figure.
  ///
  /// The standard deviation is the mean of 0 and that of ±0.01.
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
    #expect(figures.noseMinusSkin == nil, "one portrait has no skin, another has no nose")
    #expect(abs(try #require(figures.noseMinusEars) - 0.1 / 3) < 1e-12)
    #expect(abs(try #require(figures.deviation) - 0.005) < 1e-12)
  }

  /// Points one unit away along their rays lie on a sphere, which is not flat.
  ///
  /// A measure along the rays would take the sphere for a flat wall.
  @Test func distancesAlongRaysAreNoHeights() throws {
    let camera = Camera()
    let parts: [PartClass] = [.ears, .face, .ears, .face, .nose, .face, .ears, .face, .ears]
    let sphere = SeenPortrait(
      image: .zeros([3, 3, 3], .float64), labels: Tensor([3, 3], parts.map { Int32($0.rawValue) }),
      distances: .ones([3, 3], .float64), camera: camera, pose: .frontal)
    var relief = Relief()
    relief.add(sphere)
    // The ray of a corner has the length √(1 + 2 tan² 6°) where the axis has 1; all ears are corners.
    let corner = 1 / (1 + 2 * pow(tan(6 * Double.pi / 180), 2)).squareRoot()
    let found = try #require(relief.figures.noseMinusEars)
    #expect(abs(found - (corner - 1)) < 1e-12 && found < -0.01)
  }

  /// A face, and the same face seen from the inside.
  @Test func aHollowFaceHasItsNoseBehindItsSkin() throws {
    let parts: [PartClass] = [.face, .face, .face, .face, .nose, .face, .face, .face, .face]
    let heights = [0, 0.01, 0, 0.01, 0.03, 0.01, 0, 0.01, 0]
    for sign in [1.0, -1] {
      var relief = Relief()
      relief.add(Self.view(heights.map { sign * $0 }, parts))
      #expect(abs(try #require(relief.figures.noseMinusSkin) - sign * 0.025) < 1e-12)
    }
  }

  /// The noses of procedural portraits are about a tenth of a unit in front of their ears.
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
