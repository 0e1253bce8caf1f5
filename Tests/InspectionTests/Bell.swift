import Tensors

/// Returns exp(−α (1 − z)²) for one pixel at all depth planes, `[D, 1, 1]`.
func bell(alpha: Double, planes: Int) -> Tensor {
  let offset = Tensor.counting(to: planes, .float64) - 1.0
  return (-alpha * offset.squared()).exponential().reshaped([planes, 1, 1])
}
