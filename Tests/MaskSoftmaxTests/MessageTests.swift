import MaskSoftmax
import Tensors
import TestSupport
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 9–11: messages")
struct MessageTests {
  @Test func densitiesOfOtherSamplesStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MaskSoftmax().maskLogits(
        partDensities: .zeros([3, 6, 4]), renderingWeights: .zeros([3, 5]))
    }
    try expectMessage(
      result,
      mentions: [
        "maskLogits(partDensities:renderingWeights:)", "partDensities has shape [3, 6, 4]",
        "[.., N, K] = [3, 5, any]",
      ])
  }

  @Test func aVolumeWithChannelsStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MaskSoftmax().sampled(.zeros([2, 3, 4, 5]), at: .zeros([7, 3]))
    }
    try expectMessage(
      result, mentions: ["sampled(_:at:)", "volume has shape [2, 3, 4, 5]", "[D, H, W]"])
  }

  @Test func pointsInThePlaneStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MaskSoftmax().sampled(.zeros([3, 4, 5]), at: .zeros([7, 2]))
    }
    try expectMessage(
      result, mentions: ["sampled(_:at:)", "samplePoints has shape [7, 2]", "[P, 3]"])
  }

  @Test func aResidualOfAnotherSizeStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MaskSoftmax.finalMask(
        coarseMask: .zeros([1, 2, 4, 4]), maskResidual: .zeros([1, 2, 12, 12]))
    }
    try expectMessage(
      result,
      mentions: [
        "finalMask(coarseMask:maskResidual:)", "maskResidual has shape [1, 2, 12, 12]",
        "[1, 2, 16, 16]",
      ])
  }

  @Test func anEmptyMaskStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MaskSoftmax.finalMask(
        coarseMask: .zeros([0, 2, 4, 4]), maskResidual: .zeros([0, 2, 8, 8]))
    }
    try expectMessage(result, mentions: ["finalMask", "coarseMask has no element"])
  }
}
