import KernelInterface
import TestSupport
import Testing

@testable import Tensors

/// Compares convolution by tiles with convolution by columns: value, both gradients, second order.
@Suite("Winograd")
struct WinogradTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var images = 1
    var inputs = 1
    var outputs = 1
    var rows: Int
    var columns: Int
    var padding = 1

    var testDescription: String {
      "\(images) × \(inputs) → \(outputs) at \(rows) × \(columns), padding \(padding)"
    }
    var input: [Int] { [images, inputs, rows, columns] }
    var kernel: [Int] { [outputs, inputs, 3, 3] }
  }

  /// One pixel; one whole tile; remainders of rows, columns, lanes and channels; blocks that
  /// several images share; several items of work.
  static let shapes: [Shape] = [
    Shape(rows: 1, columns: 1), Shape(rows: 1, columns: 1, padding: 2),
    Shape(rows: 3, columns: 3, padding: 0), Shape(inputs: 2, outputs: 3, rows: 4, columns: 4),
    Shape(images: 2, inputs: 5, outputs: 7, rows: 9, columns: 11, padding: 0),
    Shape(images: 3, inputs: 6, outputs: 12, rows: 5, columns: 6),
    Shape(images: 2, inputs: 3, outputs: 4, rows: 7, columns: 2, padding: 2),
    Shape(images: 19, inputs: 2, outputs: 2, rows: 4, columns: 4),
    Shape(inputs: 9, outputs: 5, rows: 66, columns: 71),
    Shape(images: 2, inputs: 65, outputs: 33, rows: 31, columns: 17, padding: 2),
  ]

  /// Returns y = conv(x, k), the gradients of Σ y² z, and the derivatives of these along a
  /// direction.
  static func everything(
    _ shape: Shape, _ type: ScalarType, _ method: ConvolutionMethod
  ) throws -> [Tensor] {
    var numbers = TestNumbers(seed: 41)
    let inputs = [numbers.tensor(shape.input), numbers.tensor(shape.kernel)]
      .map { $0.cast(to: type) }
    let u = [numbers.tensor(shape.input), numbers.tensor(shape.kernel)].map { $0.cast(to: type) }
    return try ConvolutionMethod.$current.withValue(method) {
      let value = inputs[0].convolved(with: inputs[1], padding: shape.padding)
      let z = numbers.tensor(value.shape).cast(to: type)
      let loss = { (x: [Tensor]) in
        (x[0].convolved(with: x[1], padding: shape.padding).squared() * z).sum()
      }
      return [value] + (try analytic(loss, at: inputs))
        + (try analyticSecond(loss, at: inputs, along: u))
    }
  }

  @Test(arguments: shapes)
  func agreesWithColumnsInDoublePrecision(shape: Shape) throws {
    let found = try Self.everything(shape, .float64, .tiles)
    let expected = try Self.everything(shape, .float64, .columns)
    for (found, expected) in zip(found, expected) {
      expectClose(found, expected, within: .closedForm)
    }
  }

  /// The error of F(4 × 4) is below 4e-6 for up to 512 channels; the loss squares the result.
  @Test(arguments: shapes)
  func agreesWithColumnsInSinglePrecision(shape: Shape) throws {
    let found = try Self.everything(shape, .float32, .tiles)
    let expected = try Self.everything(shape, .float64, .columns)
    let bound = Tolerance.relative(8e-6, because: "twice the error of F(4 × 4) in single precision")
    for (found, expected) in zip(found, expected) {
      expectClose(found.cast(to: .float64), expected, within: bound)
    }
  }

  /// The broken twin: with pixels of another tile, the comparison above fails.
  @Test func aShiftedTileIsRejected() throws {
    let shape = Shape(inputs: 2, outputs: 3, rows: 9, columns: 9)
    let found = try Self.everything(shape, .float64, .tiles)
    var shifted = shape
    shifted.padding = 0
    let other = try Self.everything(shifted, .float64, .columns)
    #expect(!isClose(found[1], other[1], within: .closedForm))
  }

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    for shape in Self.shapes {
      let one = try Parallel.withThreads(1) { try Self.everything(shape, .float32, .tiles) }
      let two = try Parallel.withThreads(2) { try Self.everything(shape, .float32, .tiles) }
      for (one, two) in zip(one, two) { #expect(one.floats == two.floats, "\(shape)") }
    }
  }

  @Test func tilesAreChosenWhereTheyPay() {
    func geometry(_ size: Int, stride: Int = 1, padding: Int = 1, groups: Int = 1, kernel: Int = 3)
      -> ConvolutionGeometry
    {
      ConvolutionGeometry(
        stride: stride, padding: padding, groups: groups, kernel: (kernel, kernel),
        input: (size, size))
    }
    #expect(geometry(32).goesByTiles(images: 1, channels: 32))
    #expect(geometry(4).goesByTiles(images: 8, channels: 32))
    #expect(!geometry(4).goesByTiles(images: 7, channels: 32))
    #expect(geometry(32).goesByTiles(images: 1, channels: 17))
    #expect(!geometry(32).goesByTiles(images: 1, channels: 16))
    #expect(!geometry(32, stride: 2).goesByTiles(images: 1, channels: 32))
    #expect(!geometry(32, padding: 3).goesByTiles(images: 1, channels: 32))
    #expect(!geometry(32, groups: 2).goesByTiles(images: 1, channels: 32))
    #expect(!geometry(32, kernel: 4).goesByTiles(images: 1, channels: 32))
  }

  /// Compares the products of every level, each with its own number of lanes.
  @Test(arguments: KernelLevel.available)
  func kernelSetsAgree(level: KernelLevel) {
    let kernels = Float.kernels(for: level)
    let lanes = kernels.tileLanes
    var numbers = TestNumbers(seed: 42)
    let a = numbers.tensor([5, 6]).cast(to: .float32)
    let b = numbers.tensor([5, lanes]).cast(to: .float32)
    let product = Tensor([6, lanes], filling: Float.self) { out in
      guard let c = out.baseAddress else { return }
      kernels.multiplyTiles(
        a.pointer(Float.self), b.pointer(Float.self), depth: 5, c, rowStep: lanes)
    }
    expectClose(
      product, a.transposed().matmul(b),
      within: .relative(5e-7, because: "fused and separate roundings"))
  }
}
