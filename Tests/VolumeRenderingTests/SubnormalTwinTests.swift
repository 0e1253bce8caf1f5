import GaussianLifting
import MaskSoftmax
import PartFusion
import TestSupport
import Tensors
import Testing
import VolumeRendering
import VolumeWeights

/// Compares rendering as in training, with the tails of the bell (equation 7) cut to 0, with rendering
/// of the whole bell.
@Suite("Volume rendering without subnormal numbers")
struct SubnormalTwinTests {
  private static let planes = 24

  private static func scene() -> (stack: PartStack, poses: Tensor) {
    var numbers = TestNumbers(seed: 33)
    let stack = PartStack(
      feature: numbers.tensor([2, 3, 4, 6, 6]).cast(to: .float32),
      densityMap: numbers.tensor([2, 3, 6, 6], in: 0.5...6).cast(to: .float32),
      absoluteDepth: numbers.tensor([2, 3, 6, 6], in: 1...22).cast(to: .float32))
    return (stack, Tensor([2, 2], [1.4, 1.7, 1.9, 1.45]).cast(to: .float32))
  }

  /// The bell falls below 1.2e-38 at 9⅓ planes from its center, so the scene has subnormal numbers;
  /// without them, the test below would compare equal calculations.
  @Test func theTailsOfTheBellAreSubnormal() {
    let (stack, _) = Self.scene()
    let lifting = GaussianLifting(kernel: .gaussian, alpha: 1, depthPlanes: Self.planes)
    let depth = stack.absoluteDepth[0]
    let (whole, cut) = (
      lifting.weights(at: depth), Parallel.withoutSubnormals { lifting.weights(at: depth) }
    )
    // Counted outside `withoutSubnormals`, inside which such a number would count as 0.
    func tails(_ x: Tensor) -> Int { x.floats.count { $0.isSubnormal } }
    #expect(tails(whole) > 50 && tails(cut) == 0)
  }

  @Test(arguments: Fusion.allCases)
  func picturesAndGradientsAreTheSame(fusion: Fusion) throws {
    let (stack, poses) = Self.scene()
    let renderer = VolumeRenderer(
      lifting: GaussianLifting(kernel: .gaussian, alpha: 1, depthPlanes: Self.planes),
      fusion: PartFusion(fusion),
      volumeWeights: VolumeWeights(opticalScale: 5, lastSpacing: .infinite), samples: 24,
      importanceSamples: 0)
    func results() throws -> [Tensor] {
      let inputs = [stack.feature, stack.densityMap, stack.absoluteDepth].enumerated().map {
        $1.tracked(as: "input \($0)")
      }
      let parts = PartStack(feature: inputs[0], densityMap: inputs[1], absoluteDepth: inputs[2])
      let view = renderer.view(of: parts, from: poses, size: 5)
      let value = view.feature.squared().sum() + view.maskProbabilities.squared().sum()
      return [view.feature.detached(), view.maskProbabilities.detached()]
        + (try gradients(of: value, withRespectTo: inputs))
    }
    let (cut, whole) = (try Parallel.withoutSubnormals(results), try results())
    #expect(cut.count == 5 && whole.count == 5)
    for (cut, whole) in zip(cut, whole) {
      #expect(whole.scalars.contains { $0.magnitude > 1e-6 })
      expectClose(
        cut, whole,
        within: .relative(
          1e-6, because: "single precision; what is cut off is below 1e-30 of what remains"))
    }
  }
}
