import PartFusion
import Tensors
import TestSupport
import Testing

/// Ends of the ranges; values and gradients must be finite.
@Suite("Eq. 8: limits")
struct LimitTests {
  private let volumes = randomVolumes()
  private var features: Tensor { volumes.features }
  private var densities: Tensor { volumes.densities }

  /// No density anywhere means equal shares; at a wall everything is the wall's.
  @Test func emptySpaceGivesEqualSharesAndAWallTakesAll() {
    let fusion = PartFusion(.densitySoftmax)
    let empty = fusion.fused(features: features, densities: .zeros(densities.shape, .float64))
    expectClose(empty, features.mean(axes: [0]), within: .closedForm)
    let wall = densities * 0 + Tensor([4, 1, 1, 1], [0, 0, 1e5, 0])
    expectClose(
      fusion.fused(features: features, densities: wall), features[2], within: .exact)
  }

  /// e^σ overflows from σ = 89 in single precision; shares and their gradients do not.
  @Test(arguments: [0, 120, 1e30])
  func hugeDensitiesGiveFiniteSharesAndGradients(scale: Double) throws {
    for type in [ScalarType.float32, .float64] {
      let densities = (scale * densities).cast(to: type).tracked(as: "densities")
      let features = features.cast(to: type)
      let fused = PartFusion(.densitySoftmax).fused(features: features, densities: densities)
      let gradient = try gradient(of: fused.squared().sum(), withRespectTo: densities)
      let bound = features.absolute().maximum().item
      #expect(fused.scalars.allSatisfy { $0.magnitude <= bound * (1 + 1e-6) })
      #expect(gradient.scalars.allSatisfy { $0.isFinite })
    }
  }

  /// One part, one channel, one voxel: it stays as it is, and its gradient is 1.
  @Test(arguments: Fusion.allCases)
  func theSmallestVolumeStaysAsItIs(fusion: Fusion) throws {
    let features = Tensor([1, 1, 1, 1, 1], [7.0]).tracked(as: "features")
    let densities = Tensor([1, 1, 1, 1], [2.0]).tracked(as: "densities")
    let fused = PartFusion(fusion).fused(features: features, densities: densities)
    #expect(fused.scalars == [7])
    #expect(try gradient(of: fused.sum(), withRespectTo: features).scalars == [1])
    #expect(PartFusion(fusion).fused(densities: densities).scalars == [2])
  }
}
