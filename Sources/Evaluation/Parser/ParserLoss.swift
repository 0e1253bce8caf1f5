import Foundation
import PortraitData
import Tensors

/// What a parser is trained to make small: the cross-entropy of every pixel.
///
///     loss = Σ c(t) (log Σₖ exp(zₖ) − z_t) / Σ c(t)      over pixels, t the true class
///     c(k) ∝ share(k)^−balance
///
/// With balance 0 pixels count alike, and classes of a few pixels (brows, earrings) teach little;
/// with 1 all classes count alike, and the network sees them everywhere.
struct ParserLoss {
  /// c for each class, `[13, 1, 1]`; 1 on the average pixel.
  let weights: Tensor

  /// The loss for pairs of which each class has a share of the pixels.
  init(shares: [Double], balance: Double) {
    let raw = shares.map { $0 > 0 ? pow($0, -balance) : 0 }
    let average = zip(shares, raw).reduce(0) { $0 + $1.0 * $1.1 }
    weights = Tensor([shares.count, 1, 1], raw.map { $0 / average }).cast(to: .float32)
  }

  /// The share of each class in the pixels of pairs.
  static func shares(of set: any TrainingSet) throws -> [Double] {
    var counts = [Int](repeating: 0, count: PartClass.count)
    for index in 0..<set.count {
      for label in try set.pair(index).labels { counts[Int(label)] += 1 }
    }
    let total = Double(counts.reduce(0, +))
    return counts.map { Double($0) / total }
  }

  /// The loss of a batch.
  ///
  /// - Parameters:
  ///   - logits: z, `[B, 13, S, S]`.
  ///   - mask: +1 in the true class and −1 elsewhere, of the same shape.
  /// - Returns: the mean over pixels, weighted.
  func callAsFunction(_ logits: Tensor, _ mask: Tensor) -> Tensor {
    let isTrue = (mask + 1) * 0.5
    let weight = (isTrue * weights).sum([1])
    // logSumExp takes the largest logit off first, so nothing overflows; the difference is −log p.
    let negativeLogLikelihood = logits.logSumExp(1) - (logits * isTrue).sum([1])
    return (negativeLogLikelihood * weight).sum() / weight.sum()
  }
}
