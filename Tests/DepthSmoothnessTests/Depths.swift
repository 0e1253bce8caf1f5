import DepthSmoothness
import TestSupport
import Tensors

/// Random depth in planes, `[3, 5, 4]`.
func depths(seed: UInt64) -> Tensor {
  var numbers = TestNumbers(seed: seed)
  return numbers.tensor([3, 5, 4], in: -3...20)
}

/// Equation 12 with an adversarial loss that is a curved function of depth.
func total(_ depth: Tensor) -> Tensor {
  let adversarial = (depth * 0.1).softplus().mean()
  let equations = DepthSmoothness(weight: 0.3)
  return equations.total(adversarial: adversarial, smoothness: equations.loss(depth))
}
