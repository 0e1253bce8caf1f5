import Datasets
import Evaluation
import PortraitClasses
import Tensors
import TestSupport
import Testing

/// The distance over a parser's features must increase with the damage to images.
///
/// The weights are random: even an untrained network responds to edges and colors, so the order of the
/// distances does not depend on training.
@Suite("The Fréchet distance grows with image damage", .serialized)
struct DistanceGrowthTests {
  static let pairs: [PortraitPair] = (0..<64).compactMap {
    try? ProceduralSource(count: 64, seed: 12).pair($0, size: 32)
  }
  private static let images = Tensor.stacked(pairs.map(\.image))

  private func distances(_ spoiled: [Tensor], seed: UInt64) throws -> [Double] {
    #expect(Self.pairs.count == 64)
    let parser = PortraitParser(untrainedOfSize: 32, seed: seed)
    let whole = FeatureMoments(of: parser.features(of: Self.images))
    return try spoiled.map {
      try FrechetDistance(whole, FeatureMoments(of: parser.features(of: $0))).value
    }
  }

  /// Expects that the distance grows from the undamaged images, whose distance is 0 up to rounding.
  private func expectGrowth(_ spoiled: [Tensor], seed: UInt64) throws {
    let found = try distances([Self.images] + spoiled, seed: seed)
    #expect(abs(found[0]) < 1e-9 * found[1], "\(found)")
    #expect(zip(found, found.dropFirst()).allSatisfy { $1 > 1.5 * $0 }, "\(found)")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func withBlur(seed: UInt64) throws {
    try expectGrowth([0.5, 1, 2].map { Distortion.blurred(Self.images, by: $0) }, seed: seed)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func withNoise(seed: UInt64) throws {
    try expectGrowth(
      [0.05, 0.1, 0.2].map { Distortion.noisy(Self.images, by: $0, seed: 5) }, seed: seed)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func withEveryPartThatIsRemoved(seed: UInt64) throws {
    let steps: [Set<PartClass>] = [
      [.nose], [.nose, .eyes, .brows], [.nose, .eyes, .brows, .hair],
    ]
    try expectGrowth(steps.map { Distortion.without($0, Self.pairs) }, seed: seed)
  }
}
