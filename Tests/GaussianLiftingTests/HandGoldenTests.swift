import Foundation
import GaussianLifting
import Tensors
import TestSupport
import Testing

@Suite("Eq. 5–7: hand golden")
struct HandGoldenTests {
  /// α = 2, d̂ = 1, planes 0, 1, 2, 3: e⁻², 1, e⁻², e⁻⁸.
  @Test func theBellFallsWithTheSquareOfTheDistance() {
    let psi = GaussianLifting(alpha: 2, depthPlanes: 4).weights(at: Tensor([1, 1], [1]))
    let golden = [0.1353352832366127, 1, 0.1353352832366127, 0.00033546262790251185]
    expectClose(psi, Tensor([4, 1, 1], golden), within: .closedForm)
  }

  /// α = 2, d̂ = 1: |u| = 1, 0, 1, 2, so 1 + α|u| = 3, 1, 3, 5 and 1 + αu² = 3, 1, 3, 9.
  @Test func theInverseKernelsFallWithTheDistanceAndWithItsSquare() {
    let depth = Tensor([1, 1], [1])
    let inverse = GaussianLifting(kernel: .inverse, alpha: 2, depthPlanes: 4)
    let square = GaussianLifting(kernel: .inverseSquare, alpha: 2, depthPlanes: 4)
    expectClose(
      inverse.weights(at: depth), Tensor([4, 1, 1], [1.0 / 3, 1, 1.0 / 3, 0.2]),
      within: .closedForm)
    expectClose(
      square.weights(at: depth), Tensor([4, 1, 1], [1.0 / 3, 1, 1.0 / 3, 1.0 / 9]),
      within: .closedForm)
  }

  /// α = ln 2 makes ψ = 2^(−u²).
  ///
  /// Two pixels with d̂ = 1 and 2, planes 0, 1, 2:
  /// ψ = ½, 1, ½ at the first and 1/16, ½, 1 at the second.
  @Test func liftedMapsAreTheBellTimesThePixel() {
    let lifting = GaussianLifting(alpha: log(2), depthPlanes: 3)
    let depth = Tensor([1, 2], [1, 2])
    let feature = Tensor([2, 1, 2], [4, 16, -2, 32])
    expectClose(
      lifting.lifted(feature: feature, weights: lifting.weights(at: depth)),
      Tensor([2, 3, 1, 2], [2, 1, 4, 8, 2, 16, -1, 2, -2, 16, -1, 32]), within: .closedForm)
    expectClose(
      lifting.lifted(densityMap: Tensor([1, 2], [6, 8]), weights: lifting.weights(at: depth)),
      Tensor([3, 1, 2], [3, 0.5, 6, 4, 3, 8]), within: .closedForm)
  }
}
