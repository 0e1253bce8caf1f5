import TestSupport
import Testing

/// The operations are linear, so each is followed by a smooth function: Σ c · exp(x/2) for random c.
@Suite("Eq. 1: gradient")
struct GradientTests {
  @Test func theGradientOfExpansionEqualsDifferences() throws {
    try expectGradient(at: Curved.wplus, Curved.expansion)
  }

  @Test func theGradientOfSplittingAndJoiningEqualsDifferences() throws {
    try expectGradient(at: Curved.wplus, Curved.rearrangement)
  }

  @Test func theGradientOfASwapEqualsDifferencesForPortraitAndDonor() throws {
    try expectGradient(at: Curved.wplus, Curved.swap)
    try expectGradient(at: Curved.wplus, Curved.donation)
  }

  @Test func theGradientOfMixingEqualsDifferences() throws {
    try expectGradient(at: Curved.latent, Curved.mixture)
  }

  @Test func theGradientOfTruncationEqualsDifferences() throws {
    try expectGradient(at: Curved.latent, Curved.truncation)
  }
}
