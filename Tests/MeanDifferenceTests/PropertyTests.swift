import MeanDifference
import TestSupport
import Tensors
import Testing

/// What must hold for any two portraits; H = 5, W = 4.
@Suite("Eq. 14: properties")
struct PropertyTests {
  let pair = Portraits(seed: 1)
  let measure = MeanDifference()

  @Test func aPortraitDoesNotDifferFromItself() {
    #expect(measure.mean(pair.original, pair.original).item == 0)
  }

  @Test func theOrderOfThePairDoesNotMatter() {
    let there = measure.mean(pair.original, pair.edited)
    expectClose(measure.mean(pair.edited, pair.original), there, within: .exact)
  }

  /// The triangle inequality.
  @Test func aDetourIsNeverShorter() {
    let third = Portraits(seed: 2).edited
    let direct = measure.mean(pair.original, pair.edited).item
    let detour = measure.mean(pair.original, third) + measure.mean(third, pair.edited)
    #expect(direct <= detour.item)
  }

  /// The range is the caller's: values on −1 … 1 give twice the figure of values on 0 … 1.
  @Test func theMeasureScalesWithTheRangeOfValues() {
    let wide = measure.mean(pair.original * 2 - 1, pair.edited * 2 - 1)
    expectClose(wide, measure.mean(pair.original, pair.edited) * 2, within: .closedForm)
  }

  @Test func theMeanIsTheMeanOfTheMap() {
    let map = measure.differenceMap(pair.original, pair.edited)
    #expect(map.shape == [5, 4])
    expectClose(measure.mean(pair.original, pair.edited), map.mean(), within: .exact)
  }

  /// A change of one channel of one pixel by c costs c / (3 · W · H), wherever it is.
  @Test(arguments: 0..<3, [(0, 0), (4, 3), (2, 1)])
  func everyPixelAndChannelCountsTheSame(channel: Int, place: (Int, Int)) {
    var values = pair.original.scalars
    values[(channel * 5 + place.0) * 4 + place.1] += 0.6
    let edited = Tensor([3, 5, 4], values)
    expectClose(measure.mean(pair.original, edited), Tensor([], [0.6 / 60]), within: .closedForm)
  }

  /// With nothing masked both denominators count all pixels.
  @Test(arguments: MaskedDenominator.allCases)
  func anEmptyRegionMasksNothing(denominator: MaskedDenominator) {
    let nothing = Tensor.zeros([5, 4], .float64)
    let masked = MeanDifference(denominator: denominator).maskedMean(
      pair.original, pair.edited, editedRegion: nothing)
    expectClose(masked, measure.mean(pair.original, pair.edited), within: .closedForm)
  }

  /// What happens inside the region does not matter to the masked mean.
  @Test(arguments: MaskedDenominator.allCases)
  func theInsideOfTheRegionIsFree(denominator: MaskedDenominator) {
    let measure = MeanDifference(denominator: denominator)
    let painted = Tensor.select(
      pair.region.isGreater(than: .scalar(0.5, .float64)), .scalar(9, .float64), pair.edited)
    let before = measure.maskedMean(pair.original, pair.edited, editedRegion: pair.region)
    let after = measure.maskedMean(pair.original, painted, editedRegion: pair.region)
    expectClose(after, before, within: .closedForm)
  }

  /// The two denominators differ by the share of pixels that are kept.
  @Test func theDenominatorsDifferByTheKeptShare() {
    let outside = measure.maskedMean(pair.original, pair.edited, editedRegion: pair.region)
    let whole = MeanDifference(denominator: .wholeImage).maskedMean(
      pair.original, pair.edited, editedRegion: pair.region)
    expectClose(whole, outside * (1 - pair.region).mean(), within: .closedForm)
  }

  /// A region of labels and a region of numbers say the same.
  @Test func theRegionMayHoldAnyType() {
    let masked = measure.maskedMean(pair.original, pair.edited, editedRegion: pair.region)
    let labels = pair.region.cast(to: .int32)
    expectClose(
      measure.maskedMean(pair.original, pair.edited, editedRegion: labels), masked,
      within: .exact)
  }
}
