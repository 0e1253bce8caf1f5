import KernelInterface

// Column matrices of convolutions, specialised as in KernelSets.swift.

extension SinglePrecision {
  /// The column matrix of some output rows.
  public static func unfold(
    _ x: UnsafePointer<Float>, _ geometry: ConvolutionGeometry, channels: Int, rows: Range<Int>,
    into columns: UnsafeMutablePointer<Float>
  ) {
    unfoldLoop(x, geometry, channels, rows, columns)
  }

  /// The adjoint of `unfold`.
  public static func fold(
    _ columns: UnsafePointer<Float>, _ geometry: ConvolutionGeometry, channels: Int,
    rows: Range<Int>, into x: UnsafeMutablePointer<Float>
  ) {
    foldLoop(columns, geometry, channels, rows, x)
  }
}

extension DoublePrecision {
  /// The column matrix of some output rows.
  public static func unfold(
    _ x: UnsafePointer<Double>, _ geometry: ConvolutionGeometry, channels: Int, rows: Range<Int>,
    into columns: UnsafeMutablePointer<Double>
  ) {
    unfoldLoop(x, geometry, channels, rows, columns)
  }

  /// The adjoint of `unfold`.
  public static func fold(
    _ columns: UnsafePointer<Double>, _ geometry: ConvolutionGeometry, channels: Int,
    rows: Range<Int>, into x: UnsafeMutablePointer<Double>
  ) {
    foldLoop(columns, geometry, channels, rows, x)
  }
}
