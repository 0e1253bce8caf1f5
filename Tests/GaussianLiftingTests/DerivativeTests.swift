import GaussianLifting
import Tensors
import TestSupport
import Testing

@Suite("Eq. 5–7, derivatives")
struct GaussianLiftingDerivativeTests {
  /// Depths stand off the planes by 0.1 at least, where |u| of `inverse` has its kink.
  @Test(arguments: LiftingKernel.allCases)
  func ofTheVolumes(kernel: LiftingKernel) throws {
    var numbers = TestNumbers(seed: 21)
    let lifting = GaussianLifting(kernel: kernel, alpha: 1.3, depthPlanes: 5)
    let depth = numbers.tensor([3, 2], in: 0.1...0.9) + numbers.wholes([3, 2], in: -1..<5)
    try expectDerivatives(
      at: [depth, numbers.tensor([4, 3, 2]), numbers.tensor([3, 2], in: 0.3...2)]
    ) { inputs in
      let (depth, feature, density) = (inputs[0], inputs[1], inputs[2])
      return .concatenated([
        lifting.lifted(feature: feature, at: depth).flattened(),
        lifting.lifted(densityMap: density, at: depth).flattened(),
      ])
    }
  }

  /// Points stand off the voxels by 0.1 at least, where a trilinear sample has its kinks.
  @Test(arguments: LiftingKernel.allCases)
  func ofTheStreamingSample(kernel: LiftingKernel) throws {
    var numbers = TestNumbers(seed: 22)
    let lifting = GaussianLifting(kernel: kernel, alpha: 0.8, depthPlanes: 4)
    let depth =
      numbers.tensor([1, 2, 3, 2], in: 0.1...0.9) + numbers.wholes([1, 2, 3, 2], in: 0..<3)
    let cells = Tensor.concatenated(
      [0..<1, 0..<2, 0..<3].map { numbers.wholes([1, 5, 1], in: $0) }, 2)
    let points = numbers.tensor([1, 5, 3], in: 0.1...0.9) + cells
    try expectDerivatives(
      at: [
        depth, numbers.tensor([1, 2, 3, 3, 2]), numbers.tensor([1, 2, 3, 2], in: 0.3...2), points,
      ]
    ) { inputs in
      let lift = StreamingLift(lifting, absoluteDepth: inputs[0], at: inputs[3])
      return .concatenated([
        lift.feature(inputs[1]).flattened(), lift.density(inputs[2]).flattened(),
      ])
    }
  }
}

extension TestNumbers {
  /// Whole numbers as a double-precision tensor.
  mutating func wholes(_ shape: [Int], in range: Range<Int>) -> Tensor {
    integers(shape, in: range).cast(to: .float64)
  }
}
