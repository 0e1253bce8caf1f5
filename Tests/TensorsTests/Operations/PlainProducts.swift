// Convolutions and filters by their definitions, one multiplication at a time.

/// Returns y[b, o, r, c] = Σ over c', i, j of x[b, c', r·s + i − p, c·s + j − p] k[o, c', i, j].
func plainConvolution(
  _ x: Plain, _ kernel: Plain, stride: Int, padding: Int, groups: Int
) -> Plain {
  let (batch, height, width) = (x.shape[0], x.shape[2], x.shape[3])
  let (outputs, inputs) = (kernel.shape[0], kernel.shape[1])
  let (rows, columns) = (kernel.shape[2], kernel.shape[3])
  let outHeight = (height + 2 * padding - rows) / stride + 1
  let outWidth = (width + 2 * padding - columns) / stride + 1
  var values: [Double] = []
  for b in 0..<batch {
    for o in 0..<outputs {
      let group = o / (outputs / groups)
      for r in 0..<outHeight {
        for c in 0..<outWidth {
          var sum = 0.0
          for channel in 0..<inputs {
            for i in 0..<rows {
              for j in 0..<columns {
                let (y, z) = (r * stride + i - padding, c * stride + j - padding)
                guard y >= 0 && y < height && z >= 0 && z < width else { continue }
                let source = ((b * x.shape[1] + group * inputs + channel) * height + y) * width + z
                let weight = ((o * inputs + channel) * rows + i) * columns + j
                sum += x.values[source] * kernel.values[weight]
              }
            }
          }
          values.append(sum)
        }
      }
    }
  }
  return Plain([batch, outputs, outHeight, outWidth], values)
}

/// Returns an output to which every input pixel adds the kernel, times the pixel's value.
func plainTransposedConvolution(
  _ x: Plain, _ kernel: Plain, stride: Int, padding: Int, groups: Int
) -> Plain {
  let (batch, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
  let (outputs, rows, columns) = (kernel.shape[1], kernel.shape[2], kernel.shape[3])
  let outHeight = (height - 1) * stride - 2 * padding + rows
  let outWidth = (width - 1) * stride - 2 * padding + columns
  var values = [Double](repeating: 0, count: batch * outputs * groups * outHeight * outWidth)
  for b in 0..<batch {
    for channel in 0..<channels {
      let group = channel / (channels / groups)
      for r in 0..<height {
        for c in 0..<width {
          let value = x.values[((b * channels + channel) * height + r) * width + c]
          for o in 0..<outputs {
            for i in 0..<rows {
              for j in 0..<columns {
                let (y, z) = (r * stride + i - padding, c * stride + j - padding)
                guard y >= 0 && y < outHeight && z >= 0 && z < outWidth else { continue }
                let place =
                  ((b * outputs * groups + group * outputs + o) * outHeight + y) * outWidth + z
                let weight = ((channel * outputs + o) * rows + i) * columns + j
                values[place] += value * kernel.values[weight]
              }
            }
          }
        }
      }
    }
  }
  return Plain([batch, outputs * groups, outHeight, outWidth], values)
}

/// Returns a filtered array in four explicit steps: zero insertion, padding or cropping, true
/// convolution, decimation.
func plainFilter(
  _ x: Plain, taps: [Double], up: Int = 1, down: Int = 1, before: Int, after: Int
) -> Plain {
  [x.shape.count - 2, x.shape.count - 1].reduce(x) {
    plainFilter($0, $1, taps: taps, up: up, down: down, before: before, after: after)
  }
}

private func plainFilter(
  _ x: Plain, _ axis: Int, taps: [Double], up: Int, down: Int, before: Int, after: Int
) -> Plain {
  let rows = x.alongRows(axis) { row in
    var stuffed: [Double] = []
    for value in row { stuffed += [value] + [Double](repeating: 0, count: up - 1) }
    let padded = (-before..<stuffed.count + after).map {
      $0 >= 0 && $0 < stuffed.count ? stuffed[$0] : 0
    }
    let convolved = (0...(padded.count - taps.count)).map { start in
      taps.indices.reduce(0) { $0 + taps[$1] * padded[start + taps.count - 1 - $1] }
    }
    return stride(from: 0, to: convolved.count, by: down).map { convolved[$0] }
  }
  // Without any row, the new length is not known from the results, although it may be above 0.
  var shape = x.shape
  shape[axis] = (x.shape[axis] * up + before + after - taps.count) / down + 1
  return shape.contains(0) ? Plain(shape, []) : rows
}
