import PartFusion
import TestSupport
import Testing

/// Second derivatives, mixed ones included: by features and densities at once.
@Suite("Eq. 8: second gradient")
struct SecondGradientTests {
  @Test(arguments: Fusion.allCases)
  func theSecondGradientOfTheFusedVolumesEqualsDifferences(fusion: Fusion) throws {
    try expectSecondGradient(at: derivativeInputs(), PartFusion(fusion).bothVolumes)
  }

  @Test(arguments: Fusion.allCases)
  func theTaylorRemainderShrinksWithTheSquareOfTheStep(fusion: Fusion) throws {
    try expectTaylorSlope(at: derivativeInputs(), PartFusion(fusion).bothVolumes)
  }
}
