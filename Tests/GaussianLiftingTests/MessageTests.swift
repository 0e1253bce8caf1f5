import GaussianLifting
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 5–7, messages")
struct GaussianLiftingMessageTests {
  /// Whether what a process said on its way out contains all of these.
  private func expect(
    _ result: ExitTest.Result?, mentions parts: [String],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let output = try #require(result, sourceLocation: location).standardErrorContent
    let text = String(decoding: output, as: UTF8.self)
    for part in parts {
      #expect(text.contains(part), "said: \(text)", sourceLocation: location)
    }
  }

  @Test func aBellWithoutWidth() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GaussianLifting(alpha: 0)
    }
    try expect(result, mentions: ["alpha is 0.0", "expected > 0"])
  }

  @Test func aBellThatIsTurnedAround() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var lifting = GaussianLifting()
      lifting.alpha = -1
      _ = lifting.alpha
    }
    try expect(result, mentions: ["alpha is -1.0", "expected > 0"])
  }
}
