/// How a 2D convolution moves over its input.
public struct ConvolutionGeometry: Equatable, Sendable {
  /// Pixels between two outputs, zeros around the input, and independent blocks of channels.
  public let (stride, padding, groups): (Int, Int, Int)
  /// Rows and columns of the kernel.
  public let kernel: (rows: Int, columns: Int)
  /// Rows and columns of the input.
  public let input: (rows: Int, columns: Int)

  /// A geometry from its parts.
  public init(
    stride: Int, padding: Int, groups: Int, kernel: (Int, Int), input: (Int, Int)
  ) {
    (self.stride, self.padding, self.groups) = (stride, padding, groups)
    (self.kernel, self.input) = (kernel, input)
  }

  /// Rows and columns of the output.
  public var output: (rows: Int, columns: Int) {
    (
      (input.rows + 2 * padding - kernel.rows) / stride + 1,
      (input.columns + 2 * padding - kernel.columns) / stride + 1
    )
  }

  /// Weights of one pair of channels.
  public var taps: Int { kernel.rows * kernel.columns }

  /// Whether every output pixel reads exactly the input pixel at its own place.
  public var isPointwise: Bool { taps == 1 && stride == 1 && padding == 0 }

  /// The output columns whose tap falls inside the input.
  public func insideColumns(_ tap: Int) -> Range<Int> {
    let first = max(0, (padding - tap + stride - 1) / stride)
    let last = (input.columns - 1 + padding - tap) / stride
    let end = input.columns + padding - tap > 0 ? min(output.columns, last + 1) : 0
    return min(first, end)..<end
  }

  /// Equal in every part.
  public static func == (a: Self, b: Self) -> Bool {
    a.stride == b.stride && a.padding == b.padding && a.groups == b.groups && a.kernel == b.kernel
      && a.input == b.input
  }
}
