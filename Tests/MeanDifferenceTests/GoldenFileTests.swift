import TestSupport
import Testing

/// Every case of `Fixtures/MeanDifference`, values and first derivatives.
@Suite("Eq. 14: golden files")
struct GoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "MeanDifference"))
  func answersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    try expectGolden(golden, answers)
  }

  /// Both maps, the mean, and both readings of the masked mean.
  @Test func theGoldenFilesCoverEveryMeasure() throws {
    let outputs = try GoldenCase.all(of: "MeanDifference").flatMap { golden in
      golden.files.filter { $0.role == .expected }.map(\.name)
    }
    let measures: Set = [
      "difference_map", "masked_difference_map", "mean_difference", "masked_outside", "masked_all",
    ]
    #expect(Set(outputs) == measures)
  }
}
