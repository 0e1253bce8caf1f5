import MeanDifference
import Tensors
import TestSupport
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 14: messages")
struct MessageTests {
  @Test func aRegionOfSharesStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let image = Tensor.zeros([3, 1, 2])
      let region = Tensor([1, 2], [1, 0.25])
      _ = MeanDifference().maskedMean(image, image, editedRegion: region)
    }
    try expectMessage(result, mentions: ["editedRegion", "0.25", "expected 0 or 1"])
  }

  @Test func aRegionFromMinusOneStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let image = Tensor.zeros([3, 1, 2])
      let region = Tensor([1, 2], [1, -1])
      _ = MeanDifference().maskedDifferenceMap(image, image, editedRegion: region)
    }
    try expectMessage(result, mentions: ["editedRegion", "-1.0", "expected 0 or 1"])
  }

  @Test func aPortraitOfFourChannelsStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MeanDifference().mean(.zeros([4, 5, 6]), .zeros([4, 5, 6]))
    }
    try expectMessage(
      result, mentions: ["original has shape [4, 5, 6]", "[3, H, W] = [3, any, any]"])
  }

  @Test func portraitsOfDifferentSizeStopTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = MeanDifference().mean(.zeros([3, 5, 6]), .zeros([3, 6, 5]))
    }
    try expectMessage(result, mentions: ["edited has shape [3, 6, 5]", "[3, 5, 6]"])
  }

  @Test func aRegionOfAnotherSizeStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let image = Tensor.zeros([3, 5, 6])
      _ = MeanDifference().maskedMean(image, image, editedRegion: .zeros([6, 5]))
    }
    try expectMessage(result, mentions: ["editedRegion has shape [6, 5]", "[H, W] = [5, 6]"])
  }
}
