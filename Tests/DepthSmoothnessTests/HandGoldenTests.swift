import DepthSmoothness
import TestSupport
import Tensors
import Testing

/// One part's depth on two by two pixels, so that every pixel neighbours every other.
///
///     0 1     squared differences: 1 (0, 1)   9 (0, 3)   49 (0, 7)   4 (1, 3)   36 (1, 7)   16 (3, 7)
///     3 7     their sum is 115, each is met from both ends: 230; A = 8 · 1 · 2 · 2 = 32
@Suite("Eq. 12–13: hand golden")
struct HandGoldenTests {
  let depth = Tensor([1, 2, 2], [0, 1, 3, 7.0])

  @Test func theLossCountsEveryPairTwice() {
    expectClose(DepthSmoothness().loss(depth), Tensor([], [230.0 / 32]), within: .closedForm)
  }

  /// Two adversarial points and a tenth of 7.1875.
  @Test func theTotalAddsAWeightedLoss() {
    let total = DepthSmoothness().total(
      adversarial: .scalar(2, .float64), smoothness: DepthSmoothness().loss(depth))
    expectClose(total, Tensor([], [2.71875]), within: .closedForm)
  }

  /// The gradient is 4 Σ (d − d′) / A.
  ///
  /// For the pixel 7: 4 (7 + 6 + 4) / 32 = 2.125. Moving all at once costs nothing, so the four add
  /// up to 0.
  @Test func theGradientSumsTheDifferencesOfAPixel() throws {
    let depth = depth.tracked(as: "depth")
    let gradient = try gradient(of: DepthSmoothness().loss(depth), withRespectTo: depth)
    let golden = Tensor([1, 2, 2], [-1.375, -0.875, 0.125, 2.125])
    expectClose(gradient, golden, within: .closedForm)
  }

  /// A row 0 2 5 has two pairs, 4 and 9; A counts 8 neighbours for each of its 3 pixels: 26 / 24.
  @Test func aRowOfThreeHasTwoPairs() {
    let row = Tensor([1, 1, 3], [0, 2, 5.0])
    expectClose(DepthSmoothness().loss(row), Tensor([], [13.0 / 12]), within: .closedForm)
  }

  /// Part 0 is as above, part 1 is flat: A = 8 · 2 · 2 · 2 = 64 whether part 0 is counted or not.
  @Test func theBackgroundLeavesTheSumAndNotTheDenominator() {
    let flat = Tensor.ones([1, 2, 2], .float64)
    let both = Tensor.concatenated([depth, flat])
    expectClose(DepthSmoothness().loss(both), Tensor([], [230.0 / 64]), within: .closedForm)
    let faceAlone = DepthSmoothness(includesBackground: false)
    #expect(faceAlone.loss(both).item == 0)
    let exchanged = Tensor.concatenated([flat, depth])
    expectClose(faceAlone.loss(exchanged), Tensor([], [230.0 / 64]), within: .closedForm)
  }
}
