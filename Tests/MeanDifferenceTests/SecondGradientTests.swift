import TestSupport
import Testing

/// Second derivatives of the curved outputs.
@Suite("Eq. 14: second gradient")
struct SecondGradientTests {
  @Test(arguments: Output.allCases)
  func theSecondGradientByTheEditedPortraitEqualsDifferences(output: Output) throws {
    let pair = Portraits(seed: 31)
    try expectSecondGradient(at: pair.edited) { output.curved(pair.original, $0, pair.region) }
  }

  @Test(arguments: Output.allCases)
  func theSecondGradientByTheOriginalEqualsDifferences(output: Output) throws {
    let pair = Portraits(seed: 32)
    try expectSecondGradient(at: pair.original) { output.curved($0, pair.edited, pair.region) }
  }

  @Test(arguments: Output.allCases)
  func theTaylorRemainderShrinksWithTheSquareOfTheStep(output: Output) throws {
    let pair = Portraits(seed: 23)
    try expectTaylorSlope(at: pair.edited, seed: 24) {
      output.curved(pair.original, $0, pair.region)
    }
  }
}
