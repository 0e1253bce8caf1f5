import TestSupport
import Testing

/// Every case of `Fixtures/MaskSoftmax`, values and first derivatives.
@Suite("Eq. 9–11: golden files")
struct GoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "MaskSoftmax"))
  func answersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    try expectGolden(golden, answers)
  }

  /// SAMPLE, logits with and without weights, masks, and the final mask.
  @Test func theGoldenFilesCoverEveryOperation() throws {
    let outputs = try GoldenCase.all(of: "MaskSoftmax").flatMap { golden in
      golden.files.filter { $0.role == .expected }.map(\.name)
    }
    let operations: Set = [
      "sampled", "mask_logits", "mask_probabilities", "mask_logits_ones",
      "mask_probabilities_ones", "mask_final",
    ]
    #expect(Set(outputs) == operations)
  }
}
