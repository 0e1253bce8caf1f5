import GaussianLifting
import TestSupport
import Testing

/// The gradient with respect to depth, feature and density at once.
@Suite("Eq. 5–7: gradient")
struct GradientTests {
  @Test(arguments: LiftingKernel.allCases)
  func theGradientOfTheLiftedMapsEqualsDifferences(kernel: LiftingKernel) throws {
    let maps = LiftedMaps(kernel)
    try expectGradient(at: maps.inputs, maps.volumes)
  }
}
