import DepthSmoothness
import ModelConfiguration
import Networks
import PortraitModel
import TestSupport
import Tensors
import Testing
import TrainingToys

@testable import Training

@Suite("Eq. 12: the loss of the generator")
struct GeneratorLossTests {
  private static let configuration: Configuration = {
    var configuration = Configuration.tiny
    (configuration.samples, configuration.importanceSamples) = (6, 0)
    return configuration
  }()
  private static let weights = ParameterPlan.generator(configuration).fresh(seed: 1)
    .cast(to: .float64)
  private static let discriminator = Discriminator(
    ParameterPlan.discriminator(configuration).fresh(seed: 2).cast(to: .float64))

  private func portraits(_ parameters: Parameters = weights) -> GeneratedPortraits {
    let generator = Generator(Self.configuration, parameters)
    var numbers = RandomNumbers(seed: 3)
    let z = numbers.normal([2, Self.configuration.latentWidth], .float64)
    return generator(z: z, poses: Tensor([2, 2], [1.5, 1.6, 1.7, 1.4]))
  }

  private func loss(
    _ fake: GeneratedPortraits, _ configuration: Configuration = configuration,
    _ options: TrainingOptions = TrainingOptions()
  ) -> GeneratorLoss {
    GeneratorLoss(fake, judgedBy: Self.discriminator, configuration, options)
  }

  /// Every term against its own definition, and the sum with the weights of the reference systems.
  @Test func theTermsAreThoseOfTheirEquations() {
    let fake = withoutGradients { portraits() }
    let loss = loss(fake)
    let scores = Self.discriminator(fake.image, mask: fake.mask)
    expectClose(loss.adversarial, (-scores).softplus().mean(), within: .closedForm)
    let pooled = fake.mask.averagePooled(2)
    expectClose(
      loss.maskRegularizer, (fake.coarseMask - pooled).squared().mean(), within: .closedForm)
    expectClose(
      loss.depthSmoothness, DepthSmoothness().loss(fake.maps.relativeDepth), within: .closedForm)
    expectClose(
      loss.total,
      loss.adversarial + 100 * loss.maskRegularizer + 0.1 * loss.depthSmoothness,
      within: .closedForm)
  }

  @Test func weightsAreThoseOfTheOptions() throws {
    let fake = withoutGradients { portraits() }
    let options = try TrainingOptions().setting(["maskRegularizerWeight=7", "smoothnessWeight=3"])
    let loss = loss(fake, Self.configuration, options)
    expectClose(
      loss.total, loss.adversarial + 7 * loss.maskRegularizer + 3 * loss.depthSmoothness,
      within: .closedForm)
  }

  /// With a fixed bowl the background's depth is no prediction and leaves the sum.
  @Test func aBowlIsNotSmoothed() {
    let fake = withoutGradients { portraits() }
    var bowl = Self.configuration
    bowl.backgroundDepth = .bowl
    let expected = DepthSmoothness(includesBackground: false).loss(fake.maps.relativeDepth)
    expectClose(loss(fake, bowl).depthSmoothness, expected, within: .exact)
    #expect(loss(fake, bowl).depthSmoothness.item != loss(fake).depthSmoothness.item)
  }

  /// The whole loss, by finite differences along random directions of three parameters.
  @Test(arguments: [
    "local_nets.1.to_depth.conv.weight", "render_net.to_segs.0.bias", "style.1.bias",
  ])
  func theGradientMatchesDifferences(name: String) throws {
    let tracked = Self.weights.tracked()
    let found = try gradient(of: loss(portraits(tracked)).total, withRespectTo: tracked[name])
    var numbers = RandomNumbers(seed: 5)
    let direction = numbers.normal(found.shape, .float64)
    func moved(_ step: Double) -> Double {
      var parameters = Self.weights
      parameters.tensors[name] = Self.weights[name] + direction * step
      return withoutGradients { loss(portraits(parameters)).total.item }
    }
    let h = 1e-6
    let difference = (moved(h) - moved(-h)) / (2 * h)
    let along = (found * direction).sum().item
    #expect(abs(along - difference) <= 1e-6 * max(1, abs(difference)), "\(along), \(difference)")
  }
}
