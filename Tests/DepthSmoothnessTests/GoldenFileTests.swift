import TestSupport
import Tensors
import Testing

/// Every case of `Fixtures/DepthSmoothness`, values and first derivatives.
@Suite("Eq. 12–13: golden files")
struct GoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "DepthSmoothness"))
  func answersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    try expectGolden(golden) { try answers(of: golden, to: $0) }
  }

  @Test func theGoldenFilesCoverTheChoices() throws {
    let cases = try GoldenCase.all(of: "DepthSmoothness").map(\.name)
    #expect(Set(cases) == ["one_image", "background_left_out", "batch"])
  }
}
