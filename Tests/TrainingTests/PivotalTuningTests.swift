import Camera
import ModelConfiguration
import Networks
import PortraitModel
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Pivotal tuning")
struct PivotalTuningTests {
  private static let toy: Generator = {
    var model = Configuration.tiny
    (model.samples, model.importanceSamples) = (8, 0)
    return Generator(model, ParameterPlan.generator(model).fresh(seed: 3).cast(to: .float64))
  }()
  private static let pose = CameraPose(yaw: 1.7, pitch: 1.5)

  /// A brighter portrait of another seed, which the pivot's weights do not reproduce.
  private static let target: (image: Tensor, mask: Tensor) = withoutGradients {
    let made = toy(
      expandedLatents: toy.latents(seed: 9).expanded,
      poses: Tensor([1, 2], [pose.yaw, pose.pitch]))
    return (made.image[0] + 0.5, made.mask[0])
  }

  private func tuning(_ change: (inout PivotalTuning.Options) -> Void = { _ in }) -> PivotalTuning {
    var options = PivotalTuning.Options()
    options.iterations = 6
    change(&options)
    return PivotalTuning(
      Self.toy, wplus: Self.toy.latents(seed: 1).wplus, pose: Self.pose, image: Self.target.image,
      mask: Self.target.mask, options)
  }

  private func tuned(_ change: (inout PivotalTuning.Options) -> Void = { _ in }) throws
    -> PivotalTuning
  {
    var tuning = tuning(change)
    for _ in 0..<tuning.options.iterations { try tuning.step() }
    return tuning
  }

  /// The loss falls, the result is the step with the smallest loss, and W⁺ and pose stay.
  @Test func theLossFallsAndThePivotStays() throws {
    let tuning = try tuned { ($0.rate, $0.iterations) = (0.02, 12) }
    let least = try #require(tuning.losses.map(\.total).min())
    #expect(least < 0.9 * tuning.losses[0].total, "\(tuning.losses.map(\.total))")
    #expect(abs(tuning.loss(of: tuning.generator).total.item - least) < 1e-12)
    #expect(tuning.wplus.scalars == Self.toy.latents(seed: 1).wplus.scalars)
    #expect(tuning.pose == Self.pose)
    // Image and mask terms are those of Inversion.
    var options = Inversion.Options()
    (options.pose, options.latentWeight, options.poseWeight) = (Self.pose, 0, 0)
    let search = Inversion(
      tuning.generator, image: Self.target.image, mask: Self.target.mask, options)
    var there = search.found
    let space = LatentSpace(tuning.generator)
    there.tensors[Inversion.latentName] = (tuning.wplus - space.mean) / space.deviation
    #expect(abs(search.loss(of: there).total.item - least) < 1e-12)
  }

  /// Only weights that training changes are changed, and not those of the mapping network.
  @Test func theMappingNetworkAndTheNoiseStay() throws {
    let tuning = try tuned()
    let plan = ParameterPlan.generator(Self.toy.configuration)
    for entry in plan.entries {
      let same =
        tuning.generator.parameters[entry.name].scalars == Self.toy.parameters[entry.name].scalars
      let isFixed = entry.name.hasPrefix("style.") || !entry.isTrained
      if isFixed { #expect(same, "\(entry.name)") }
    }
    let changed = plan.entries.filter {
      tuning.generator.parameters[$0.name].scalars != Self.toy.parameters[$0.name].scalars
    }.map(\.name)
    #expect(changed.contains { $0.hasPrefix("local_nets.") })
    #expect(changed.contains { $0.hasPrefix("render_net.") })
  }

  /// The gradient along a random direction of all weights equals a central difference.
  ///
  /// It is taken beside the original weights, where the locality term has a gradient. The step is small
  /// because of the kinks of the activations, which limit the agreement.
  @Test func theGradientIsThatOfTheLoss() throws {
    let tuning = tuning { $0.localityWeight = 0.5 }
    let names = ParameterPlan.generator(Self.toy.configuration).entries.filter(\.isTrained)
      .map(\.name).filter { !$0.hasPrefix("style.") }
    var numbers = TestNumbers(seed: 12)
    var directions: [String: Tensor] = [:]
    for name in names { directions[name] = numbers.tensor(Self.toy.parameters[name].shape) }
    func moved(_ step: Double) -> Parameters {
      var parameters = Self.toy.parameters
      for (name, direction) in directions {
        parameters.tensors[name] = parameters[name] + direction * step
      }
      return parameters
    }
    func loss(_ parameters: Parameters) -> Tensor {
      tuning.loss(of: Generator(Self.toy.configuration, parameters)).total
    }
    let (start, step) = (0.01, 1e-7)
    var tracked = moved(start)
    for name in names { tracked.tensors[name] = tracked[name].tracked(as: name) }
    let gradients = try gradients(of: loss(tracked), withRespectTo: tracked.tensors)
    let found = names.reduce(0.0) { sum, name in
      guard let gradient = gradients[name], let direction = directions[name] else { return sum }
      return sum + (gradient * direction).sum().item
    }
    let expected =
      (loss(moved(start + step)).item - loss(moved(start - step)).item) / (2 * step)
    #expect(abs(found / expected - 1) < 1e-4, "\(found), \(expected)")
  }

  /// The same call gives the same weights bit for bit; another seed of the random portraits does not.
  @Test func itIsDeterministic() throws {
    func bits(_ seed: UInt64) throws -> [UInt64] {
      let result = try tuned { ($0.localityWeight, $0.seed, $0.iterations) = (1, seed, 3) }
      return result.generator.parameters.tensors.sorted { $0.key < $1.key }
        .flatMap { $0.value.scalars.map(\.bitPattern) }
    }
    let first = try bits(0)
    #expect(try first == bits(0) && first != bits(1))
  }

  /// The locality term keeps another portrait nearer to what it was.
  @Test func localityKeepsOtherPortraits() throws {
    func change(_ weight: Double) throws -> Double {
      let tuned = try tuned { ($0.localityWeight, $0.iterations, $0.rate) = (weight, 12, 0.02) }
      return withoutGradients {
        let poses = Tensor([1, 2], [Self.pose.yaw, Self.pose.pitch])
        let wplus = Self.toy.latents(seed: 44).wplus
        let difference =
          tuned.generator(wplus: wplus, poses: poses).image
          - Self.toy(wplus: wplus, poses: poses).image
        return difference.squared().mean().item
      }
    }
    let (free, kept) = (try change(0), try change(10))
    #expect(kept < 0.7 * free, "\(free), \(kept)")
  }

  @Test func aLossThatIsNotFiniteEndsTheTuning() throws {
    var tuning = PivotalTuning(
      Self.toy, wplus: Self.toy.latents(seed: 1).wplus, pose: Self.pose,
      image: Self.target.image * .infinity, mask: nil)
    let error = #expect(throws: TrainingError.self) { try tuning.step() }
    #expect(error?.description.hasPrefix("tuning, iteration 0: the loss is not finite") == true)
  }
}
