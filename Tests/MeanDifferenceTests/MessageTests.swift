import MeanDifference
import Tensors
import TestSupport
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 14, messages")
struct MeanDifferenceMessageTests {
  @Test func aRegionOfShares() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let image = Tensor.zeros([3, 1, 2])
      let region = Tensor([1, 2], [1, 0.25])
      _ = MeanDifference().maskedMean(image, image, editedRegion: region)
    }
    try expectMessage(result, mentions: ["editedRegion", "0.25", "expected 0 or 1"])
  }

  @Test func aRegionFromMinusOne() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let image = Tensor.zeros([3, 1, 2])
      let region = Tensor([1, 2], [1, -1])
      _ = MeanDifference().maskedDifferenceMap(image, image, editedRegion: region)
    }
    try expectMessage(result, mentions: ["editedRegion", "-1.0", "expected 0 or 1"])
  }
}
