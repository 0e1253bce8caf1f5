import MeanDifference
import TestSupport
import Testing

/// Second derivatives of the curved outputs.
@Suite("Eq. 14, gradient of gradient")
struct SecondGradientTests {
  @Test(arguments: Output.allCases)
  func byTheEditedPortrait(output: Output) throws {
    let pair = Portraits(seed: 31)
    try expectSecondGradient(at: pair.edited) { output.curved(pair.original, $0, pair.region) }
  }

  @Test(arguments: Output.allCases)
  func byTheOriginal(output: Output) throws {
    let pair = Portraits(seed: 32)
    try expectSecondGradient(at: pair.original) { output.curved($0, pair.edited, pair.region) }
  }
}
