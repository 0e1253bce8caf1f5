import TestSupport
import Tensors
import Testing
import WPlusFactorization

/// Ends of the ranges: nothing, one, and numbers near the largest there are.
@Suite("Eq. 1: limits")
struct LimitTests {
  /// One part, one number wide: base, shape, texture.
  @Test func onePartOfWidthOneWorks() throws {
    let factorization = WPlusFactorization(parts: 1, shapeLayers: 1, textureLayers: 1)
    let wplus = Tensor([1, 3, 1], [7, 8, 9.0]).tracked(as: "wplus")
    let expanded = factorization.expanded(wplus)
    expectClose(expanded, Tensor([1, 3, 1], [8, 8, 9.0]), within: .exact)
    // The background reads its shape row twice and the base never.
    let gradient = try gradient(of: expanded.sum(), withRespectTo: wplus)
    expectClose(gradient, Tensor([1, 3, 1], [0, 2, 1.0]), within: .exact)
  }

  @Test func anEmptyBatchStaysEmpty() {
    let factorization = WPlusFactorization(parts: 3)
    let wplus = factorization.wplus(from: .zeros([0, 4], .float64))
    #expect(wplus.shape == [0, 7, 4])
    #expect(factorization.expanded(wplus).shape == [0, 27, 4])
  }

  @Test func aPartMayHaveNoTextureLayers() {
    let factorization = WPlusFactorization(parts: 2, shapeLayers: 1, textureLayers: 0)
    let expanded = factorization.expanded(Tensor([1, 5, 1], [1, 2, 3, 4, 5.0]))
    expectClose(expanded, Tensor([1, 4, 1], [2, 2, 1, 4.0]), within: .exact)
  }

  /// Copies do not compute, so the largest numbers pass; values and gradients stay finite.
  @Test(arguments: [0, 1e-300, 1e300])
  func magnitudesPassUnchanged(magnitude: Double) throws {
    let factorization = WPlusFactorization(parts: 2, shapeLayers: 1, textureLayers: 1)
    let w = Tensor([1, 2], [magnitude, -magnitude]).tracked(as: "w")
    let expanded = factorization.expanded(factorization.wplus(from: w))
    #expect(expanded.scalars.allSatisfy { $0.magnitude == magnitude })
    let gradient = try gradient(of: expanded.sum(), withRespectTo: w)
    // Each number is copied into the 2 · 3 layers.
    expectClose(gradient, Tensor([1, 2], [6, 6.0]), within: .exact)
  }

  @Test func truncationGivesTheMeanAtZeroAndTheLatentAtOne() throws {
    let factorization = WPlusFactorization(parts: 2)
    let w = Tensor([1, 2], [0.3, -5]).tracked(as: "w")
    let mean = Tensor([2], [1, 2.0])
    let none = factorization.truncated(w, towards: mean, psi: 0)
    expectClose(none, Tensor([1, 2], [1, 2.0]), within: .exact)
    expectClose(
      factorization.truncated(w, towards: mean, psi: 1), w.detached(), within: .closedForm)
    let gradient = try gradient(of: none.sum(), withRespectTo: w)
    expectClose(gradient, Tensor([1, 2], [0, 0.0]), within: .exact)
  }
}
