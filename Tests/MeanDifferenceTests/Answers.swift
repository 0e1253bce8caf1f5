import MeanDifference
import TestSupport
import Tensors

/// What this module answers to a golden case.
func answers(to inputs: [String: Tensor]) -> [String: Tensor] {
  guard let original = inputs["original"], let edited = inputs["edited"],
    let region = inputs["edited_region"]
  else { return [:] }
  let measure = MeanDifference()
  let overAll = MeanDifference(denominator: .wholeImage)
  return [
    "difference_map": measure.differenceMap(original, edited),
    "masked_difference_map":
      measure.maskedDifferenceMap(original, edited, editedRegion: region),
    "mean_difference": measure.mean(original, edited),
    "masked_outside": measure.maskedMean(original, edited, editedRegion: region),
    "masked_all": overAll.maskedMean(original, edited, editedRegion: region),
  ]
}
