import PartFusion
import Tensors
import TestSupport
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 8: messages")
struct MessageTests {
  @Test func featuresOfOtherPartsStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = PartFusion().fused(
        features: .zeros([2, 5, 4, 3, 6]), densities: .zeros([3, 4, 3, 6]))
    }
    try expectMessage(
      result,
      mentions: [
        "fused(features:densities:)", "features has shape [2, 5, 4, 3, 6]",
        "[.., K, C, D, H, W] = [3, any, 4, 3, 6]",
      ])
  }

  @Test func featuresWithoutChannelsStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = PartFusion(.densitySoftmax).fused(
        features: .zeros([3, 4, 3, 6]), densities: .zeros([3, 4, 3, 6]))
    }
    try expectMessage(
      result,
      mentions: [
        "fused(features:densities:)", "features has shape [3, 4, 3, 6]", "[3, any, 4, 3, 6]",
      ])
  }
}
