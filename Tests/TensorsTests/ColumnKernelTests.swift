import KernelInterface
import TestSupport
import Testing

@testable import Tensors

/// Compares column matrices with their definition, index by index, for every kernel level.
@Suite("Column matrices of convolutions")
struct ColumnKernelTests {
  /// Widths around the eight and four pixels that the loops process at a time, a kernel that is not
  /// square, and a map so narrow that its second column of taps reads only zeros.
  private static let geometries: [ConvolutionGeometry] =
    [1, 2, 3].flatMap { stride in
      [0, 1, 2].flatMap { padding in
        [(5, 3), (3, 9), (4, 10), (5, 17), (3, 18), (4, 19), (7, 36), (3, 3)].map { input in
          ConvolutionGeometry(
            stride: stride, padding: padding, groups: 1, kernel: (input.0 == 4 ? 2 : 3, 3),
            input: input)
        }
      }
    } + [
      ConvolutionGeometry(stride: 2, padding: 2, groups: 1, kernel: (2, 3), input: (3, 1)),
      // The last tap of the first column lies right behind the only pixel.
      ConvolutionGeometry(stride: 2, padding: 1, groups: 1, kernel: (3, 3), input: (3, 1)),
    ]

  /// Calls `body` with every element of the column matrix of some rows and the input element under
  /// it.
  private func forEachElement(
    _ geometry: ConvolutionGeometry, channels: Int, rows: Range<Int>, _ body: (Int, Int?) -> Void
  ) {
    let input = geometry.input
    var element = 0
    for channel in 0..<channels {
      for i in 0..<geometry.kernel.rows {
        for j in 0..<geometry.kernel.columns {
          for row in rows {
            for column in 0..<geometry.output.columns {
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

  private func check<T: Real>(_ type: T.Type, _ level: KernelLevel, within bound: Tolerance) {
    for geometry in Self.geometries {
      let last = geometry.output.rows
      for rows in [0..<last, min(1, last - 1)..<last] {
        check(type, T.kernels(for: level), geometry, rows, within: bound)
      }
    }
  }

  private func check<T: Real>(
    _ type: T.Type, _ kernels: any VectorKernels<T>.Type, _ geometry: ConvolutionGeometry,
    _ rows: Range<Int>, within bound: Tolerance
  ) {
    let channels = 2
    let pixels = channels * geometry.input.rows * geometry.input.columns
    let elements = channels * geometry.taps * rows.count * geometry.output.columns
    var numbers = TestNumbers(seed: UInt64(pixels))
    let x = numbers.tensor([pixels]).cast(to: T.scalarType)
    let matrix = numbers.tensor([elements]).cast(to: T.scalarType)
    let unfolded = Tensor([elements], filling: T.self) { out in
      guard let columns = out.baseAddress else { return }
      kernels.unfold(x.pointer(T.self), geometry, channels: channels, rows: rows, into: columns)
    }
    // −0 stands behind the last pixel; it loses its sign as soon as anything is added to it.
    let sums = Tensor([pixels + 1], filling: T.self) { out in
      guard let sums = out.baseAddress else { return }
      sums.update(from: x.pointer(T.self), count: pixels)
      sums[pixels] = -0.0
      kernels.fold(matrix.pointer(T.self), geometry, channels: channels, rows: rows, into: sums)
    }
    #expect(sums.scalars[pixels].sign == .minus, "\(geometry), rows \(rows)")
    let folded = sums.sliced(axis: 0, from: 0, length: pixels)
    let (pixelValues, elementValues) = (x.scalars, matrix.scalars)
    var expected = (unfolded: [Double](repeating: 0, count: elements), folded: pixelValues)
    forEachElement(geometry, channels: channels, rows: rows) { element, pixel in
      guard let pixel else { return }
      expected.unfolded[element] = pixelValues[pixel]
      expected.folded[pixel] += elementValues[element]
    }
    #expect(unfolded.scalars == expected.unfolded, "\(geometry), rows \(rows)")
    expectClose(
      folded, Tensor([pixels], expected.folded).cast(to: T.scalarType), within: bound,
      "\(geometry), rows \(rows)")
  }

  @Test(arguments: KernelLevel.available)
  func matricesMatchTheirDefinition(level: KernelLevel) {
    check(
      Float.self, level,
      within: .relative(5e-7, because: "up to nine sums, rounded in single precision"))
    check(Double.self, level, within: .closedForm)
  }
}
