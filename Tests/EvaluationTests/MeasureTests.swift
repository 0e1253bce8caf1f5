import Evaluation
import Foundation
import TestSupport
import Tensors
import Testing

@Suite("Agreement of label maps")
struct LabelAgreementTests {
  /// Class 0: 2 of {0,1,2} ∪ {0,1} = 2/3; class 1: 1 of {3, 2} = 1/2; class 2 does not occur.
  @Test func intersectionOverUnionByHand() {
    let labels = Tensor([4], [0, 0, 0, 1] as [Int32])
    let truth = Tensor([4], [0, 0, 1, 1] as [Int32])
    let agreement = LabelAgreement(labels, with: truth, classes: 3)
    #expect(agreement.perClass == [2.0 / 3, 0.5, nil])
    #expect(abs(agreement.mean - 7.0 / 12) < 1e-15)
  }

  /// Class 0: 1 of 1, then 1 of 3, which is 2 of 4 in total.
  ///
  /// Class 1: 0 of 0, then 0 of 2. The mean of the means of both portraits would be
  /// (1 + (1/3 + 0)/2) / 2.
  @Test func pixelsAreCountedOverAllPortraits() {
    var agreement = LabelAgreement(classes: 4)
    agreement.add(Tensor([1], [0] as [Int32]), with: Tensor([1], [0] as [Int32]))
    agreement.add(Tensor([3], [0, 0, 1] as [Int32]), with: Tensor([3], [0, 1, 0] as [Int32]))
    #expect(agreement.perClass == [0.5, 0, nil, nil] && agreement.truths == [3, 1, 0, 0])
    #expect(agreement.mean == 0.25 && agreement.absent == [2, 3])
  }

  @Test func equalMapsAgreeFullyAndDisjointMapsNotAtAll() {
    var numbers = TestNumbers(seed: 1)
    let labels = numbers.integers([5, 7], in: 0..<4)
    #expect(LabelAgreement(labels, with: labels, classes: 4).mean == 1)
    let other = Tensor([5, 7], labels.integers.map { ($0 + 1) % 4 })
    #expect(LabelAgreement(labels, with: other, classes: 4).mean == 0)
  }
}

@Suite("Peak signal-to-noise ratio")
struct SignalToNoiseTests {
  /// An error of 0.1 everywhere gives a mean squared error of 0.01: 20 dB.
  @Test func aTenthIsTwentyDecibels() {
    let truth = Tensor(repeating: 0.5, [3, 4, 5], .float64)
    #expect(abs(peakSignalToNoise(truth + 0.1, truth) - 20) < 1e-9)
    #expect(peakSignalToNoise(truth, truth) == .infinity)
  }

  /// Only the two pixels of four in the mask count: the mean squared error is (0.01 + 0.04)/2.
  @Test func onlyMaskedPixelsCount() {
    let truth = Tensor([1, 2, 2], [0, 0, 0, 0.0])
    let image = Tensor([1, 2, 2], [0.1, 0.9, 0.2, 0.9])
    let mask = Tensor([2, 2], [1, 0, 1, 0.0])
    #expect(abs(peakSignalToNoise(image, truth, where: mask) + 10 * log10(0.025)) < 1e-12)
  }
}
