import Foundation
import RelativeDepth
import TestSupport
import Tensors
import Testing

/// Second derivatives of a curved function of the depths; face and parts above it share a block.
@Suite("§3.2: second gradient")
struct SecondGradientTests {
  @Test(arguments: DepthMode.allCases)
  func theSecondGradientOfAbsoluteDepthEqualsDifferences(mode: DepthMode) throws {
    try expectSecondGradient(at: CurvedDepths.point, CurvedDepths.absolute(mode))
  }

  @Test(arguments: DepthMode.allCases)
  func theSecondGradientOfRelativeDepthEqualsDifferences(mode: DepthMode) throws {
    try expectSecondGradient(at: CurvedDepths.point, CurvedDepths.relative(mode))
  }

  @Test(arguments: DepthMode.allCases)
  func theTaylorRemainderShrinksWithTheSquareOfTheStep(mode: DepthMode) throws {
    try expectTaylorSlope(at: CurvedDepths.point, seed: 44, CurvedDepths.absolute(mode))
    try expectTaylorSlope(at: CurvedDepths.point, seed: 45, CurvedDepths.relative(mode))
  }

  /// f = exp(d̂₂) with d̂₂ = d₂ + d₁: all four second derivatives by d₁ and d₂ are exp(d₁ + d₂).
  @Test func faceAndPartHaveAMixedDerivative() throws {
    let depth = Tensor([3, 1, 1], [0.3, 1.25, -0.5]).tracked(as: "depth")
    let number = RelativeDepth().absoluteDepth(of: depth)[2].exponential().sum()
    let first = try gradient(of: number, withRespectTo: depth, createGraph: true)
    for part in [1, 2] {
      let second = try gradient(of: first[part].sum(), withRespectTo: depth)
      let golden = Tensor([3, 1, 1], [0, exp(0.75), exp(0.75)])
      expectClose(second, golden, within: .closedForm)
    }
  }
}
