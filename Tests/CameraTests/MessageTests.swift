import Camera
import Tensors
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Camera, messages")
struct CameraMessageTests {
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

  @Test func oneSampleHasNoStep() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Camera().jitteredDepths(.zeros([1, 4, 1]))
    }
    try expect(result, mentions: ["jitteredDepths(_:)", "[1, 4, 1]", "expected N ≥ 2"])
  }
}
