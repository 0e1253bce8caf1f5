import TestSupport
import Tensors
import Testing
import VolumeWeights

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 2–4: messages")
struct MessageTests {
  @Test func depthsWithoutASampleStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = VolumeWeights().spacing(.zeros([3, 0]))
    }
    try expectMessage(
      result, mentions: ["spacing(_:)", "rayDepths has shape [3, 0]", "expected [.., N]"])
  }

  @Test func depthsOfOtherRaysStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = VolumeWeights().ray(density: .zeros([3, 4]), at: .zeros([2, 4]))
    }
    try expectMessage(
      result, mentions: ["ray(density:at:)", "rayDepths has shape [2, 4]", "[.., N] = [3, 4]"])
  }

  @Test func spacingsOfOtherRaysStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = VolumeWeights().ray(density: .zeros([3, 4]), spacing: .zeros([3, 5]))
    }
    try expectMessage(
      result, mentions: ["ray(density:spacing:)", "spacing has shape [3, 5]", "[3, 4]"])
  }

  @Test func featuresOfOtherSamplesStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = VolumeWeights().rendered(.zeros([3, 4]), .zeros([3, 5, 2]))
    }
    try expectMessage(
      result,
      mentions: ["rendered(_:_:)", "features has shape [3, 5, 2]", "[.., N, C] = [3, 4, any]"])
  }
}
