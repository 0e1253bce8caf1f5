import MaskSoftmax
import TestSupport
import Tensors
import Testing

@Suite("Eq. 9–11: properties")
struct PropertyTests {
  @Test func masksAddUpToOneAndIgnoreASharedShift() {
    var numbers = TestNumbers(seed: 71)
    let logits = numbers.tensor([6, 5, 13], in: 0...20)
    let masks = MaskSoftmax().maskProbabilities(logits)
    expectClose(masks.sum(axes: [-1]), .ones([6, 5], .float64), within: .closedForm)
    let shift = numbers.tensor([6, 5, 1], in: -9...9)
    expectClose(
      MaskSoftmax().maskProbabilities(logits + shift), masks,
      within: .relative(1e-14, because: "the shift is rounded into every logit"))
  }

  @Test func theOrderOfPartsIsKept() {
    var numbers = TestNumbers(seed: 72)
    let logits = numbers.tensor([4, 3])
    let masks = MaskSoftmax().maskProbabilities(logits)
    expectClose(
      MaskSoftmax().maskProbabilities(logits.reversed(axis: 1)), masks.reversed(axis: 1),
      within: .closedForm)
  }

  /// More of one part is less of every other.
  @Test func aPartGrowsAtTheOthersCost() {
    let before = MaskSoftmax().maskProbabilities(Tensor([3], [0.5, 1.0, 2.0])).scalars
    let after = MaskSoftmax().maskProbabilities(Tensor([3], [0.5, 1.7, 2.0])).scalars
    #expect(after[1] > before[1] && after[0] < before[0] && after[2] < before[2])
  }

  /// Behind an opaque wall the weights are 0: what is there leaves the mask, whatever its density.
  ///
  /// Without the weights it would win.
  @Test func whatAWallHidesIsNotInTheMask() {
    let weights = Tensor([4], [0.0, 1, 0, 0])
    let seen = Tensor([4, 2], [0.0, 0, 6, 0, 0, 0, 0, 0])
    let hidden = Tensor([4, 2], [0.0, 0, 0, 0, 0, 50, 0, 50])
    func logits(_ densities: Tensor, _ weighting: MaskWeighting) -> [Double] {
      MaskSoftmax(weighting).maskLogits(partDensities: densities, renderingWeights: weights).scalars
    }
    #expect(logits(seen, .rendering) == [6, 0])
    #expect(logits(seen + hidden, .rendering) == [6, 0])
    #expect(logits(seen + hidden, .ones) == [6, 100])
  }

  /// Equation 10 is a sum with weights, not an average: half the weights, half the logits.
  @Test func logitsAreLinearInWeightsAndDensities() {
    var numbers = TestNumbers(seed: 73)
    let masks = MaskSoftmax()
    let (densities, weights) = (
      numbers.tensor([5, 7, 3], in: 0...4), numbers.tensor([5, 7], in: 0...0.2)
    )
    let logits = masks.maskLogits(partDensities: densities, renderingWeights: weights)
    expectClose(
      masks.maskLogits(partDensities: densities, renderingWeights: 0.5 * weights), 0.5 * logits,
      within: .closedForm)
    expectClose(
      masks.maskLogits(partDensities: 3 * densities, renderingWeights: weights), 3 * logits,
      within: .closedForm)
  }

  @Test func withWeightsOfOneBothWeightingsAgree() {
    var numbers = TestNumbers(seed: 74)
    let densities = numbers.tensor([2, 5, 7, 3], in: 0...4)
    let ones = Tensor.ones([2, 5, 7], .float64)
    let (rendering, plain) = (MaskSoftmax(.rendering), MaskSoftmax(.ones))
    expectClose(
      rendering.maskLogits(partDensities: densities, renderingWeights: ones),
      plain.maskLogits(partDensities: densities, renderingWeights: 0.3 * ones),
      within: .closedForm)
  }

  @Test func aSampleOnAVoxelIsThatVoxel() {
    var numbers = TestNumbers(seed: 75)
    let volume = numbers.tensor([3, 5, 4])
    var places: [Double] = []
    for plane in 0..<3 {
      for row in 0..<5 { for column in 0..<4 { places += [column, row, plane].map(Double.init) } }
    }
    expectClose(
      MaskSoftmax().sampled(volume, at: Tensor([60, 3], places)), volume.flattened(),
      within: .exact)
  }

  /// A volume that is linear in its coordinates is sampled without error.
  @Test func linearVolumesAreSampledExactly() {
    var numbers = TestNumbers(seed: 76)
    func along(_ count: Int, _ shape: [Int]) -> Tensor {
      Tensor.counting(to: count, .float64).reshaped(shape)
    }
    let volume = 2 * along(4, [4]) - 3 * along(5, [5, 1]) + 0.5 * along(6, [6, 1, 1])
    let points = numbers.tensor([40, 3], in: 0...3)
    let expected = (points * Tensor([3], [2.0, -3, 0.5])).sum(axes: [1])
    expectClose(
      MaskSoftmax().sampled(volume, at: points), expected, within: .closedForm)
  }

  /// Away from the border [1, 3, 3, 1] keeps a constant, twice over too; Δm = 0 adds nothing.
  @Test func aResidualOfZeroGivesPlainUpsampling() {
    let mask = Tensor(repeating: 0.7, [1, 2, 8, 6], .float64)
    let once = MaskSoftmax.finalMask(
      coarseMask: MaskSoftmax.coarseMask(mask), maskResidual: .zeros([1, 2, 16, 12], .float64))
    expectClose(once, (2 * mask - 1).upsampledTwice(), within: .exact)
    let twice = MaskSoftmax.finalMask(
      coarseMask: MaskSoftmax.coarseMask(mask), maskResidual: .zeros([1, 2, 32, 24], .float64))
    let middle = twice.sliced(axis: 2, from: 4, length: 24).sliced(axis: 3, from: 4, length: 16)
    expectClose(middle, Tensor(repeating: 0.4, [1, 2, 24, 16], .float64), within: .closedForm)
  }

  @Test func theResidualIsAddedAsItIs() {
    var numbers = TestNumbers(seed: 77)
    let mask = numbers.tensor([2, 3, 5, 4], in: 0...1)
    let residual = numbers.tensor([2, 3, 10, 8])
    let plain = MaskSoftmax.finalMask(
      coarseMask: MaskSoftmax.coarseMask(mask), maskResidual: 0 * residual)
    expectClose(
      MaskSoftmax.finalMask(
        coarseMask: MaskSoftmax.coarseMask(mask), maskResidual: residual), plain + residual,
      within: .exact)
    let same = MaskSoftmax.finalMask(
      coarseMask: MaskSoftmax.coarseMask(mask), maskResidual: numbers.tensor([2, 3, 5, 4]) * 0)
    expectClose(same, 2 * mask - 1, within: .exact)
  }
}
