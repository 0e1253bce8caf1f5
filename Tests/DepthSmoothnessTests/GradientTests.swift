import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// The gradient of both equations by depth.
@Suite("Eq. 12–13, gradient")
struct GradientTests {
  @Test(arguments: [true, false])
  func ofTheLoss(includesBackground: Bool) throws {
    let smoothness = DepthSmoothness(includesBackground: includesBackground)
    try expectGradient(at: depths(seed: 21), step: 1e-3, smoothness.loss)
  }

  /// The adversarial loss depends on depth as well: both paths must add up.
  @Test func ofTheTotal() throws {
    try expectGradient(at: depths(seed: 22), total)
  }

  @Test func ofABatch() throws {
    var numbers = TestNumbers(seed: 23)
    try expectGradient(
      at: numbers.tensor([2, 3, 5, 4], in: -3...20), step: 1e-3, DepthSmoothness().loss)
  }

  /// A square has no term beyond the second, so the remainder is the square of the step.
  @Test func taylorRemainder() throws {
    var numbers = TestNumbers(seed: 24)
    let direction = numbers.tensor([3, 5, 4])
    let slope = try taylorSlope(
      at: depths(seed: 25), along: direction, DepthSmoothness().loss)
    #expect((1.9...2.1).contains(slope))
  }
}

/// Random depth in planes, `[3, 5, 4]`.
func depths(seed: UInt64) -> Tensor {
  var numbers = TestNumbers(seed: seed)
  return numbers.tensor([3, 5, 4], in: -3...20)
}

/// Equation 12 with an adversarial loss that is a curved function of depth.
func total(_ depth: Tensor) -> Tensor {
  let adversarial = (depth * 0.1).softplus().mean()
  return DepthSmoothness(weight: 0.3).total(adversarial: adversarial, depth: depth)
}
