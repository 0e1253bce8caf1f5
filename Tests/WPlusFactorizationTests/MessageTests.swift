import TestSupport
import Testing
import WPlusFactorization

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 1, messages")
struct WPlusFactorizationMessageTests {
  @Test func noParts() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = WPlusFactorization(parts: 0)
    }
    try expectMessage(result, mentions: ["parts is 0", "expected 1 or more"])
  }

  @Test func fewerThanNoLayers() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = WPlusFactorization(parts: 2, shapeLayers: -1)
    }
    try expectMessage(result, mentions: ["1, -1, 4", "expected 0 or more"])
  }
}
