import Camera
import GaussianLifting
import MaskSoftmax
import PartFusion
import TestSupport
import Tensors
import Testing
import VolumeRendering
import VolumeWeights

/// Compares the renderer with a twin that builds every volume and then samples it.
@Suite("Volume rendering, streaming equals explicit volumes")
struct ExplicitTwinTests {
  /// B = 2, K = 3, C = 2, H = 5, W = 4, D = 6, size = 3.
  static func scene() -> (stack: PartStack, poses: Tensor) {
    var numbers = TestNumbers(seed: 21)
    let stack = PartStack(
      feature: numbers.tensor([2, 3, 2, 5, 4]),
      densityMap: numbers.tensor([2, 3, 5, 4], in: 0.5...6),
      absoluteDepth: numbers.tensor([2, 3, 5, 4], in: 0.3...4.6))
    return (stack, Tensor([2, 2], [1.4, 1.7, 1.9, 1.45]))
  }

  static func renderer(_ fusion: Fusion, _ kernel: LiftingKernel = .gaussian) -> VolumeRenderer {
    VolumeRenderer(
      lifting: GaussianLifting(kernel: kernel, alpha: 0.7, depthPlanes: 6),
      fusion: PartFusion(fusion),
      volumeWeights: VolumeWeights(opticalScale: 3, lastSpacing: .far(1.25)),
      samples: 7, importanceSamples: 5)
  }

  @Test(arguments: Fusion.allCases, LiftingKernel.allCases)
  func viewsEqualThoseOfSampledVolumes(fusion: Fusion, kernel: LiftingKernel) {
    let (stack, poses) = Self.scene()
    let renderer = Self.renderer(fusion, kernel)
    let view = renderer.view(of: stack, from: poses, size: 3)
    for image in 0..<2 {
      let twin = explicit(renderer, stack, view, image)
      expectClose(view.feature[image].reshaped([2, 9]), twin.feature, within: .closedForm)
      expectClose(
        view.maskProbabilities[image].reshaped([3, 9]), twin.mask, within: .closedForm)
    }
  }

  /// Computes equations 5–11 on whole volumes, at the samples that the renderer chose.
  private func explicit(
    _ renderer: VolumeRenderer, _ stack: PartStack, _ view: RenderedView, _ image: Int
  ) -> (feature: Tensor, mask: Tensor) {
    let depth = stack.absoluteDepth[image]
    let psi = renderer.lifting.weights(at: depth)
    let densities = renderer.lifting.lifted(densityMap: stack.densityMap[image], weights: psi)
    let features = renderer.lifting.lifted(feature: stack.feature[image], weights: psi)
    let fused = renderer.fusion.fused(features: features, densities: densities)
    let grid = VoxelGrid(box: renderer.box, planes: 6, rows: 5, columns: 4)
    let points = grid.coordinates(of: view.samplePoints[image]).reshaped([-1, 3])
    let sampledDensities = densities.sampled(at: points).reshaped([9, 12, 3])
    let sampledFeatures = fused.sampled(at: points).reshaped([9, 12, 2])
    let ray = renderer.volumeWeights.ray(
      density: sampledDensities.sum(axes: [-1]), at: view.rayDepths[image])
    let feature = (ray.renderingWeights.unsqueezed(axis: 2) * sampledFeatures).sum(axes: [1])
    let logits = (ray.renderingWeights.unsqueezed(axis: 2) * sampledDensities).sum(axes: [1])
    return (feature.transposed(), logits.softmax().transposed())
  }

  /// Directional derivatives of features and masks with respect to maps and poses equal differences.
  @Test(arguments: Fusion.allCases)
  func gradientsEqualDifferences(fusion: Fusion) throws {
    let (stack, poses) = Self.scene()
    // The importance pass places samples by detached weights; differences would move these samples.
    var renderer = Self.renderer(fusion)
    renderer.importanceSamples = 0
    var numbers = TestNumbers(seed: 8)
    let (u, v) = (numbers.tensor([2, 2, 3, 3]), numbers.tensor([2, 3, 3, 3]))
    func value(_ inputs: [Tensor]) -> Tensor {
      let parts = PartStack(feature: inputs[0], densityMap: inputs[1], absoluteDepth: inputs[2])
      let view = renderer.view(of: parts, from: inputs[3], size: 3)
      return (view.feature * u).sum() + (view.maskProbabilities * v).sum()
    }
    let inputs = [stack.feature, stack.densityMap, stack.absoluteDepth, poses]
    let tracked = inputs.enumerated().map { $1.tracked(as: "input \($0)") }
    let found = try gradients(of: value(tracked), withRespectTo: tracked)
    for (index, gradient) in found.enumerated() {
      let direction = numbers.tensor(inputs[index].shape)
      func along(_ step: Double) -> Double {
        var moved = inputs
        moved[index] = inputs[index] + step * direction
        return value(moved).item
      }
      let step = 1e-5
      // Central differences with Richardson extrapolation: the error is of order step⁴.
      let wide = (along(2 * step) - along(-2 * step)) / (4 * step)
      let narrow = (along(step) - along(-step)) / (2 * step)
      let difference = (4 * narrow - wide) / 3
      let gradient = (gradient * direction).sum().item
      #expect(abs(gradient - difference) <= 1e-7 * max(1, abs(difference)), "input \(index)")
    }
  }

  /// In single precision, tiles depend on shapes alone, so the number of threads changes nothing.
  @Test func oneThreadAndTwoGiveTheSameBits() {
    let (stack, poses) = Self.scene()
    let single = PartStack(
      feature: stack.feature.cast(to: .float32), densityMap: stack.densityMap.cast(to: .float32),
      absoluteDepth: stack.absoluteDepth.cast(to: .float32))
    let renderer = Self.renderer(.sum)
    func run() -> RenderedView {
      renderer.view(of: single, from: poses.cast(to: .float32), size: 40)
    }
    let (one, two) = (Parallel.withThreads(1) { run() }, Parallel.withThreads(2) { run() })
    #expect(one.feature.floats == two.feature.floats)
    #expect(one.maskProbabilities.floats == two.maskProbabilities.floats)
  }
}
