import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// Second derivatives of both equations by depth.
@Suite("Eq. 12–13: second gradient")
struct SecondGradientTests {
  @Test(arguments: [true, false])
  func theSecondGradientOfTheLossEqualsDifferences(includesBackground: Bool) throws {
    let smoothness = DepthSmoothness(includesBackground: includesBackground)
    try expectSecondGradient(at: depths(seed: 31), smoothness.loss)
  }

  @Test func theSecondGradientOfTheTotalEqualsDifferences() throws {
    try expectSecondGradient(at: depths(seed: 32), total)
  }

  /// ℒ = ¼ · ½ (d₁ − d₀)² for two pixels in a row (two meetings over A = 16): ∂²ℒ/∂d₁² = ¼ and
  /// ∂²ℒ/∂d₀∂d₁ = −¼.
  @Test func theCurvatureOfTwoPixelsIsAQuarter() throws {
    let depth = Tensor([1, 1, 2], [3, 8.0]).tracked(as: "depth")
    let loss = DepthSmoothness().loss(depth)
    let first = try gradient(of: loss, withRespectTo: depth, createGraph: true)
    let second = try gradient(of: first[axis: -1, 1].sum(), withRespectTo: depth)
    expectClose(second, Tensor([1, 1, 2], [-0.25, 0.25]), within: .closedForm)
  }

  /// A square has no term beyond the second, so the remainder is the square of the step.
  @Test func theTaylorRemainderShrinksWithTheSquareOfTheStep() throws {
    try expectTaylorSlope(at: depths(seed: 25), seed: 24, DepthSmoothness().loss)
  }
}
