import TestSupport
import Tensors
import Testing
import WPlusFactorization

/// K = 2, one base layer, one image, L = 1: W⁺ has 1 + 2·2 = 5 rows, and a row is one number.
@Suite("Eq. 1: hand golden")
struct HandGoldenTests {
  let factorization = WPlusFactorization(
    parts: 2, baseLayers: 1, shapeLayers: 2, textureLayers: 3)
  let wplus = Tensor([1, 5, 1], [1, 2, 3, 4, 5.0])

  /// The order of equation 1: base, then (shape, texture) of part 0, then of part 1.
  @Test func factorsStandInTheOrderOfTheEquation() {
    let latents = factorization.split(wplus)
    expectClose(latents.base, Tensor([1, 1, 1], [1.0]), within: .exact)
    expectClose(latents.shape, Tensor([1, 2, 1], [2, 4.0]), within: .exact)
    expectClose(latents.texture, Tensor([1, 2, 1], [3, 5.0]), within: .exact)
  }

  /// Part 0, the background: shape 2 in place of base, shape 2 2, texture 3 3 3;
  /// part 1: base 1, shape 4 4, texture 5 5 5.
  @Test func everyLayerGetsItsRow() {
    let golden = Tensor([1, 12, 1], [2, 2, 2, 3, 3, 3, 1, 4, 4, 5, 5, 5.0])
    expectClose(factorization.expanded(wplus), golden, within: .exact)
  }

  /// Row 3 is the shape of part 1, row 4 its texture: 1 + 2·1 + 0 and 1 + 2·1 + 1.
  @Test(arguments: [
    (PartAspect.shape, [1, 2, 3, 40, 5.0]), (.texture, [1, 2, 3, 4, 50.0]),
    (.both, [1, 2, 3, 40, 50.0]),
  ])
  func aSwapTakesTheRowsOfOnePart(aspect: PartAspect, golden: [Double]) {
    let donor = Tensor([1, 5, 1], [10, 20, 30, 40, 50.0])
    let edited = factorization.swapping(aspect, ofPart: 1, in: wplus, with: donor)
    expectClose(edited, Tensor([1, 5, 1], golden), within: .exact)
  }

  /// Latents 1 and 9: part 0 has case 1, shape 1 and texture 9; part 1 has case 2, both 9.
  @Test func mixingFollowsTheCases() {
    let mixed = factorization.mixed(
      Tensor([1, 1], [1.0]), Tensor([1, 1], [9.0]), choices: Tensor([1, 2], [1, 2] as [Int32]))
    expectClose(mixed, Tensor([1, 5, 1], [1, 1, 9, 9, 9.0]), within: .exact)
  }

  /// mean 10, psi ¼: 10 + ¼ (2 − 10) = 8 and 10 + ¼ (14 − 10) = 11.
  @Test func truncationDrawsTowardsTheMean() {
    let drawn = factorization.truncated(
      Tensor([2, 1], [2, 14.0]), towards: Tensor([1], [10.0]), psi: 0.25)
    expectClose(drawn, Tensor([2, 1], [8, 11.0]), within: .exact)
  }
}
