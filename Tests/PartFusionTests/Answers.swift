import PartFusion
import Tensors
import TestSupport
import Testing

extension PartFusion {
  /// The rule of a golden case.
  init(_ golden: GoldenCase) throws {
    self.init(try #require(Fusion(rawValue: golden.word("fusion"))))
  }
}

/// Features `[K, C, D, H, W]` and densities `[K, D, H, W]` to one `[C, D, H, W]`.
typealias FeatureRule = (_ features: Tensor, _ densities: Tensor) -> Tensor

/// The lifted volumes of a golden case, which gives ψ and the 2D maps.
struct Volumes {
  let features, densities, densityMap: Tensor

  init(_ inputs: [String: Tensor]) throws {
    let psi = try #require(inputs["psi"])
    densityMap = try #require(inputs["density"])
    features = psi.unsqueezed(axis: 1) * (try #require(inputs["feature"])).unsqueezed(axis: 2)
    densities = psi * densityMap.unsqueezed(axis: 1)
  }
}

/// What this module answers to a golden case, the features fused by any rule.
func answers(of volumes: Volumes, by rule: FeatureRule) -> [String: Tensor] {
  [
    "fused_feature": rule(volumes.features, volumes.densities),
    "fused_density": PartFusion().fused(densities: volumes.densities),
  ]
}
