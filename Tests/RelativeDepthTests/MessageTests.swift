import RelativeDepth
import TestSupport
import Tensors
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("§3.2: messages")
struct MessageTests {
  @Test func aMapWithoutPartsStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = RelativeDepth().absoluteDepth(of: .zeros([4, 5]))
    }
    try expectMessage(
      result,
      mentions: ["absoluteDepth(of:)", "relativeDepth has shape [4, 5]", "expected [.., K, H, W]"])
  }

  @Test func aFaceThatIsMissingStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = RelativeDepth().absoluteDepth(of: .zeros([2, 1, 4, 5]))
    }
    try expectMessage(
      result,
      mentions: ["absoluteDepth(of:)", "relativeDepth has shape [2, 1, 4, 5]", "2 parts or more"])
  }

  @Test func theInverseNeedsAFaceToo() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = RelativeDepth(.absolute).relativeDepth(of: .zeros([1, 4, 5]))
    }
    try expectMessage(
      result,
      mentions: ["relativeDepth(of:)", "absoluteDepth has shape [1, 4, 5]", "2 parts or more"])
  }
}
