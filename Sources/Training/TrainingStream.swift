import Tensors

/// Which random numbers serve what: every draw of training has a stream of its own.
///
/// A stream is addressed by the iteration and by what it is for, so an iteration draws the same
/// numbers whatever was drawn before it: a run that was stopped goes on as if it had not been, and the
/// seed and the number of the iteration are all there is to remember.
///
///     stream = (iteration + 1) · 256 + purpose
///
/// Streams below 256 belong to weights and latents.
enum TrainingStream: UInt64, CaseIterable {
  /// The portraits that the discriminator judges.
  case discriminator
  /// The portraits that the generator is judged by.
  case generator
  /// The portraits of the path length.
  case pathLength
  /// The noise that the path length is projected on.
  case pathNoise

  /// Fresh weights of the discriminator; those of the generator are of the stream that `generate`
  /// takes for the same seed.
  static let discriminatorWeights: UInt64 = 16

  /// The numbers of one iteration for one purpose.
  func numbers(seed: UInt64, iteration: Int) -> RandomNumbers {
    RandomNumbers(seed: seed, stream: (UInt64(iteration) + 1) << 8 | rawValue)
  }
}
