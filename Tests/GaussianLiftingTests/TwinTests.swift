import Foundation
import GaussianLifting
import Tensors
import TestSupport
import Testing

/// The equations once more, voxel by voxel, in plain Swift.
@Suite("Eq. 5–7: slow twin")
struct TwinTests {
  /// K = 3, C = 2, H = 5, W = 4, D = 7.
  @Test(arguments: LiftingKernel.allCases)
  func liftedMapsEqualPlainLoops(kernel: LiftingKernel) {
    let (maps, alpha) = (Maps(), 1.3)
    let (d, f, s) = (maps.depth.scalars, maps.feature.scalars, maps.density.scalars)
    var (psi, densities, features): ([Double], [Double], [Double]) = ([], [], [])
    for part in 0..<3 {
      for plane in 0..<7 {
        for pixel in 0..<20 {
          let bell = bell(kernel, alpha, d[part * 20 + pixel] - Double(plane))
          psi.append(bell)
          densities.append(bell * s[part * 20 + pixel])
        }
      }
      for channel in 0..<2 {
        for voxel in 0..<7 * 20 {
          let pixel = f[(part * 2 + channel) * 20 + voxel % 20]
          features.append(psi[part * 7 * 20 + voxel] * pixel)
        }
      }
    }
    let lifting = GaussianLifting(kernel: kernel, alpha: alpha, depthPlanes: 7)
    let weights = lifting.weights(at: maps.depth)
    expectClose(weights, Tensor([3, 7, 5, 4], psi), within: .closedForm)
    expectClose(
      lifting.lifted(densityMap: maps.density, weights: weights),
      Tensor([3, 7, 5, 4], densities), within: .closedForm)
    expectClose(
      lifting.lifted(feature: maps.feature, weights: weights),
      Tensor([3, 2, 7, 5, 4], features), within: .closedForm)
  }

  /// With the parts last and the planes beside them, as the streaming renderer lays them out.
  @Test(arguments: LiftingKernel.allCases)
  func anotherPlaneAxisGivesTheSameNumbersInAnotherOrder(kernel: LiftingKernel) {
    let maps = Maps()
    let lifting = GaussianLifting(kernel: kernel, alpha: 0.8, depthPlanes: 7)
    let weights = lifting.weights(at: maps.depth)
    let density = lifting.lifted(densityMap: maps.density, weights: weights)
    let partsLast = lifting.weights(at: maps.depth.permuted(axes: [1, 2, 0]), planeAxis: -2)
    expectClose(partsLast, weights.permuted(axes: [2, 3, 1, 0]), within: .exact)
    expectClose(
      lifting.lifted(
        densityMap: maps.density.permuted(axes: [1, 2, 0]), weights: partsLast, planeAxis: -2),
      density.permuted(axes: [2, 3, 1, 0]), within: .exact)
  }

  private func bell(_ kernel: LiftingKernel, _ alpha: Double, _ u: Double) -> Double {
    switch kernel {
    case .gaussian: exp(-alpha * u * u)
    case .inverse: 1 / (1 + alpha * abs(u))
    case .inverseSquare: 1 / (1 + alpha * u * u)
    }
  }

  /// Random maps of three parts.
  private struct Maps {
    let depth, feature, density: Tensor

    init() {
      var numbers = TestNumbers(seed: 92)
      depth = numbers.tensor([3, 5, 4], in: -0.5...6.5)
      feature = numbers.tensor([3, 2, 5, 4])
      density = numbers.tensor([3, 5, 4], in: 0.2...3)
    }
  }
}
