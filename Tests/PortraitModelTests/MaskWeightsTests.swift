import MaskSoftmax
import ModelConfiguration
import Networks
import Probes
import TestSupport
import Tensors
import Testing

@testable import PortraitModel

/// The weights of equation 10 in generation (PaperNotes 12).
@Suite("The field maskWeights")
struct MaskWeightsTests {
  private static func portraits(
    _ configured: MaskWeighting, asked: MaskWeighting?
  ) -> GeneratedPortraits {
    var model = Configuration.tiny
    model.maskWeights = configured
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 1))
    var options = Generator.Options()
    options.maskWeighting = asked
    return withoutGradients {
      generator(
        expandedLatents: generator.latents(seed: 2).expanded,
        poses: Tensor([1, 2], [1.5, 1.6] as [Float]), options: options)
    }
  }

  /// The configuration decides unless an option does, so a model can be rendered either way.
  @Test(arguments: MaskWeighting.allCases, [nil] + MaskWeighting.allCases)
  func theOptionComesBeforeTheConfiguration(configured: MaskWeighting, asked: MaskWeighting?) {
    let made = Self.portraits(configured, asked: asked)
    let same = Self.portraits(asked ?? configured, asked: nil)
    #expect(made.mask.floats == same.mask.floats)
    let other: MaskWeighting = asked ?? configured == .ones ? .rendering : .ones
    #expect(made.mask.floats != Self.portraits(other, asked: nil).mask.floats)
    // Equation 10 concerns the masks only: the rendered feature is the same.
    #expect(made.view.feature.floats == same.view.feature.floats)
  }

  /// A dump says what the model did.
  @Test(arguments: MaskWeighting.allCases)
  func aDumpNamesTheWeights(choice: MaskWeighting) throws {
    var model = Configuration.tiny
    model.maskWeights = choice
    let generator = Generator(model, ParameterPlan.generator(model).fresh(seed: 1))
    let recorder = Recorder()
    generator.record(
      Self.portraits(choice, asked: nil), into: recorder.probe.only(["mask_init"]))
    #expect(
      try #require(recorder.recordings.first).meaning.caption.hasSuffix(choice.explanation))
  }
}
