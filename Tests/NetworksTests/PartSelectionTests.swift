import TestSupport
import Tensors
import Testing

@testable import Networks

@Suite("Composition of some parts")
struct PartSelectionTests {
  var numbers = TestNumbers(seed: 9)

  @Test(arguments: [[], [1], [0, 2], [0, 1, 2]] as [Set<Int>])
  mutating func keptPartsStayAndOthersAreZero(kept: Set<Int>) throws {
    let maps = GeneratedMaps(
      feature: numbers.tensor([2, 3, 4, 5, 6], in: 0.5...1),
      relativeDepth: numbers.tensor([2, 3, 5, 6], in: 1...2),
      densityMap: numbers.tensor([2, 3, 5, 6], in: 0.5...1),
      latents: numbers.tensor([2, 3, 1, 7]), layers: [], base: nil)
    let some = maps.keeping(kept)
    #expect(some.feature.shape == maps.feature.shape)
    for part in 0..<3 {
      let pairs = [
        (some.feature[axis: 1, part], maps.feature[axis: 1, part]),
        (
          try #require(some.densityMap)[axis: 1, part],
          try #require(maps.densityMap)[axis: 1, part]
        ),
      ]
      for (new, old) in pairs {
        #expect(
          kept.contains(part)
            ? new.scalars == old.scalars : new.scalars.allSatisfy { $0 == 0 })
      }
    }
    // Depths are relative to the face, which may be absent.
    #expect(some.relativeDepth.scalars == maps.relativeDepth.scalars)
  }
}
