import ArgumentParser
import PortraitModel
import Tensors

/// The options that name one portrait: by a seed, or by its latents.
struct OnePortrait: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "The random seed of the portrait (default: 0).",
    transform: Seeds.one)
  var seed: UInt64?

  @OptionGroup(title: "Inverted portrait")
  var found: FoundPortrait

  func validate() throws { try found.requireAlone([("--seed", seed != nil)]) }

  /// Returns the W⁺ of the portrait, `[1, rows, L]`, moved towards `mean` if that is given.
  func wplus(of generator: Generator, truncation: Double, mean: Tensor?) throws -> Tensor {
    if let known = try found.wplus(of: generator, truncation: truncation, mean: mean) {
      return known
    }
    return withoutGradients {
      generator.latents(seed: seed ?? 0, truncation: truncation, mean: mean).wplus
    }
  }
}
