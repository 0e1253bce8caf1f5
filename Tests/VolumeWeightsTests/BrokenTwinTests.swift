import TestSupport
import Tensors
import Testing
import VolumeWeights

/// Deliberately wrong readings of equations 2–4; the golden files must reject each of them.
@Suite("Eq. 2–4: broken twins")
struct BrokenTwinTests {
  /// The sum of equation 3 up to i instead of i − 1, so that a sample stands in its own shadow: the
  /// exercise of this equation.
  @Test(arguments: ["infinite", "far"])
  func transmittanceThatCountsItsOwnSampleIsRejected(name: String) throws {
    let misses = try misses(name) { opticalDepth, opacity in
      ((-opticalDepth.cumulativeSum()).exponential(), opacity)
    }
    #expect(misses.contains { $0.hasPrefix("transmittance") })
    #expect(misses.contains { $0.hasPrefix("grad_density_of_weights") })
  }

  /// Some implementations write Π (1 − opacity + 1e-10), which lets a little light through walls.
  @Test func aProductWithASafetyTermIsRejected() throws {
    let misses = try misses("far") { _, opacity in
      ((1 - opacity + 1e-10).cumulativeProduct(axis: -1, exclusive: true), opacity)
    }
    #expect(misses.contains { $0.hasPrefix("transmittance") })
  }

  /// 1 − exp(−x) as it is printed: right to twelve digits for ordinary densities, and none is left of
  /// a thin one.
  @Test func opacityAsADifferenceIsRejectedInTheExtremeCase() throws {
    let asPrinted = { (opticalDepth: Tensor, _: Tensor) in
      let opacity = 1 - (-opticalDepth).exponential()
      return (
        (-opticalDepth.cumulativeSum(exclusive: true)).exponential(), opacity
      )
    }
    let ordinary = try misses("far", asPrinted)
    #expect(ordinary.isEmpty)
    let extreme = try misses("extreme", asPrinted)
    #expect(extreme.contains { $0.hasPrefix("opacity") })
  }

  /// δ_i = t_i − t_{i−1}, the distance to the sample in front.
  @Test func spacingToTheSampleInFrontIsRejected() throws {
    let golden = try GoldenCase.named("far", of: "VolumeWeights")
    let misses = try goldenMisses(golden) { inputs in
      var answers = try answers(of: golden, to: inputs)
      guard let spacing = answers["spacing"], let density = inputs["density"] else {
        return answers
      }
      let shifted = Tensor.concatenated(
        [
          spacing.sliced(axis: -1, from: 6, length: 1),
          spacing.sliced(axis: -1, from: 0, length: 6),
        ], axis: -1)
      answers["weights"] =
        try rendering(of: golden).ray(density: density, spacing: shifted).renderingWeights
      return answers
    }
    #expect(misses.contains { $0.hasPrefix("weights") })
  }

  /// The answers with another transmittance and opacity, made from the optical depth.
  private func misses(
    _ name: String, _ wrong: (_ opticalDepth: Tensor, _ opacity: Tensor) -> (Tensor, Tensor)
  ) throws -> [String] {
    let golden = try GoldenCase.named(name, of: "VolumeWeights")
    let rendering = try rendering(of: golden)
    return try goldenMisses(golden) { inputs in
      var answers = try answers(of: golden, to: inputs)
      guard let density = inputs["density"], let depths = inputs["ray_depths"],
        let opacity = answers["opacity"]
      else { return answers }
      let opticalDepth = density * rendering.spacing(depths) * rendering.opticalScale
      let (transmittance, stopped) = wrong(opticalDepth, opacity)
      answers["opacity"] = stopped
      answers["transmittance"] = transmittance
      answers["weights"] = transmittance * stopped
      return answers
    }
  }
}
