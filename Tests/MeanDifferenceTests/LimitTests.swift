import MeanDifference
import TestSupport
import Tensors
import Testing

/// Ends of the ranges; values and gradients must be finite wherever a value exists.
@Suite("Eq. 14: limits")
struct LimitTests {
  /// |x| has no derivative at 0; 0 is taken, so that an unchanged image pulls nowhere.
  @Test func equalPortraitsHaveAGradientOfZero() throws {
    let original = Portraits(seed: 11).original
    let edited = original.tracked(as: "edited")
    let mean = MeanDifference().mean(original, edited)
    #expect(mean.item == 0)
    let gradient = try gradient(of: mean, withRespectTo: edited)
    expectClose(gradient, .zeros([3, 5, 4], .float64), within: .exact)
  }

  @Test func onePixelIsTheMeanOfItsChannels() {
    let mean = MeanDifference().mean(
      Tensor([3, 1, 1], [0, 0, 0.0]), Tensor([3, 1, 1], [1, -2, 3]))
    expectClose(mean, Tensor([], [2.0]), within: .closedForm)
  }

  @Test(arguments: [1e-300, 1e300])
  func extremeValuesStayFinite(value: Double) throws {
    let original = Tensor.zeros([3, 2, 1], .float64)
    let edited = Tensor([3, 2, 1], [0, value, 0, 0, 0, 0]).tracked(as: "edited")
    let mean = MeanDifference().mean(original, edited)
    expectClose(mean, Tensor([], [value / 6]), within: .closedForm)
    expectFinite(try gradient(of: mean, withRespectTo: edited))
  }

  /// Everything was edited: there is no pixel left to average over, and no number is made up.
  @Test func aRegionThatIsTheWholeImageLeavesNothingToAverage() throws {
    let pair = Portraits(seed: 12)
    let everything = Tensor.ones([5, 4], .float64)
    let outside = MeanDifference().maskedMean(
      pair.original, pair.edited, editedRegion: everything)
    #expect(outside.item.isNaN)
    let edited = pair.edited.tracked(as: "edited")
    let whole = MeanDifference(denominator: .wholeImage).maskedMean(
      pair.original, edited, editedRegion: everything)
    #expect(whole.item == 0)
    let gradient = try gradient(of: whole, withRespectTo: edited)
    expectClose(gradient, .zeros([3, 5, 4], .float64), within: .exact)
  }

  @Test func aRegionWithOnePixelLeftGivesThatPixel() {
    let pair = Portraits(seed: 13)
    let region = Tensor([5, 4], [0.0] + [Double](repeating: 1, count: 19))
    let map = MeanDifference().differenceMap(pair.original, pair.edited)
    let masked = MeanDifference().maskedMean(pair.original, pair.edited, editedRegion: region)
    expectClose(masked, map[0, 0], within: .closedForm)
  }
}
