import TestSupport
import Tensors
import Testing

/// Every case of `Fixtures/VolumeWeights`, values and first derivatives.
@Suite("Eq. 2–4: golden files")
struct GoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "VolumeWeights"))
  func answersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    try expectGolden(golden) { try answers(of: golden, to: $0) }
  }

  /// Both rules for the last spacing, and a case of extreme densities.
  @Test func theGoldenFilesCoverTheChoices() throws {
    let cases = try GoldenCase.all(of: "VolumeWeights")
    let rules = try Set(cases.map { try $0.word("lastSpacing") })
    #expect(rules == ["infinite", "far"])
    #expect(cases.contains { $0.name == "extreme" })
  }
}
