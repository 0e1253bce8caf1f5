/// A convolution's column matrix, for one floating-point type.
///
/// Row (c, i, j) of it holds, for each output pixel, the input pixel under tap (i, j) of channel c, or
/// 0 outside the input: `[channels · taps, pixels]`, the pixels of some rows of the output.
public protocol ColumnKernels<Scalar>: Sendable {
  /// Float or Double.
  associatedtype Scalar

  /// Writes the column matrix of some output rows of neighbouring channels.
  static func unfold(
    _ x: UnsafePointer<Scalar>, _ geometry: ConvolutionGeometry, channels: Int, rows: Range<Int>,
    into columns: UnsafeMutablePointer<Scalar>)

  /// The adjoint of `unfold`: adds every element of the column matrix to the pixel it was read from.
  static func fold(
    _ columns: UnsafePointer<Scalar>, _ geometry: ConvolutionGeometry, channels: Int,
    rows: Range<Int>, into x: UnsafeMutablePointer<Scalar>)
}
