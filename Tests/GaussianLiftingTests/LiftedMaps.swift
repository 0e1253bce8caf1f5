import GaussianLifting
import Tensors
import TestSupport

/// Depth, feature and density of one part, and the lifted maps as a function of all three.
///
/// D = 5, C = 4, H = 3, W = 2. Depths stand off the planes by 0.1 at least, where |u| of `inverse` has
/// its kink.
struct LiftedMaps {
  let lifting: GaussianLifting
  let inputs: [Tensor]

  init(_ kernel: LiftingKernel) {
    var numbers = TestNumbers(seed: 21)
    lifting = GaussianLifting(kernel: kernel, alpha: 1.3, depthPlanes: 5)
    let depth = numbers.tensor([3, 2], in: 0.1...0.9) + numbers.wholes([3, 2], in: -1..<5)
    inputs = [depth, numbers.tensor([4, 3, 2]), numbers.tensor([3, 2], in: 0.3...2)]
  }

  func volumes(_ inputs: [Tensor]) -> Tensor {
    let psi = lifting.weights(at: inputs[0])
    return .concatenated([
      lifting.lifted(feature: inputs[1], weights: psi).flattened(),
      lifting.lifted(densityMap: inputs[2], weights: psi).flattened(),
    ])
  }
}
