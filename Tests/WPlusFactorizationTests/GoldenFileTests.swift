import TestSupport
import Tensors
import Testing
import WPlusFactorization

/// Every case of `Fixtures/WPlusFactorization`, values and first derivatives.
@Suite("Eq. 1: golden files")
struct GoldenFileTests {
  @Test(arguments: try GoldenCase.all(of: "WPlusFactorization"))
  func answersAgreeWithTheGoldenFiles(golden: GoldenCase) throws {
    try expectGolden(golden) { try answers(of: golden, to: $0) }
  }

  /// One for each kind of case, told apart by its inputs.
  @Test func theGoldenFilesCoverEveryOperation() throws {
    let outputs = try GoldenCase.all(of: "WPlusFactorization").flatMap { golden in
      golden.files.filter { $0.role == .expected }.map(\.name)
    }
    let operations: Set = [
      "wplus", "base", "shapes", "textures", "expanded", "swapped_shape", "swapped_texture",
      "swapped_both", "truncated",
    ]
    #expect(Set(outputs) == operations)
  }
}
