import Testing

@testable import Tensors

/// Tests the creation of tensors and reading them back.
@Suite("Values")
struct TensorValueTests {
  @Test func creationFillsEveryElement() {
    #expect(Tensor.zeros([2, 3]).floats == [0, 0, 0, 0, 0, 0])
    #expect(Tensor.ones([3], .float64).scalars == [1, 1, 1])
    #expect(Tensor.scalar(2.5).shape == [] && Tensor.scalar(2.5).item == 2.5)
    #expect(Tensor(repeating: 7.9, [2], .int32).integers == [7, 7])
    #expect(Tensor.counting(to: 4, .int32).integers == [0, 1, 2, 3])
    #expect(Tensor.counting(to: 0).shape == [0])
    #expect(Tensor([2, 0], [Double]()).scalars == [])
  }

  /// Both ends are exact, the row is symmetric about its middle, and a count of 1 gives the first
  /// number.
  @Test func linspaceIsExactAtBothEnds() {
    #expect(Tensor.linspace(-1, 1, 5, .float64).scalars == [-1, -0.5, 0, 0.5, 1])
    for count in 2...50 {
      let row = Tensor.linspace(-0.12, 0.12, count, .float64).scalars
      #expect(row.first == -0.12 && row.last == 0.12)
      #expect(row.map { -$0 } == row.reversed())
    }
    #expect(Tensor.linspace(3, 9, 1).floats == [3])
    #expect(Tensor.linspace(3, 9, 0).floats == [])
  }

  @Test func viewsAreReadInRowMajorOrder() {
    let x = Tensor([2, 3], [1.0, 2, 3, 4, 5, 6])
    #expect(x.transposed().scalars == [1, 4, 2, 5, 3, 6])
    #expect(x.reversed(axis: 1).scalars == [3, 2, 1, 6, 5, 4])
    #expect(x.transposed().withElements(of: Double.self) { Array($0) } == [1, 4, 2, 5, 3, 6])
    #expect(x.sliced(axis: 1, from: 0, length: 2, step: 2).scalars == [1, 3, 4, 6])
    #expect(x[1, 2].item == 6)
    let labels = Tensor([2, 2], [1, 2, 3, 4] as [Int32])
    #expect(labels.transposed().integers == [1, 3, 2, 4])
    #expect(labels.padded(axis: 0, before: 1, after: 0).integers == [0, 0, 1, 2, 3, 4])
  }

  /// Views that add or remove axes of length 1 are not copied.
  @Test func axesOfLengthOneCostNothing() {
    let x = Tensor.ones([3, 4])
    for view in [
      x.unsqueezed(axis: 0), x.unsqueezed(axis: 1), x.unsqueezed(axis: 2),
      x.unsqueezed(axis: 0).squeezed(axis: 0),
    ] {
      #expect(view.isContiguous)
      #expect(view.contiguousValues().storage === x.storage)
    }
    #expect(!x.transposed().isContiguous)
    #expect(!x.sliced(axis: 1, from: 0, length: 2, step: 2).isContiguous)
    #expect(x.sliced(axis: 0, from: 1, length: 2).isContiguous)
    #expect(!x.unsqueezed(axis: 1).broadcast(to: [3, 2, 4]).isContiguous)
    #expect(Tensor.ones([3, 1]).transposed().isContiguous)
  }

  /// Casts drop the fraction, use the nearest bound of the range, and turn NaN into 0.
  @Test func castsToWholeNumbersNeverTrap() {
    let x = Tensor([6], [1.9, -1.9, 1e300, -.infinity, .nan, 2_147_483_647])
    let expected: [Int32] = [1, -1, .max, .min, 0, .max]
    #expect(x.cast(to: .int32).integers == expected)
    #expect(x.cast(to: .float32).cast(to: .int32).integers == expected)
    #expect(Tensor([2], [3, -4] as [Int32]).cast(to: .float32).floats == [3, -4])
  }
}
