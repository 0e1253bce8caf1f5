import MeanDifference
import TestSupport
import Tensors
import Testing

/// Every case of `Fixtures/MeanDifference`, values and first derivatives.
@Suite("Eq. 14, golden files")
struct ManifestGoldenTests {
  @Test(arguments: try GoldenCase.all(of: "MeanDifference"))
  func agreesWithTheGoldenFiles(_ golden: GoldenCase) throws {
    try expectGolden(golden, answers)
  }

  @Test func thereIsACase() throws {
    let cases = try GoldenCase.all(of: "MeanDifference")
    #expect(!cases.isEmpty)
  }
}

/// What this module says to a golden case.
func answers(to inputs: [String: Tensor]) -> [String: Tensor] {
  guard let original = inputs["original"], let edited = inputs["edited"],
    let region = inputs["edited_region"]
  else { return [:] }
  let measure = MeanDifference()
  let overAll = MeanDifference(denominator: .wholeImage)
  return [
    "difference_map": measure.differenceMap(original, edited),
    "masked_difference_map":
      measure.maskedDifferenceMap(original, edited, editedRegion: region),
    "mean_difference": measure.mean(original, edited),
    "masked_outside": measure.maskedMean(original, edited, editedRegion: region),
    "masked_all": overAll.maskedMean(original, edited, editedRegion: region),
  ]
}
