import Testing

@testable import Datasets

@Suite("Reducing pairs")
struct ReductionTests {
  /// Returns a pair with these values in red and green (inverted in blue), and with these classes.
  private func pair(_ values: [UInt8], _ parts: [UInt8]) -> SourcePair {
    func side(_ count: Int) -> Int { (1...64).first { $0 * $0 == count } ?? 0 }
    return SourcePair(
      imageSide: side(values.count), rgb: values.flatMap { [$0, $0, 255 - $0] },
      labelSide: side(parts.count), parts: parts)
  }

  /// From 4 to 2: the mean of each square of four; 10 + 20 + 30 + 41 = 101, a quarter of which is 25.25.
  @Test func wholeFactorsAverageSquares() throws {
    let values: [UInt8] = [
      10, 20, 0, 0,
      30, 41, 0, 0,
      255, 255, 1, 2,
      255, 255, 2, 1,
    ]
    let small = try pair(values, [UInt8](repeating: 1, count: 16)).reduced(to: 2, name: "x")
    // 6 / 4 = 1.5 rounds up, and so does (4 · 255 − 6) / 4 = 253.5 in blue.
    #expect(small.planes == [25, 0, 255, 2, 25, 0, 255, 2, 230, 255, 0, 254])
  }

  /// From 3 to 2: new pixel 0 covers old pixel 0 and half of old pixel 1, with the weights 2 and 1.
  ///
  /// Top left: (4·10 + 2·40 + 2·70 + 1·100) / 9 = 360 / 9 = 40.
  @Test func partsOfPixelsCountByTheirArea() throws {
    let values: [UInt8] = [10, 40, 10, 70, 100, 70, 10, 40, 10]
    let small = try pair(values, [UInt8](repeating: 0, count: 9)).reduced(to: 2, name: "x")
    #expect(Array(small.planes[0..<4]) == [40, 40, 40, 40])
    // Labels use the same areas: class 3 has 4 of 9, class 5 has 2 + 2 + 1 = 5 of 9.
    let labels = try pair([UInt8](repeating: 0, count: 9), [3, 5, 3, 5, 5, 5, 3, 5, 3])
      .reduced(to: 2, name: "x").labels
    #expect(labels == [5, 5, 5, 5])
  }

  @Test func labelsGoToTheMajorityAndTiesToTheHigherClass() throws {
    let parts: [UInt8] = [
      0, 0, 12, 7,
      0, 9, 12, 7,
      1, 2, 1, 2,
      1, 2, 3, 4,
    ]
    let labels = try pair([UInt8](repeating: 0, count: 16), parts).reduced(to: 2, name: "x").labels
    #expect(labels == [0, 12, 2, 4])
  }

  /// Mouth, upper and lower lip vote as one class, because labels are mapped before the reduction.
  @Test func theVoteIsAmongThirteenClasses() throws {
    let mapped = try LabelScheme.celebAMaskHQ.parts(
      of: [1, 1, 10, 11, 12, 1, 10, 1, 1], name: "x")
    #expect(mapped == [1, 1, 4, 4, 4, 1, 4, 1, 1])
    let labels = try pair([0, 0, 0, 0], [1, 4, 4, 4]).reduced(to: 1, name: "x").labels
    #expect(labels == [4])
  }

  @Test func theSameSizeChangesNothing() throws {
    let stored = pair([1, 2, 3, 4], [5, 6, 7, 8])
    let same = try stored.reduced(to: 2, name: "x")
    #expect(same.labels == [5, 6, 7, 8] && Array(same.planes[0..<4]) == [1, 2, 3, 4])
    #expect(SourcePair(same) == stored)
  }

  @Test func nothingIsEnlarged() throws {
    let stored = pair([UInt8](repeating: 0, count: 16), [UInt8](repeating: 0, count: 9))
    expectLine("face7", "label map", "3 × 3", "4 × 4", "at most 3") {
      _ = try stored.reduced(to: 4, name: "face7")
    }
    #expect(try stored.reduced(to: 3, name: "x").size == 3)
  }

  @Test func tensorsHaveTheRangesOfTraining() {
    let pair = PortraitPair(
      size: 2, planes: [0, 255, 51, 204] + [UInt8](repeating: 0, count: 8), labels: [0, 12, 5, 5])
    // 51 / 127.5 − 1 = −0.6.
    #expect(pair.image.shape == [3, 2, 2] && pair.mask.shape == [13, 2, 2])
    let expected: [Float] = [-1, 1, -0.6, 0.6]
    for (got, want) in zip(pair.image.floats.prefix(4), expected) {
      #expect(abs(got - want) < 1e-6)
    }
    var mask = [Float](repeating: -1, count: 52)
    for index in [0, 12 * 4 + 1, 5 * 4 + 2, 5 * 4 + 3] { mask[index] = 1 }
    #expect(pair.mask.floats == mask)
  }
}
