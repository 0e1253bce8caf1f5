import MaskSoftmax
import Tensors
import TestSupport

/// A function of this module with random inputs, for the derivative tests.
struct DifferentiableMasks: Sendable, CustomStringConvertible {
  let description: String
  let inputs: [Tensor]
  let function: @Sendable (_ inputs: [Tensor]) -> Tensor

  static let all = [masksByDensitiesAndWeights, masksWithoutWeights, sample, finalMask]

  /// The weights are not detached: the masks' gradient reaches them too.
  private static var masksByDensitiesAndWeights: DifferentiableMasks {
    var numbers = TestNumbers(seed: 81)
    let inputs = [numbers.tensor([3, 5, 4], in: 0.2...4), numbers.tensor([3, 5], in: 0.05...0.3)]
    return DifferentiableMasks(description: "masks by densities and weights", inputs: inputs) {
      let masks = MaskSoftmax()
      let logits = masks.maskLogits(partDensities: $0[0], renderingWeights: $0[1])
      return .concatenated([logits, masks.maskProbabilities(logits)], axis: 1)
    }
  }

  private static var masksWithoutWeights: DifferentiableMasks {
    var numbers = TestNumbers(seed: 82)
    let weights = numbers.tensor([3, 5], in: 0.05...0.3)
    let inputs = [numbers.tensor([3, 5, 4], in: 0...1)]
    return DifferentiableMasks(description: "masks without weights", inputs: inputs) {
      let masks = MaskSoftmax(.ones)
      return masks.maskProbabilities(
        masks.maskLogits(partDensities: $0[0], renderingWeights: weights))
    }
  }

  /// Points stand off the voxels by 0.1 at least, where a trilinear sample has its kinks.
  private static var sample: DifferentiableMasks {
    var numbers = TestNumbers(seed: 83)
    let cells = Tensor([6, 3], [0, 0, 0, 1, 2, 0, 0, 1, 1, 1, 0, 0, 0, 2, 1, 1, 1, 1.0])
    let inputs = [numbers.tensor([3, 4, 3]), numbers.tensor([6, 3], in: 0.1...0.9) + cells]
    return DifferentiableMasks(description: "the sample", inputs: inputs) {
      MaskSoftmax().sampled($0[0], at: $0[1])
    }
  }

  private static var finalMask: DifferentiableMasks {
    var numbers = TestNumbers(seed: 84)
    let inputs = [numbers.tensor([1, 2, 3, 2], in: 0...1), numbers.tensor([1, 2, 6, 4])]
    return DifferentiableMasks(description: "the final mask", inputs: inputs) {
      MaskSoftmax.finalMask(coarseMask: MaskSoftmax.coarseMask($0[0]), maskResidual: $0[1])
    }
  }
}
