import Tensors

/// The held-out set: pairs that are kept for evaluation and never used in training.
///
/// For the complete CelebAMask-HQ, these are photographs 28 000 … 29 999, as in SemanticStyleGAN.
/// For all other data, the share is the same: one pair in fifteen, chosen by a seeded shuffle of
/// the indices. If there are two or more pairs, at least one is held out; a single pair is not.
///
/// Copies of a photograph stay on one side, or the held-out set would contain pairs that training has
/// seen. Then one *different* photograph in fifteen is held out, with its copies; of the complete
/// CelebAMask-HQ, copies of training photographs are not held out. Data without copies have the split
/// that they would have without this rule.
public struct HeldOutPairs: Sendable, Equatable, Codable {
  /// A description of how the pairs were chosen.
  public let rule: String
  /// The indices of the held-out pairs, in ascending order.
  public let indices: [Int]

  /// The first photograph of CelebAMask-HQ that is held out.
  static let firstOfWholeSet = 28_000
  /// The number of pairs for each held-out pair in other data sets: the ratio 30 000 / 2 000.
  static let oneIn = 15
  /// The seed of the shuffle; it is fixed, so that everyone gets the same split at every resolution.
  static let seed: UInt64 = 0

  /// Creates the split of a source.
  ///
  /// - Parameters:
  ///   - source: the pairs.
  ///   - copies: groups of indices of equal photographs, each group in ascending order.
  public init(of source: some PortraitSource, copies: [[Int]] = []) {
    self.init(
      count: source.ids.count, isWholeCelebAMaskHQ: source.isWholeCelebAMaskHQ, copies: copies)
  }

  init(count: Int, isWholeCelebAMaskHQ: Bool, copies: [[Int]]) {
    // The first of equal photographs stands for all of them.
    var first = Array(0..<count)
    for group in copies { for index in group { first[index] = group[0] } }
    let remark = copies.isEmpty ? "" : ", copies on one side"
    if isWholeCelebAMaskHQ {
      self.init(
        rule: "photographs 28000 … 29999" + remark,
        indices: (Self.firstOfWholeSet..<count).filter { first[$0] >= Self.firstOfWholeSet })
    } else {
      let different = (0..<count).filter { first[$0] == $0 }
      let split = HeldOutPairs(seededOf: different.count)
      let heldOut = Set(split.indices.map { different[$0] })
      self.init(
        rule: split.rule + remark, indices: (0..<count).filter { heldOut.contains(first[$0]) })
    }
  }

  /// Creates the split of `count` pairs of any data set other than the complete CelebAMask-HQ.
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
