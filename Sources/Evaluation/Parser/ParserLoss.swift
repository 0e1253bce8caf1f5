import Datasets
import Foundation
import PortraitClasses
import Tensors

/// The training loss of a parser: the weighted cross-entropy over pixels.
///
///     loss = Σ c(t) (log Σₖ exp(zₖ) − z_t) / Σ c(t)      over pixels, t the true class
///     c(k) ∝ share(k)^−balance
///
/// With balance 0, all pixels have the same weight, and classes with few pixels (brows, earrings) have
/// little effect. With balance 1, all classes have the same weight, and the network predicts rare
/// classes everywhere.
struct ParserLoss {
  /// The weight c of each class, `[13, 1, 1]`; the mean over pixels is 1.
  let weights: Tensor

  /// Creates the loss for pairs in which the classes have the given shares of the pixels.
  init(shares: [Double], balance: Double) {
    let raw = shares.map { $0 > 0 ? pow($0, -balance) : 0 }
    let average = zip(shares, raw).reduce(0) { $0 + $1.0 * $1.1 }
    weights = Tensor([shares.count, 1, 1], raw.map { $0 / average }).cast(to: .float32)
  }

  /// Returns the share of each class in the pixels of a training set.
  static func shares(of set: any TrainingSet) throws -> [Double] {
    var counts = [Int](repeating: 0, count: PartClass.count)
    for index in 0..<set.count {
      for label in try set.pair(index).labels { counts[Int(label)] += 1 }
    }
    let total = Double(counts.reduce(0, +))
    return counts.map { Double($0) / total }
  }

  /// Returns the loss of a batch.
  ///
  /// - Parameters:
  ///   - logits: z, `[B, 13, S, S]`.
  ///   - mask: +1 in the true class and −1 elsewhere, with the same shape.
  /// - Returns: the weighted mean over pixels, a scalar.
  func callAsFunction(_ logits: Tensor, _ mask: Tensor) -> Tensor {
    let isTrue = (mask + 1) * 0.5
    let weight = (isTrue * weights).sum(axes: [1])
    // logSumExp subtracts the largest logit first, so nothing overflows; the difference is −log p.
    let negativeLogLikelihood = logits.logSumExp(axis: 1) - (logits * isTrue).sum(axes: [1])
    return (negativeLogLikelihood * weight).sum() / weight.sum()
  }
}
