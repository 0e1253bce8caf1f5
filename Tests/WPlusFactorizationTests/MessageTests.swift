import TestSupport
import Tensors
import Testing
import WPlusFactorization

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 1: messages")
struct MessageTests {
  @Test func zeroPartsStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = WPlusFactorization(parts: 0)
    }
    try expectMessage(result, mentions: ["parts is 0", "expected 1 or more"])
  }

  @Test func aNegativeLayerCountStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = WPlusFactorization(parts: 2, shapeLayers: -1)
    }
    try expectMessage(result, mentions: ["1, -1, 4", "expected 0 or more"])
  }

  @Test func latentsOfAnotherFactorizationStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = WPlusFactorization(parts: 3).split(.zeros([2, 6, 5]))
    }
    try expectMessage(
      result, mentions: ["split(_:)", "wplus has shape [2, 6, 5]", "[B, baseLayers + 2K, L]", "7"])
  }

  @Test func aPartThatDoesNotExistStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = WPlusFactorization(parts: 3).rows(of: .shape, part: 3)
    }
    try expectMessage(result, mentions: ["rows(of:part:)", "part is 3", "expected 0 ..< 3"])
  }

  @Test func aChoiceThatIsNoCaseStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let choices = Tensor([1, 2], [0, 3] as [Int32])
      _ = WPlusFactorization(parts: 2).mixed(.zeros([1, 4]), .zeros([1, 4]), choices: choices)
    }
    try expectMessage(
      result, mentions: ["mixed(_:_:choices:)", "choices holds 3", "expected 0, 1 or 2"])
  }
}
