import GaussianLifting
import TestSupport
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 5–7, messages")
struct GaussianLiftingMessageTests {
  @Test func aBellWithoutWidth() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GaussianLifting(alpha: 0)
    }
    try expectMessage(result, mentions: ["alpha is 0.0", "expected > 0"])
  }

  @Test func aBellThatIsTurnedAround() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var lifting = GaussianLifting()
      lifting.alpha = -1
      _ = lifting.alpha
    }
    try expectMessage(result, mentions: ["alpha is -1.0", "expected > 0"])
  }
}
