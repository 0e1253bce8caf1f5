import Foundation
import ModelConfiguration
import PortraitModel
import Tensors
import Testing

@testable import Training

/// The learning rate of a search, read off its steps.
@Suite("Inversion: learning rate")
struct InversionRateTests {
  /// The rate rises over the first twentieth and falls along a cosine over the last quarter.
  ///
  /// With steps as small as these, the gradient is constant, and every step of Adam is the rate times
  /// the sign of the gradient. At 40 steps: 1e-3 and 0.501 of the largest rate, then all of it, then
  /// ½ + ½ cos(π (i/40 − ¾) · 4).
  @Test func theRateRisesAndFalls() throws {
    var model = Configuration.tiny
    (model.samples, model.importanceSamples) = (8, 0)
    let generator = Generator(
      model, ParameterPlan.generator(model).fresh(seed: 3).cast(to: .float64))
    let target = withoutGradients {
      generator(
        expandedLatents: generator.latents(seed: 1).expanded, poses: Tensor([1, 2], [1.7, 1.5]))
    }
    var options = Inversion.Options()
    (options.iterations, options.rate) = (40, 1e-7)
    var search = Inversion(generator, image: target.image[0], mask: nil, options)
    for i in 0..<options.iterations {
      let before = search.found
      try search.step()
      let step = (search.found[Inversion.poseName] - before[Inversion.poseName]).absolute()
      let falling = 0.5 + 0.5 * cos(Double.pi * (Double(i) / 40 - 0.75) * 4)
      let expected = i == 0 ? 1e-3 : i == 1 ? 0.501 : i > 30 ? falling : 1
      for share in step.scalars.map({ $0 / options.rate }) {
        #expect(abs(share - expected) < 1e-3, "step \(i): \(share), expected \(expected)")
      }
    }
  }
}
