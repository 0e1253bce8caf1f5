import ModelConfiguration
import Networks
import TestSupport
import Tensors
import Testing

@testable import PortraitModel

/// The final mask with and without the coarse mask in it, in both models (PaperNotes 56).
@Suite("The switch residualMask")
struct ResidualMaskTests {
  private static func model(_ rendering: RenderingMode, _ residualMask: Bool) -> Configuration {
    var model = Configuration.tiny
    (model.rendering, model.residualMask) = (rendering, residualMask)
    return model
  }

  /// Final mask, sum of the mask heads and coarse mask of a portrait.
  private static func masks(_ model: Configuration) -> (
    final: Tensor, heads: Tensor, coarse: Tensor
  ) {
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 1))
    return withoutGradients {
      let latents = generator.latents(seed: 2).expanded
      if model.rendering == .flat {
        let made = FlatGenerator(model, generator.parameters)(expandedLatents: latents)
        return (made.mask, made.maskResidual, made.coarseMask)
      }
      let poses = Tensor([1, 2], [1.5, 1.6] as [Float])
      let made = generator(expandedLatents: latents, poses: poses)
      return (made.mask, made.maskResidual, made.coarseMask)
    }
  }

  @Test(arguments: [RenderingMode.volume, .flat])
  func theCoarseMaskIsAddedOnlyWithTheSwitch(rendering: RenderingMode) {
    let (with, without) = (
      Self.masks(Self.model(rendering, true)), Self.masks(Self.model(rendering, false))
    )
    expectClose(without.final, without.heads, within: .exact)
    expectClose(without.heads, with.heads, within: .exact)
    var enlarged = with.coarse
    while enlarged.shape[2] < with.final.shape[2] { enlarged = enlarged.upsampledTwice() }
    expectClose(with.final, enlarged + with.heads, within: .exact)
    #expect(enlarged.scalars.contains { abs($0) > 0.1 })
  }
}
