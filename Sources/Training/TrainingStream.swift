import Tensors

/// The streams of random numbers in training; every purpose has a stream of its own.
///
/// A stream is addressed by iteration and purpose, so an iteration draws the same numbers regardless of
/// earlier draws. A run that was stopped therefore resumes like an uninterrupted one, and a checkpoint
/// stores only the seed and the number of the iteration.
///
///     stream = (iteration + 1) · 256 + purpose
///
/// Streams below 256 belong to weights, latents and evaluation.
enum TrainingStream: UInt64, CaseIterable {
  /// The generated portraits of the discriminator's update.
  case discriminator
  /// The portraits of the generator's update.
  case generator
  /// The portraits of the path-length update.
  case pathLength
  /// The noise of the path-length update, with which images are multiplied.
  case pathNoise

  /// The stream of the discriminator's initial weights.
  ///
  /// The generator's initial weights come from the stream that `generate` uses for the same seed.
  static let discriminatorWeights: UInt64 = 16

  /// Returns the random numbers of one iteration for one purpose.
  func numbers(seed: UInt64, iteration: Int) -> RandomNumbers {
    RandomNumbers(seed: seed, stream: (UInt64(iteration) + 1) << 8 | rawValue)
  }
}
