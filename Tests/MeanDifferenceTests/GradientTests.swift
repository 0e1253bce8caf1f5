import MeanDifference
import TestSupport
import Tensors
import Testing

/// The measure is linear on either side of its kinks, so each output is followed by a smooth function.
@Suite("Eq. 14, gradient")
struct GradientTests {
  @Test(arguments: Output.allCases)
  func byTheEditedPortrait(output: Output) throws {
    let pair = Portraits(seed: 21)
    try expectGradient(at: pair.edited) { output.curved(pair.original, $0, pair.region) }
  }

  @Test(arguments: Output.allCases)
  func byTheOriginal(output: Output) throws {
    let pair = Portraits(seed: 22)
    try expectGradient(at: pair.original) { output.curved($0, pair.edited, pair.region) }
  }

  @Test(arguments: Output.allCases)
  func taylorRemainder(output: Output) throws {
    let pair = Portraits(seed: 23)
    var numbers = TestNumbers(seed: 24)
    let direction = numbers.tensor([3, 5, 4])
    let slope = try taylorSlope(at: pair.edited, along: direction) {
      output.curved(pair.original, $0, pair.region)
    }
    #expect((1.9...2.1).contains(slope))
  }
}

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
