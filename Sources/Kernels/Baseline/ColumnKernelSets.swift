import KernelInterface

// Column matrices of convolutions, specialized as in KernelSets.swift.

extension SinglePrecision {
  /// Writes the column matrix of some output rows.
  public static func unfold(
    _ x: UnsafePointer<Float>, _ geometry: ConvolutionGeometry, channels: Int, rows: Range<Int>,
    into columns: UnsafeMutablePointer<Float>
  ) {
    unfoldLoop(x, geometry, channels, rows, columns)
  }

  /// Adds a column matrix to the pixels it was read from: the adjoint of `unfold`.
  public static func fold(
    _ columns: UnsafePointer<Float>, _ geometry: ConvolutionGeometry, channels: Int,
    rows: Range<Int>, into x: UnsafeMutablePointer<Float>
  ) {
    foldLoop(columns, geometry, channels, rows, x)
  }
}

extension DoublePrecision {
  /// Writes the column matrix of some output rows.
  public static func unfold(
    _ x: UnsafePointer<Double>, _ geometry: ConvolutionGeometry, channels: Int, rows: Range<Int>,
    into columns: UnsafeMutablePointer<Double>
  ) {
    unfoldLoop(x, geometry, channels, rows, columns)
  }

  /// Adds a column matrix to the pixels it was read from: the adjoint of `unfold`.
  public static func fold(
    _ columns: UnsafePointer<Double>, _ geometry: ConvolutionGeometry, channels: Int,
    rows: Range<Int>, into x: UnsafeMutablePointer<Double>
  ) {
    foldLoop(columns, geometry, channels, rows, x)
  }
}
