import ModelConfiguration
import Tensors
import TestSupport
import Testing

@testable import PortraitModel

@Suite("Fresh parameters and latents")
struct FreshParameterTests {
  @Test(
    arguments: Configuration.presetNames.filter { !["paper", "semanticStyleGAN"].contains($0) })
  func theSameSeedGivesTheSameParameters(preset: String) throws {
    let plan = ParameterPlan.generator(try #require(Configuration.preset(preset)))
    let (first, again, other) = (plan.fresh(seed: 5), plan.fresh(seed: 5), plan.fresh(seed: 6))
    try plan.check(first, file: "memory")
    #expect(first.tensors.count == plan.entries.count)
    for entry in plan.entries {
      expectClose(again[entry.name], first[entry.name], within: .exact, entry.name)
      if case .normal = entry.start {
        #expect(
          !isClose(other[entry.name], first[entry.name], within: .exact), "\(entry.name)")
      }
    }
  }

  /// The standard deviation is 1, and 100 in the mapping network, which scales its weights by 0.01.
  @Test func standardDeviationsAgreeWithThePlan() {
    let parameters = ParameterPlan.generator(.mini).fresh(seed: 0)
    for (name, deviation) in [("style.1.weight", 100.0), ("render_net.convs.1.weight", 1)] {
      let tensor = parameters[name].cast(to: .float64)
      let variance = tensor.squared().scalars.reduce(0, +) / Double(tensor.count)
      // With n ≥ 4096 draws, the estimate has the relative standard error √(2/n); 5 are allowed.
      let allowed = 5 * (2 / Double(tensor.count)).squareRoot()
      #expect(abs(variance / (deviation * deviation) - 1) < allowed, "\(name)")
    }
    // The background, a fixed bowl, has no depth head. The face base starts in the middle plane.
    #expect(parameters.tensors["local_nets.0.to_depth.bias"] == nil)
    for (part, depth) in [(1, 8.0), (2, 0), (12, 0)] {
      #expect(parameters["local_nets.\(part).to_depth.bias"].scalars == [depth])
    }
    let paper = ParameterPlan.generator(.tiny).fresh(seed: 0)
    #expect(paper["local_nets.0.to_depth.bias"].scalars == [1.25])
  }

  @Test func bothPrecisionsDrawTheSameLatent() {
    let parameters = ParameterPlan.generator(.tiny).fresh(seed: 0)
    let single = Generator(.tiny, parameters).z(seed: 9)
    let double = Generator(.tiny, parameters.cast(to: .float64)).z(seed: 9)
    #expect(single.scalarType == .float32 && double.scalarType == .float64)
    expectClose(double, single.cast(to: .float64), within: .exact)
  }

  @Test func truncationInterpolatesBetweenMeanAndLatent() {
    let generator = Generator(
      .tiny, ParameterPlan.generator(.tiny).fresh(seed: 0).cast(to: .float64))
    let mean = generator.meanLatent().cast(to: .float64)
    let whole = generator.latents(seed: 4).w
    for (psi, expected) in [(0, mean.unsqueezed(axis: 0)), (0.5, (whole + mean) * 0.5)] {
      let truncated = generator.latents(seed: 4, truncation: psi, mean: mean)
      expectClose(truncated.w, expected, within: .closedForm)
    }
    let same = generator.latents(seed: 4, truncation: 1, mean: mean)
    expectClose(same.w, whole, within: .exact)
  }

  /// The mean latent agrees with the mean of 10 000 other latents within the standard error.
  @Test func theMeanLatentIsTheMeanOfLatents() {
    let generator = Generator(
      .tiny, ParameterPlan.generator(.tiny).fresh(seed: 0).cast(to: .float64))
    var numbers = RandomNumbers(seed: 77, stream: 77)
    let w = generator.mapped(numbers.normal([10_000, 32], .float64))
    let mean = w.sum(axes: [0]) * 1e-4
    let deviations = ((w - mean).squared().sum(axes: [0]) * 1e-4).scalars.map { $0.squareRoot() }
    let (ours, theirs) = (generator.meanLatent().scalars, mean.scalars)
    let spread = generator.latentDeviation(around: generator.meanLatent()).scalars
    for index in ours.indices {
      // Each estimate has a relative standard error of about 1 / √20 000, more with wider tails.
      #expect(abs(spread[index] / deviations[index] - 1) < 0.1)
      // The standard error of the difference is √2 deviations / √10 000; six are allowed.
      #expect(abs(ours[index] - theirs[index]) < 6 * 2.0.squareRoot() * deviations[index] / 100)
    }
  }
}
