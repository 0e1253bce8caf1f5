import MeanDifference
import TestSupport
import Tensors
import Testing

/// Deliberately wrong readings of equation 14; the golden files must reject each of them.
@Suite("Eq. 14: broken twins")
struct BrokenTwinTests {
  /// Without the bars, what gets lighter pays for what gets darker.
  @Test func signedDifferencesAreRejected() throws {
    try expectRejected("mean_difference") { ($1 - $0).mean() }
  }

  /// Squares weigh one large change more than many small ones.
  @Test func squaredDifferencesAreRejected() throws {
    try expectRejected("mean_difference") { ($1 - $0).squared().mean() }
  }

  /// The 3 of the denominator forgotten: a sum over channels instead of their mean.
  @Test func theSumOverChannelsIsRejected() throws {
    try expectRejected("difference_map") { ($1 - $0).absolute().sum(axes: [0]) }
  }

  /// The length of the colour's change instead of the mean of its parts.
  @Test func theEuclideanLengthIsRejected() throws {
    try expectRejected("difference_map") { ($1 - $0).squared().sum(axes: [0]).squareRoot() }
  }

  /// The masked mean of what was edited, where the paper asks for what was not.
  @Test func theMeanInsideTheRegionIsRejected() throws {
    let golden = try GoldenCase.named("edit", of: "MeanDifference")
    let misses = try goldenMisses(golden) { inputs in
      var wrong = answers(to: inputs)
      guard let map = wrong["difference_map"], let region = inputs["edited_region"] else {
        return wrong
      }
      let inside = region.cast(to: .float64)
      wrong["masked_outside"] = (map * inside).sum() / inside.sum()
      return wrong
    }
    #expect(misses.contains { $0.hasPrefix("masked_outside") })
    #expect(misses.contains { $0.hasPrefix("grad_edited_of_masked_outside") })
  }

  /// The two denominators of note 14 exchanged: the exercise of this equation.
  @Test func exchangingTheDenominatorsIsRejected() throws {
    let golden = try GoldenCase.named("edit", of: "MeanDifference")
    let misses = try goldenMisses(golden) { inputs in
      var wrong = answers(to: inputs)
      (wrong["masked_outside"], wrong["masked_all"]) = (
        wrong["masked_all"], wrong["masked_outside"]
      )
      return wrong
    }
    #expect(misses.contains { $0.hasPrefix("masked_outside") })
    #expect(misses.contains { $0.hasPrefix("masked_all") })
  }

  private func expectRejected(
    _ output: String, at location: SourceLocation = #_sourceLocation,
    _ wrong: (Tensor, Tensor) -> Tensor
  ) throws {
    let golden = try GoldenCase.named("edit", of: "MeanDifference")
    let misses = try goldenMisses(golden) { inputs in
      var spoiled = answers(to: inputs)
      guard let original = inputs["original"], let edited = inputs["edited"] else { return spoiled }
      spoiled[output] = wrong(original, edited)
      return spoiled
    }
    let isRejected = misses.contains { $0.hasPrefix(output) }
    #expect(isRejected, "the golden file accepts it", sourceLocation: location)
  }
}
