import Tensors
import Testing

/// The code in the pages of the reference, whose links `.ci/reference --check` checks.
@Suite("Code in Docs/Reference")
struct ReferenceTests {
  @Test func theGradientOfAGradient() throws {
    let x = Tensor([3], [1, 2, 3]).tracked(as: "x")
    let y = (x * x * x).sum()
    let first = try gradient(of: y, withRespectTo: x, createGraph: true)  // 3x²: 3, 12, 27
    let second = try gradient(of: first.sum(), withRespectTo: x)  // 6x: 6, 12, 18
    #expect(first.scalars == [3, 12, 27])
    #expect(second.scalars == [6, 12, 18])
  }

  /// Every line of code in the pages stands in a test above, so that it is compiled and run.
  @Test func everyLineOfCodeIsTested() {
    let tests = Repository.text("Tests/HouseTests/ReferenceTests.swift")
    for page in Repository.files(under: "Docs/Reference", endingIn: ".md") {
      for block in Repository.text(page).matches(of: /(?ms)^```swift\n(.*?)^```$/) {
        for line in block.1.split(separator: "\n") {
          #expect(tests.contains("    \(line)\n"), "no test contains this line of \(page): \(line)")
        }
      }
    }
  }
}
