/// Loops for the column matrix of a convolution, for one floating-point type.
///
/// The matrix `[channels · taps, pixels]` covers the pixels of some rows of the output. Row (c, i,
/// j) holds, for each output pixel, the input pixel under tap (i, j) of channel c, or 0 outside the
/// input.
public protocol ColumnKernels<Scalar>: Sendable {
  /// Float or Double.
  associatedtype Scalar

  /// Writes the column matrix of some output rows of neighboring channels.
  static func unfold(
    _ x: UnsafePointer<Scalar>, _ geometry: ConvolutionGeometry, channels: Int, rows: Range<Int>,
    into columns: UnsafeMutablePointer<Scalar>)

  /// Adds every element of the column matrix to the pixel it was read from: the adjoint of
  /// `unfold`.
  static func fold(
    _ columns: UnsafePointer<Scalar>, _ geometry: ConvolutionGeometry, channels: Int,
    rows: Range<Int>, into x: UnsafeMutablePointer<Scalar>)
}
