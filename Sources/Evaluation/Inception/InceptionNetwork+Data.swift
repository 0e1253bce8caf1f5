import Datasets
import Tensors

extension InceptionNetwork {
  /// The number of pictures that go through the network at once.
  static let together = 8

  /// Returns the moments of the features of all pairs of some sets.
  ///
  /// - Parameters:
  ///   - sets: the sets, for example the training pairs and the held-out ones.
  ///   - progress: called with the number of newly finished pairs.
  /// - Throws: the error of a pair that cannot be read.
  /// - Returns: the moments, from which distances are computed.
  public func moments(
    of sets: [any TrainingSet], progress: (Int) -> Void = { _ in }
  ) throws -> FeatureMoments {
    var moments = FeatureMoments(width: Self.width)
    for set in sets {
      for first in stride(from: 0, to: set.count, by: Self.together) {
        let batch = first..<min(first + Self.together, set.count)
        moments.add(features(of: .stacked(try batch.map { try set.pair($0).image })))
        progress(batch.count)
      }
    }
    return moments
  }
}
