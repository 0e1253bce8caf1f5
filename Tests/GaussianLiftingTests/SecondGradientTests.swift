import GaussianLifting
import TestSupport
import Testing

/// Second derivatives, mixed ones included: by depth, feature and density at once.
@Suite("Eq. 5–7: second gradient")
struct SecondGradientTests {
  @Test(arguments: LiftingKernel.allCases)
  func theSecondGradientOfTheLiftedMapsEqualsDifferences(kernel: LiftingKernel) throws {
    let maps = LiftedMaps(kernel)
    try expectSecondGradient(at: maps.inputs, maps.volumes)
  }

  @Test(arguments: LiftingKernel.allCases)
  func theTaylorRemainderShrinksWithTheSquareOfTheStep(kernel: LiftingKernel) throws {
    let maps = LiftedMaps(kernel)
    try expectTaylorSlope(at: maps.inputs, maps.volumes)
  }
}
