import Tensors

/// Which pairs are kept away from training, to measure with.
///
/// All of CelebAMask-HQ: photographs 28 000 … 29 999, as in SemanticStyleGAN. Everything else: the
/// same share, one pair in fifteen, chosen by a seeded shuffle of the indices; of two pairs or more
/// at least one, of a single pair none.
public struct HeldOutPairs: Sendable, Equatable, Codable {
  /// How they were chosen, for people.
  public let rule: String
  /// Their indices, ascending.
  public let indices: [Int]

  /// The first photograph of CelebAMask-HQ that is held out.
  static let firstOfWholeSet = 28_000
  /// One in so many is held out of other sets: 2 000 of 30 000.
  static let oneIn = 15
  /// The seed of the shuffle, fixed so that a set is divided alike at every size and by everybody.
  static let seed: UInt64 = 0

  /// The division of a source.
  public init(of source: some PortraitSource) {
    let count = source.ids.count
    if source.isWholeCelebAMaskHQ {
      self.init(rule: "photographs 28000 … 29999", indices: Array(Self.firstOfWholeSet..<count))
    } else {
      self.init(seededOf: count)
    }
  }

  /// The division of `count` pairs of which nothing is known.
  init(seededOf count: Int) {
    let share = count < 2 ? 0 : max(1, (count + Self.oneIn / 2) / Self.oneIn)
    var numbers = RandomNumbers(seed: Self.seed)
    let order = numbers.permutation(count).integers
    self.init(
      rule: "one in \(Self.oneIn), by a shuffle with seed \(Self.seed)",
      indices: order.prefix(share).map(Int.init).sorted())
  }

  init(rule: String, indices: [Int]) {
    self.rule = rule
    self.indices = indices
  }
}
