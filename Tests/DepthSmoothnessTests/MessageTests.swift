import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 12–13: messages")
struct MessageTests {
  @Test func aMapWithoutPartsStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = DepthSmoothness().loss(.zeros([4, 5]))
    }
    try expectMessage(
      result, mentions: ["loss(_:)", "relativeDepth has shape [4, 5]", "expected [.., K, H, W]"])
  }

  @Test func anEmptyMapStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = DepthSmoothness().loss(.zeros([3, 0, 5]))
    }
    try expectMessage(
      result, mentions: ["loss(_:)", "relativeDepth has shape [3, 0, 5]", "none of them 0"])
  }
}
