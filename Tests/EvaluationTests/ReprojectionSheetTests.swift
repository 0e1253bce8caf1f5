import Inspection
import Testing

@testable import Evaluation

@Suite("The sheet of reprojected views")
struct ReprojectionSheetTests {
  private static let tile = 128
  private static let gap = 4

  /// A line of captions, then two rows of five tiles per portrait; at most four portraits are shown.
  @Test(arguments: [(2, 2), (5, 4)])
  func hasTwoRowsForEveryPortrait(count: Int, shown: Int) {
    let sample = GeneratedSample(GeneratorMeasuresTests.generator, count: count, seed: 7)
    let sheet = ReprojectionSheet(sample).picture
    #expect(sheet.width == 5 * Self.tile + 4 * Self.gap)
    let pair = 2 * Self.tile + Self.gap
    #expect(sheet.height == Picture.lineHeight() + shown * (3 * Self.gap + pair))
  }

  /// Each caption is centered over its column, within the width of a tile.
  @Test func everyColumnHasACaption() {
    let sample = GeneratedSample(GeneratorMeasuresTests.generator, count: 1, seed: 7)
    let sheet = ReprojectionSheet(sample).picture
    func hasInk(_ columns: Range<Int>) -> Bool {
      (0..<Picture.lineHeight()).contains { row in
        columns.contains { sheet[row, $0] == .ink }
      }
    }
    for column in 0..<5 {
      let left = column * (Self.tile + Self.gap)
      #expect(hasInk(left + 16..<left + Self.tile - 16))
      #expect(!hasInk(left..<left + 8) && !hasInk(left + Self.tile - 8..<left + Self.tile))
    }
  }
}
