import TestSupport
import Testing

/// Second derivatives of the curved operations: path-length regularisation differentiates its gradient
/// with respect to the expanded latents once more.
@Suite("Eq. 1, gradient of gradient")
struct SecondGradientTests {
  @Test func ofExpansion() throws {
    try expectSecondGradient(at: Curved.wplus, Curved.expansion)
  }

  @Test func ofSplittingAndJoining() throws {
    try expectSecondGradient(at: Curved.wplus, Curved.rearrangement)
  }

  @Test func ofTheEditedPortraitAndOfTheDonor() throws {
    try expectSecondGradient(at: Curved.wplus, Curved.swap)
    try expectSecondGradient(at: Curved.wplus, Curved.donation)
  }

  @Test func ofMixing() throws {
    try expectSecondGradient(at: Curved.latent, Curved.mixture)
  }

  @Test func ofTruncation() throws {
    try expectSecondGradient(at: Curved.latent, Curved.truncation)
  }
}
