import Inspection
import PortraitData
import Tensors

/// The side of the data that generators are compared with: measured once for all of them.
public struct RealReference: Sendable {
  /// Features of one half of the pairs that are trained on.
  public let features: FeatureMoments
  /// The Fréchet distance between the two halves: what a generator without a flaw would score, as
  /// its portraits are as many.
  public let floor: Double
  /// Masks of pairs that were held out, with those that the parser sees in their pictures.
  public let parserAgreement: LabelAgreement
  /// How many pairs were held out.
  public let heldOut: Int

  /// How many pairs go through the parser at once.
  private static let together = 64

  /// Pairs in each half: a set of `count` pairs has two halves of at most half as many.
  ///
  /// - Parameters:
  ///   - count: pairs in the set.
  ///   - most: how many a half has at most.
  /// - Returns: pairs in each half.
  public static func half(of count: Int, most: Int) -> Int { min(most, count / 2) }

  /// Measures the data.
  ///
  /// - Parameters:
  ///   - training: what generators are trained on; two halves are drawn from it.
  ///   - heldOut: what neither generator nor parser was trained on.
  ///   - parser: the judge.
  ///   - most: how many pairs each half has at most.
  ///   - seed: which pairs are drawn.
  ///   - progress: told how many more pairs are done.
  /// - Throws: `EvaluationError` where there are too few pairs, or what reading them throws.
  public init(
    training: any TrainingSet, heldOut: any TrainingSet, parser: PortraitParser, most: Int,
    seed: UInt64, progress: (Int) -> Void = { _ in }
  ) throws {
    let half = Self.half(of: training.count, most: most)
    guard half >= 2, heldOut.count > 0 else {
      throw EvaluationError(
        "the data have \(counted(training.count, "pair")) to train on and \(heldOut.count) held out; a "
          + "distance needs 4 and 1 at least: take more data")
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

/// What keeps a generator from being measured: one line.
public struct EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One line: what is wrong and how to mend it.
  public let description: String

  /// An error of one line.
  public init(_ description: String) { self.description = description }
}
