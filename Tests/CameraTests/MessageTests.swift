import Camera
import Tensors
import TestSupport
import Testing

/// A wrong argument stops the program with the function, the argument, its value and what was expected.
@Suite("Camera, error messages")
struct CameraMessageTests {
  @Test func oneSampleHasNoStep() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Camera().jitteredDepths(.zeros([1, 4, 1]))
    }
    try expectMessage(result, mentions: ["jitteredDepths(_:)", "[1, 4, 1]", "expected N ≥ 2"])
  }
}
