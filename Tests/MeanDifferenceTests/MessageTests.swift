import MeanDifference
import Tensors
import Testing

/// Wrong use stops with function, argument, got and expected.
@Suite("Eq. 14, messages")
struct MeanDifferenceMessageTests {
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

  @Test func aRegionOfShares() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let image = Tensor.zeros([3, 1, 2])
      let region = Tensor([1, 2], [1, 0.25])
      _ = MeanDifference().maskedMean(image, image, editedRegion: region)
    }
    try expect(result, mentions: ["editedRegion", "0.25", "expected 0 or 1"])
  }

  @Test func aRegionFromMinusOne() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let image = Tensor.zeros([3, 1, 2])
      let region = Tensor([1, 2], [1, -1])
      _ = MeanDifference().maskedDifferenceMap(image, image, editedRegion: region)
    }
    try expect(result, mentions: ["editedRegion", "-1.0", "expected 0 or 1"])
  }
}
