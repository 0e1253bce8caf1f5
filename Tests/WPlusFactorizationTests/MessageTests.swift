import Testing
import WPlusFactorization

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 1, messages")
struct WPlusFactorizationMessageTests {
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

  @Test func noParts() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = WPlusFactorization(parts: 0)
    }
    try expect(result, mentions: ["parts is 0", "expected 1 or more"])
  }

  @Test func fewerThanNoLayers() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = WPlusFactorization(parts: 2, shapeLayers: -1)
    }
    try expect(result, mentions: ["1, -1, 4", "expected 0 or more"])
  }
}
