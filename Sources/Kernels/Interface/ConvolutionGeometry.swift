/// The geometry of a 2D convolution.
public struct ConvolutionGeometry: Equatable, Sendable {
  /// The distance between outputs in pixels, the zeros on every side of the input, and the number
  /// of independent blocks of channels.
  public let (stride, padding, groups): (Int, Int, Int)
  /// The number of rows and columns of the kernel.
  public let kernel: (rows: Int, columns: Int)
  /// The number of rows and columns of the input.
  public let input: (rows: Int, columns: Int)

  /// Creates a geometry from its parts.
  public init(
    stride: Int, padding: Int, groups: Int, kernel: (Int, Int), input: (Int, Int)
  ) {
    (self.stride, self.padding, self.groups) = (stride, padding, groups)
    (self.kernel, self.input) = (kernel, input)
  }

  /// The number of rows and columns of the output.
  public var output: (rows: Int, columns: Int) {
    (
      (input.rows + 2 * padding - kernel.rows) / stride + 1,
      (input.columns + 2 * padding - kernel.columns) / stride + 1
    )
  }

  /// The number of weights for one pair of channels.
  public var taps: Int { kernel.rows * kernel.columns }

  /// Whether every output pixel reads only the input pixel at its own place.
  public var isPointwise: Bool { taps == 1 && stride == 1 && padding == 0 }

  /// Returns the output columns for which a tap lies inside the input.
  public func insideColumns(_ tap: Int) -> Range<Int> {
    let first = max(0, (padding - tap + stride - 1) / stride)
    let last = (input.columns - 1 + padding - tap) / stride
    let end = input.columns + padding - tap > 0 ? min(output.columns, last + 1) : 0
    return min(first, end)..<end
  }

  /// Returns whether two geometries are equal in every part.
  public static func == (a: Self, b: Self) -> Bool {
    a.stride == b.stride && a.padding == b.padding && a.groups == b.groups && a.kernel == b.kernel
      && a.input == b.input
  }
}
