import Tensors

/// exp(−α (1 − z)²) for one pixel, as a column of planes.
func bell(alpha: Double, planes: Int) -> Tensor {
  let offset = Tensor.counting(to: planes, .float64) - 1.0
  return (-alpha * offset.squared()).exponential().reshaped([planes, 1, 1])
}
