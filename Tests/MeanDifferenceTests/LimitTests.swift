import MeanDifference
import TestSupport
import Tensors
import Testing

/// Ends of the ranges; values and gradients must be finite wherever a value exists.
@Suite("Eq. 14, limits")
struct LimitTests {
  /// |x| has no slope at 0; 0 is taken, so that an unchanged image pulls nowhere.
  @Test func equalPortraitsHaveNoSlope() throws {
    let original = Portraits(seed: 11).original
    let edited = original.tracked(as: "edited")
    let mean = MeanDifference().mean(original, edited)
    #expect(mean.item == 0)
    let slope = try gradient(of: mean, withRespectTo: edited)
    expectClose(slope, .zeros([3, 5, 4], .float64), within: .exact)
  }

  @Test func onePixel() {
    let mean = MeanDifference().mean(
      Tensor([3, 1, 1], [0, 0, 0.0]), Tensor([3, 1, 1], [1, -2, 3]))
    expectClose(mean, Tensor([], [2.0]), within: .closedForm)
  }

  @Test(arguments: [1e-300, 1e300])
  func extremeValues(value: Double) throws {
    let original = Tensor.zeros([3, 2, 1], .float64)
    let edited = Tensor([3, 2, 1], [0, value, 0, 0, 0, 0]).tracked(as: "edited")
    let mean = MeanDifference().mean(original, edited)
    expectClose(mean, Tensor([], [value / 6]), within: .closedForm)
    expectFinite(try gradient(of: mean, withRespectTo: edited))
  }

  /// Everything was edited: there is no pixel left to average over, and no number is made up.
  @Test func aRegionThatIsTheWholeImage() throws {
    let pair = Portraits(seed: 12)
    let everything = Tensor.ones([5, 4], .float64)
    let outside = MeanDifference().maskedMean(
      pair.original, pair.edited, editedRegion: everything)
    #expect(outside.item.isNaN)
    let edited = pair.edited.tracked(as: "edited")
    let whole = MeanDifference(denominator: .wholeImage).maskedMean(
      pair.original, edited, editedRegion: everything)
    #expect(whole.item == 0)
    let slope = try gradient(of: whole, withRespectTo: edited)
    expectClose(slope, .zeros([3, 5, 4], .float64), within: .exact)
  }

  @Test func aRegionWithOnePixelLeft() {
    let pair = Portraits(seed: 13)
    let region = Tensor([5, 4], [0.0] + [Double](repeating: 1, count: 19))
    let map = MeanDifference().differenceMap(pair.original, pair.edited)
    let masked = MeanDifference().maskedMean(pair.original, pair.edited, editedRegion: region)
    expectClose(masked, map.at(0, 0).at(0, 0), within: .closedForm)
  }
}
