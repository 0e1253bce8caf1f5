import MaskSoftmax
import TestSupport
import Tensors
import Testing

@Suite("Eq. 9–11, derivatives")
struct MaskSoftmaxDerivativeTests {
  /// The weights are not detached: the masks' gradient reaches them too.
  @Test func ofMasksByDensitiesAndWeights() throws {
    var numbers = TestNumbers(seed: 81)
    let masks = MaskSoftmax()
    try expectDerivatives(
      at: [numbers.tensor([3, 5, 4], in: 0.2...4), numbers.tensor([3, 5], in: 0.05...0.3)]
    ) { inputs in
      let logits = masks.maskLogits(partDensities: inputs[0], renderingWeights: inputs[1])
      return .concatenated([logits, masks.maskProbabilities(logits)], 1)
    }
  }

  @Test func ofMasksWithoutWeights() throws {
    var numbers = TestNumbers(seed: 82)
    let masks = MaskSoftmax(.ones)
    let weights = numbers.tensor([3, 5], in: 0.05...0.3)
    try expectDerivatives(at: [numbers.tensor([3, 5, 4], in: 0...1)]) { inputs in
      masks.maskProbabilities(
        masks.maskLogits(partDensities: inputs[0], renderingWeights: weights))
    }
  }

  /// Points stand off the voxels by 0.1 at least, where a trilinear sample has its kinks.
  @Test func ofTheSample() throws {
    var numbers = TestNumbers(seed: 83)
    let cells = Tensor([6, 3], [0, 0, 0, 1, 2, 0, 0, 1, 1, 1, 0, 0, 0, 2, 1, 1, 1, 1.0])
    try expectDerivatives(
      at: [numbers.tensor([3, 4, 3]), numbers.tensor([6, 3], in: 0.1...0.9) + cells]
    ) { MaskSoftmax().sampled($0[0], at: $0[1]) }
  }

  @Test func ofTheFinalMask() throws {
    var numbers = TestNumbers(seed: 84)
    try expectDerivatives(
      at: [numbers.tensor([1, 2, 3, 2], in: 0...1), numbers.tensor([1, 2, 6, 4])]
    ) { MaskSoftmax().finalMask($0[0], maskResidual: $0[1]) }
  }
}
