import KernelInterface
import TestSupport
import Testing

@testable import Tensors

/// Column matrices against their definition, index by index, on every level of loops.
@Suite("Column matrices of convolutions")
struct ColumnKernelTests {
  /// Widths around the eight and four pixels that the loops take at a time, and maps smaller than the
  /// kernel's reach.
  private static let geometries: [ConvolutionGeometry] = [1, 2, 3].flatMap { stride in
    [0, 1, 2].flatMap { padding in
      [(5, 3), (3, 9), (4, 10), (5, 17), (3, 18), (4, 19), (7, 36), (3, 3)].map { input in
        ConvolutionGeometry(
          stride: stride, padding: padding, groups: 1, kernel: (3, 3), input: input)
      }
    }
  }

  /// Calls `body` with every element of the column matrix of all rows, and the input's element under it.
  private func forEachElement(
    _ geometry: ConvolutionGeometry, channels: Int, _ body: (Int, Int?) -> Void
  ) {
    let (input, output) = (geometry.input, geometry.output)
    var element = 0
    for channel in 0..<channels {
      for i in 0..<geometry.kernel.rows {
        for j in 0..<geometry.kernel.columns {
          for row in 0..<output.rows {
            for column in 0..<output.columns {
              let y = row * geometry.stride + i - geometry.padding
              let x = column * geometry.stride + j - geometry.padding
              let isInside = (0..<input.rows).contains(y) && (0..<input.columns).contains(x)
              body(
                element, isInside ? (channel * input.rows + y) * input.columns + x : nil)
              element += 1
            }
          }
        }
      }
    }
  }

  private func check<T: Real>(_ type: T.Type, _ level: KernelLevel) {
    let kernels = T.kernels(for: level)
    for geometry in Self.geometries {
      let channels = 2
      let pixels = channels * geometry.input.rows * geometry.input.columns
      let elements = channels * geometry.taps * geometry.output.rows * geometry.output.columns
      var numbers = TestNumbers(seed: UInt64(pixels))
      let x = numbers.tensor([pixels]).cast(to: T.scalarType)
      let matrix = numbers.tensor([elements]).cast(to: T.scalarType)
      let rows = 0..<geometry.output.rows
      let unfolded = Tensor([elements], filling: T.self) { out in
        guard let columns = out.baseAddress else { return }
        kernels.unfold(
          x.pointer(T.self), geometry, channels: channels, rows: rows, into: columns)
      }
      let folded = Tensor([pixels], filling: T.self) { out in
        guard let sums = out.baseAddress else { return }
        sums.update(from: x.pointer(T.self), count: pixels)
        kernels.fold(
          matrix.pointer(T.self), geometry, channels: channels, rows: rows, into: sums)
      }
      var expected = (unfolded: [Double](repeating: 0, count: elements), folded: x.scalars)
      let (pixelValues, elementValues) = (x.scalars, matrix.scalars)
      forEachElement(geometry, channels: channels) { element, pixel in
        guard let pixel else { return }
        expected.unfolded[element] = pixelValues[pixel]
        expected.folded[pixel] += elementValues[element]
      }
      #expect(unfolded.scalars == expected.unfolded, "\(geometry), \(level)")
      expectClose(
        folded, Tensor([pixels], expected.folded).cast(to: T.scalarType),
        within: .relative(5e-7, because: "nine sums, rounded in single precision"),
        "\(geometry), \(level)")
    }
  }

  @Test(arguments: KernelLevel.available)
  func theyHoldWhatTheTapsSee(level: KernelLevel) {
    check(Float.self, level)
    check(Double.self, level)
  }
}
