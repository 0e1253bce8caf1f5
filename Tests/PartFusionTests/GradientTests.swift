import PartFusion
import Tensors
import TestSupport
import Testing

/// The gradient of both fused volumes with respect to features and densities at once.
@Suite("Eq. 8: gradient")
struct GradientTests {
  @Test(arguments: Fusion.allCases)
  func theGradientOfTheFusedVolumesEqualsDifferences(fusion: Fusion) throws {
    try expectGradient(at: derivativeInputs(), PartFusion(fusion).bothVolumes)
  }
}

extension PartFusion {
  /// Fused feature and density, end to end, of features and densities.
  func bothVolumes(_ inputs: [Tensor]) -> Tensor {
    .concatenated([
      fused(features: inputs[0], densities: inputs[1]).flattened(),
      fused(densities: inputs[1]).flattened(),
    ])
  }
}
