import TestSupport
import Testing

/// Second derivatives of the curved operations: path-length regularisation differentiates its gradient
/// with respect to the expanded latents once more.
@Suite("Eq. 1: second gradient")
struct SecondGradientTests {
  @Test func theSecondGradientOfExpansionEqualsDifferences() throws {
    try expectSecondGradient(at: Curved.wplus, Curved.expansion)
  }

  @Test func theSecondGradientOfSplittingAndJoiningEqualsDifferences() throws {
    try expectSecondGradient(at: Curved.wplus, Curved.rearrangement)
  }

  @Test func theSecondGradientOfASwapEqualsDifferencesForPortraitAndDonor() throws {
    try expectSecondGradient(at: Curved.wplus, Curved.swap)
    try expectSecondGradient(at: Curved.wplus, Curved.donation)
  }

  @Test func theSecondGradientOfMixingEqualsDifferences() throws {
    try expectSecondGradient(at: Curved.latent, Curved.mixture)
  }

  @Test func theSecondGradientOfTruncationEqualsDifferences() throws {
    try expectSecondGradient(at: Curved.latent, Curved.truncation)
  }

  /// The remainder after the linear term shrinks with the square of the step.
  @Test func theTaylorRemainderShrinksWithTheSquareOfTheStep() throws {
    try expectTaylorSlope(at: Curved.wplus, seed: 31, Curved.expansion)
    try expectTaylorSlope(at: Curved.latent, seed: 32, Curved.mixture)
  }
}
