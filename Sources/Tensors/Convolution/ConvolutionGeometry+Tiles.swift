import KernelInterface

extension ConvolutionGeometry {
  /// Returns the number of output rows whose column matrix of `channels` channels takes about 256
  /// KiB.
  ///
  /// The matrix is then still in the second-level cache when the matrix product reads it.
  func rowsPerTile(channels: Int) -> Int {
    max(1, min(output.rows, (1 << 16) / max(1, channels * taps * output.columns)))
  }
}
