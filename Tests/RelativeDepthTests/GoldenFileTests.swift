import RelativeDepth
import TestSupport
import Testing

/// Every case of `Fixtures/RelativeDepth`: values, first derivatives, and the second derivative of a
/// curved function of d̂.
@Suite("§3.2: golden files")
struct GoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "RelativeDepth"))
  func answersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    let module = try relativeDepth(of: golden)
    try expectGolden(golden) {
      try answers(of: golden, to: $0, by: module.absoluteDepth(of:))
    }
  }

  /// Both modes, parts above the face and none, one image and two.
  @Test func theGoldenFilesCoverTheChoices() throws {
    let cases = try GoldenCase.all(of: "RelativeDepth")
    let modes = try Set(cases.map { try relativeDepth(of: $0).mode })
    #expect(modes == Set(DepthMode.allCases))
    let ranks = try Set(cases.map { try $0.array("relative_depth").rank })
    #expect(ranks == [3, 4])
    #expect(try cases.contains { try $0.whole("parts") == 2 })
  }
}
