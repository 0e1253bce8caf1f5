import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// The gradient of both equations by depth.
@Suite("Eq. 12–13: gradient")
struct GradientTests {
  @Test(arguments: [true, false])
  func theGradientOfTheLossEqualsDifferences(includesBackground: Bool) throws {
    let smoothness = DepthSmoothness(includesBackground: includesBackground)
    try expectGradient(at: depths(seed: 21), step: 1e-3, smoothness.loss)
  }

  /// The adversarial loss depends on depth as well: both paths must add up.
  @Test func theGradientOfTheTotalEqualsDifferences() throws {
    try expectGradient(at: depths(seed: 22), total)
  }

  @Test func theGradientOfABatchEqualsDifferences() throws {
    var numbers = TestNumbers(seed: 23)
    try expectGradient(
      at: numbers.tensor([2, 3, 5, 4], in: -3...20), step: 1e-3, DepthSmoothness().loss)
  }
}
