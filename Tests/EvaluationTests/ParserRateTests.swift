import Networks
import Tensors
import Testing

@testable import Evaluation

/// The learning rate of a parser's training, read off its steps.
@Suite("Training a parser: learning rate")
struct ParserRateTests {
  private func weights(after steps: Int, of iterations: Int) throws -> [Double] {
    var options = ParserTrainingTests.options(iterations)
    options.augment = false
    var training = try ParserTraining(
      on: ToyPairs(count: 20, seed: 1), heldOut: ToyPairs(count: 2, seed: 2), data: "toy", options)
    for _ in 0..<steps { _ = try training.step() }
    return try training.measured().network.parameters["decoder.0.weight"].scalars
  }

  /// The rate is constant in the first half and falls linearly to 0 in the second.
  ///
  /// Of three iterations, the first two have the whole rate, as in a long training, and the third has
  /// 2 · ⅓ of it. Gradients and moments are the same, so its step is ⅔ of that of a long training.
  @Test func theThirdOfThreeStepsIsTwoThirds() throws {
    let (same, last) = (try weights(after: 2, of: 3), try weights(after: 3, of: 3))
    let (whole, next) = (try weights(after: 2, of: 1000), try weights(after: 3, of: 1000))
    #expect(same == whole)
    let (short, long) = (zip(last, same).map(-), zip(next, whole).map(-))
    let largest = try #require(long.map(abs).max())
    #expect(largest > 1e-3)
    // Single precision: weights of about 1 carry errors of 6e-8.
    for (a, b) in zip(short, long) { #expect(abs(a - b * 2 / 3) < 1e-5 * max(largest, 0.1)) }
  }
}
