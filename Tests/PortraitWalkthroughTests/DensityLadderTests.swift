import Tensors
import TestSupport
import Testing

@testable import PortraitWalkthrough

@Suite("Densities of parts in front of each other")
struct DensityLadderTests {
  /// Three parts cover two map elements, at equal depths in the first, at different ones in the second.
  ///
  /// The nearest has 5, each behind a sixth of the one before it.
  @Test func everyPartHasARungOfItsOwn() {
    let depth = Tensor([3, 1, 2], [4, 7, 4, 5, 4, 6.0]).cast(to: .float32)
    let density = LiftedPortrait.densityMap(
      coverage: .ones([3, 1, 2], .float32), depth: depth, alpha: 2)
    expectClose(
      density.cast(to: .float64),
      Tensor([3, 1, 2], [5.0 / 36, 5, 5.0 / 6, 5.0 / 36, 5, 5.0 / 6]),
      within: .relative(1e-6, because: "single precision"))
  }

  /// A part that covers 0.4 of an element stops 0.4 of the light, and hides nothing.
  ///
  /// With α = π, its bell has the area 1, so σ = −ln 0.6.
  @Test func aPartOfHalfAnElementHidesNothing() {
    let density = LiftedPortrait.densityMap(
      coverage: Tensor([2, 1, 1], [1, 0.4]).cast(to: .float32),
      depth: Tensor([2, 1, 1], [3, 4.0]).cast(to: .float32), alpha: .pi)
    expectClose(
      density.cast(to: .float64), Tensor([2, 1, 1], [5, 0.5108256237659907]),
      within: .relative(1e-6, because: "single precision"))
  }
}
