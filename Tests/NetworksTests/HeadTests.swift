import TestSupport
import Tensors
import Testing

@testable import Networks

/// Joined heads give the same results as separate heads.
@Suite("Heads")
struct HeadTests {
  /// Returns two parts, each with a head `a` of two outputs and a head `b` of one output.
  ///
  /// In part 1, the bias of `b` is a map.
  private static func parts() -> [Parameters] {
    var random = RandomNumbers(seed: 1)
    return (0..<2).map { part in
      var tensors: [String: Tensor] = [:]
      for (name, outputs) in [("a", 2), ("b", 1)] {
        tensors["\(name).conv.weight"] = random.normal([outputs, 3, 1, 1], .float64)
        tensors["\(name).conv.modulation"] = random.normal([1, 3, 1, 1], .float64)
        let map = name == "b" && part == 1 ? [2, 2] : [1, 1]
        tensors["\(name).bias"] = random.normal([1, outputs] + map, .float64)
      }
      return Parameters(tensors)
    }
  }

  @Test func joinedHeadsEqualSeparateHeads() {
    var random = RandomNumbers(seed: 3)
    let parts = Self.parts()
    let x = random.normal([2, 2, 3, 4], .float64)
    let (a, b) = (Heads(parts, "a"), Heads(parts, "b"))
    let together = Heads(joining: [a, b])(x)
    #expect(together.shape == [2, 2, 3, 4])
    expectClose(together.sliced(axis: 2, from: 0, length: 2), a(x), within: .closedForm)
    expectClose(together.sliced(axis: 2, from: 2, length: 1), b(x), within: .closedForm)
  }

  @Test func aPartWithoutAHeadGetsZeros() {
    var random = RandomNumbers(seed: 4)
    let parts = Self.parts()
    let x = random.normal([2, 3, 3, 4], .float64)
    let padded = Heads(parts, "b").afterPartWithout()(x)
    #expect(padded[axis: 1, 0].scalars.allSatisfy { $0 == 0 })
    expectClose(
      padded.sliced(axis: 1, from: 1, length: 2),
      Heads(parts, "b")(x.sliced(axis: 1, from: 1, length: 2)),
      within: .closedForm)
  }

  /// The memory layout does not change the results, with or without a bias map.
  @Test(arguments: ["a", "b"])
  func theLayoutPixelByPixelGivesTheSameResults(_ name: String) {
    var random = RandomNumbers(seed: 5)
    let heads = Heads(Self.parts(), name)
    let x = random.normal([2, 2, 3, 4], .float64)
    expectClose(heads(x, pixelByPixel: true), heads(x), within: .closedForm)
  }
}
