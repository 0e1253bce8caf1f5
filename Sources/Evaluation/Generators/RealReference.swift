import Datasets
import Messages
import PortraitClasses
import Tensors

/// The measurements of the data with which generators are compared; they are made once.
public struct RealReference: Sendable {
  /// The moments of the features of one half of the training pairs.
  public let features: FeatureMoments
  /// The Fréchet distance between the two halves.
  ///
  /// A perfect generator would have this distance, because the same number of portraits is measured.
  public let floor: Double
  /// The agreement of the masks of held-out pairs with the parser's masks of their pictures.
  public let parserAgreement: LabelAgreement
  /// The number of held-out pairs.
  public let heldOut: Int

  /// The number of pairs that go through the parser at once.
  private static let together = 64

  /// Returns the number of pairs in each half of a set.
  ///
  /// - Parameters:
  ///   - count: the number of pairs in the set.
  ///   - most: the largest number of pairs in a half.
  /// - Returns: the number of pairs in each half.
  public static func half(of count: Int, most: Int) -> Int { min(most, count / 2) }

  /// Measures the data.
  ///
  /// - Parameters:
  ///   - training: the pairs that generators are trained on; two halves are drawn from them.
  ///   - heldOut: pairs that neither generator nor parser was trained on.
  ///   - parser: the parser that gives features and masks.
  ///   - most: the largest number of pairs in each half.
  ///   - seed: the random seed of the halves.
  ///   - progress: called with the number of newly finished pairs.
  /// - Throws: `EvaluationError` if there are too few pairs, or the error of a pair that cannot be read.
  public init(
    training: any TrainingSet, heldOut: any TrainingSet, parser: PortraitParser, most: Int,
    seed: UInt64, progress: (Int) -> Void = { _ in }
  ) throws {
    let half = Self.half(of: training.count, most: most)
    guard half >= 2, heldOut.count > 0 else {
      throw EvaluationError(
        "the data have \(counted(training.count, "pair")) to train on and \(heldOut.count) held out, "
          + "but a distance needs at least 4 and 1; use more data")
    }
    var numbers = RandomNumbers(seed: seed, stream: EvaluationStream.pairs)
    let order = numbers.permutation(training.count).integers.map(Int.init)
    func features(_ indices: ArraySlice<Int>) throws -> FeatureMoments {
      var moments = FeatureMoments(width: parser.featureWidth)
      for batch in Self.batches(Array(indices)) {
        moments.add(parser.features(of: .stacked(try batch.map { try training.pair($0).image })))
        progress(batch.count)
      }
      return moments
    }
    self.features = try features(order[..<half])
    floor = try FrechetDistance(self.features, features(order[half..<2 * half])).value
    var agreement = LabelAgreement(classes: PartClass.count)
    for batch in Self.batches(Array(0..<heldOut.count)) {
      let pairs = try batch.map { try heldOut.pair($0) }
      let truth = Tensor(
        [batch.count, heldOut.size, heldOut.size], pairs.flatMap { $0.labels.map(Int32.init) })
      agreement.add(parser.labels(of: .stacked(pairs.map(\.image))), with: truth)
      progress(batch.count)
    }
    parserAgreement = agreement
    self.heldOut = heldOut.count
  }

  private static func batches(_ indices: [Int]) -> [ArraySlice<Int>] {
    stride(from: 0, to: indices.count, by: together).map {
      indices[$0..<min($0 + together, indices.count)]
    }
  }
}

/// An error that prevents the measurement of a generator.
public struct EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A message of one line: what is wrong and how to fix it.
  public let description: String

  /// Creates an error with a message of one line.
  public init(_ description: String) { self.description = description }
}
