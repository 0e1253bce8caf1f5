import MeanDifference
import TestSupport
import Tensors

/// The outputs of this module, each made curved.
enum Output: CaseIterable {
  case map, mean, maskedMap, maskedOutside, maskedWhole

  func curved(_ original: Tensor, _ edited: Tensor, _ region: Tensor) -> Tensor {
    let outside = MeanDifference(denominator: .outside)
    let whole = MeanDifference(denominator: .wholeImage)
    let result =
      switch self {
      case .map: outside.differenceMap(original, edited)
      case .mean: outside.mean(original, edited)
      case .maskedMap: outside.maskedDifferenceMap(original, edited, editedRegion: region)
      case .maskedOutside: outside.maskedMean(original, edited, editedRegion: region)
      case .maskedWhole: whole.maskedMean(original, edited, editedRegion: region)
      }
    var numbers = TestNumbers(seed: 25)
    return (numbers.tensor(result.shape) * (result * 3).exponential()).sum()
  }
}
