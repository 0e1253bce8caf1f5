import Tensors
import TestSupport

/// Four parts of three channels in a volume of 6 × 5 × 2 voxels, double precision.
func randomVolumes() -> (features: Tensor, densities: Tensor) {
  var numbers = TestNumbers(seed: 61)
  return (numbers.tensor([4, 3, 6, 5, 2]), numbers.tensor([4, 6, 5, 2], in: 0.1...4))
}

/// The random inputs of the derivative tests, features and densities of three parts: K = 3, C = 2,
/// D = 4, H = 2, W = 3.
func derivativeInputs() -> [Tensor] {
  var numbers = TestNumbers(seed: 63)
  return [numbers.tensor([3, 2, 4, 2, 3]), numbers.tensor([3, 4, 2, 3], in: 0.2...2)]
}
