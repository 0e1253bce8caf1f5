import TestSupport
import Testing

/// The measure is linear on either side of its kinks, so each output is followed by a smooth function.
@Suite("Eq. 14: gradient")
struct GradientTests {
  @Test(arguments: Output.allCases)
  func theGradientByTheEditedPortraitEqualsDifferences(output: Output) throws {
    let pair = Portraits(seed: 21)
    try expectGradient(at: pair.edited) { output.curved(pair.original, $0, pair.region) }
  }

  @Test(arguments: Output.allCases)
  func theGradientByTheOriginalEqualsDifferences(output: Output) throws {
    let pair = Portraits(seed: 22)
    try expectGradient(at: pair.original) { output.curved($0, pair.edited, pair.region) }
  }
}
