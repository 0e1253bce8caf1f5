import MeanDifference
import TestSupport
import Tensors
import Testing

/// Two portraits of two pixels side by side.
///
///              original      edited        |difference|
///     red      0     0.5     0.5   0.5     0.5    0
///     green    1     0.25    0.25  0.25    0.75   0
///     blue     0.5   0.5     0.5   0.75    0      0.25      mean: 1.25/3 and 0.25/3
@Suite("Eq. 14: hand golden")
struct HandGoldenTests {
  let original = Tensor([3, 1, 2], [0, 0.5, 1, 0.25, 0.5, 0.5])
  let edited = Tensor([3, 1, 2], [0.5, 0.5, 0.25, 0.25, 0.5, 0.75])
  /// The left pixel was edited.
  let region = Tensor([1, 2], [1, 0.0])

  @Test func theMapIsTheMeanOverChannels() {
    let map = MeanDifference().differenceMap(original, edited)
    expectClose(map, Tensor([1, 2], [1.25 / 3, 0.25 / 3]), within: .closedForm)
  }

  /// (0.5 + 0.75 + 0.25) / (3 · 2 · 1) = ¼.
  @Test func theMeanIsAQuarter() {
    let mean = MeanDifference().mean(original, edited)
    expectClose(mean, Tensor([], [0.25]), within: .closedForm)
  }

  /// What is left is 0.25/3 on one pixel: a twelfth over that pixel, half of it over both.
  @Test func theMaskedMeanIsDividedByWhatIsKeptOrByTheImage() {
    let map = MeanDifference().maskedDifferenceMap(original, edited, editedRegion: region)
    expectClose(map, Tensor([1, 2], [0, 0.25 / 3]), within: .closedForm)
    let outside = MeanDifference(denominator: .outside)
    expectClose(
      outside.maskedMean(original, edited, editedRegion: region), Tensor([], [1.0 / 12]),
      within: .closedForm)
    let whole = MeanDifference(denominator: .wholeImage)
    expectClose(
      whole.maskedMean(original, edited, editedRegion: region), Tensor([], [1.0 / 24]),
      within: .closedForm)
  }

  /// ∂D_mean/∂p_edited = sign(edited − original) / 6, and 0 where they are equal.
  @Test func theGradientIsTheSignOfTheDifference() throws {
    let edited = edited.tracked(as: "edited")
    let gradient = try gradient(
      of: MeanDifference().mean(original, edited), withRespectTo: edited)
    let golden = [1, 0, -1, 0, 0, 1].map { $0 / 6.0 }
    expectClose(gradient, Tensor([3, 1, 2], golden), within: .closedForm)
  }
}
