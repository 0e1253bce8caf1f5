/// How a 2D convolution moves over its input.
struct ConvolutionGeometry: Equatable, Sendable {
  var stride: Int
  var padding: Int
  var groups: Int
  /// Rows and columns of the kernel.
  var kernel: (rows: Int, columns: Int)
  /// Rows and columns of the input.
  var input: (rows: Int, columns: Int)

  /// Rows and columns of the output.
  var output: (rows: Int, columns: Int) {
    (
      (input.rows + 2 * padding - kernel.rows) / stride + 1,
      (input.columns + 2 * padding - kernel.columns) / stride + 1
    )
  }

  var taps: Int { kernel.rows * kernel.columns }

  /// Whether every output pixel reads exactly the input pixel at its own place.
  var isPointwise: Bool { taps == 1 && stride == 1 && padding == 0 }

  static func == (a: Self, b: Self) -> Bool {
    a.stride == b.stride && a.padding == b.padding && a.groups == b.groups && a.kernel == b.kernel
      && a.input == b.input
  }

  /// Output rows whose column matrix of `channels` channels takes about 256 KiB, so that it is still
  /// in the second-level cache when the matrix product reads it.
  func rowsPerTile(channels: Int) -> Int {
    max(1, min(output.rows, (1 << 16) / max(1, channels * taps * output.columns)))
  }

  /// Writes the column matrix of some output rows: row (c, i, j) holds, for each output pixel, the
  /// input pixel under tap (i, j) of channel c, or 0 outside the input.
  ///
  /// `[channels · taps, pixels]`.
  func unfold<T: Real>(
    _ x: UnsafePointer<T>, channels: Int, rows: Range<Int>, into columns: UnsafeMutablePointer<T>
  ) {
    let pixels = rows.count * output.columns
    var line = columns
    for channel in 0..<channels {
      let plane = x + channel * input.rows * input.columns
      for i in 0..<kernel.rows {
        for j in 0..<kernel.columns {
          // Output columns whose tap falls inside the input.
          let inside = insideColumns(j)
          for (position, row) in rows.enumerated() {
            let target = line + position * output.columns
            let y = row * stride + i - padding
            guard y >= 0 && y < input.rows && !inside.isEmpty else {
              target.update(repeating: 0, count: output.columns)
              continue
            }
            let source = plane + y * input.columns + (j - padding)
            target.update(repeating: 0, count: inside.lowerBound)
            if stride == 1 {
              (target + inside.lowerBound).update(
                from: source + inside.lowerBound, count: inside.count)
            } else {
              for column in inside { target[column] = source[column &* stride] }
            }
            (target + inside.upperBound).update(
              repeating: 0, count: output.columns - inside.upperBound)
          }
          line += pixels
        }
      }
    }
  }

  /// The adjoint of `unfold`: adds every element of the column matrix to the pixel it was read from.
  func fold<T: Real>(
    _ columns: UnsafePointer<T>, channels: Int, rows: Range<Int>, into x: UnsafeMutablePointer<T>
  ) {
    let pixels = rows.count * output.columns
    var line = columns
    for channel in 0..<channels {
      let plane = x + channel * input.rows * input.columns
      for i in 0..<kernel.rows {
        for j in 0..<kernel.columns {
          let inside = insideColumns(j)
          for (position, row) in rows.enumerated() {
            let y = row * stride + i - padding
            guard y >= 0 && y < input.rows else { continue }
            let source = line + position * output.columns
            let target = plane + y * input.columns + (j - padding)
            for column in inside { target[column &* stride] += source[column] }
          }
          line += pixels
        }
      }
    }
  }

  private func insideColumns(_ tap: Int) -> Range<Int> {
    let first = max(0, (padding - tap + stride - 1) / stride)
    let last = (input.columns - 1 + padding - tap) / stride
    let end = input.columns + padding - tap > 0 ? min(output.columns, last + 1) : 0
    return min(first, end)..<end
  }
}
