import KernelInterface

// Finite impulse response filters of maps, with zero insertion before and decimation after the
// filter. StyleGAN2 calls this upfirdn2d. Here the filter is the same along rows and columns.
extension Tensor {
  /// Upsamples by 2 in both directions with the kernel [1, 3, 3, 1].
  ///
  /// Zeros are inserted, the padding is (2, 1), and the kernel sums to 4, so that a constant map
  /// keeps its value away from the border. `[…, H, W]` becomes `[…, 2H, 2W]`.
  public func upsampledTwice() -> Tensor {
    filtered(taps: [0.25, 0.75, 0.75, 0.25], up: 2, padding: (2, 1))
  }

  /// Blurs with the kernel [1, 3, 3, 1] in both directions, with zeros around the map.
  ///
  /// - Parameters:
  ///   - padding: the number of zeros on every side.
  ///   - gain: the factor on the result; 4 after a transposed convolution of stride 2.
  ///   - step: keeps every `step`-th row and column; the others are not computed.
  /// - Returns: `[…, (H + 2·padding − 4) / step + 1, (W + 2·padding − 4) / step + 1]`.
  public func blurred(padding: Int, gain: Double = 1, keepingEvery step: Int = 1) -> Tensor {
    let root = gain.squareRoot()
    let taps = [0.125, 0.375, 0.375, 0.125].map { $0 * root }
    return filtered(taps: taps, down: step, padding: (padding, padding))
  }

  /// Upsamples by zero insertion, pads, convolves with `taps` and keeps every `down`-th result, in
  /// each of the last two axes.
  ///
  /// Along one axis, with z the padded and upsampled row, y[j] = Σ_k taps[k] z[j·down + K − 1 − k].
  ///
  /// - Parameters:
  ///   - taps: the K numbers of the impulse response.
  ///   - up: the factor of zero insertion; each sample is followed by `up` − 1 zeros.
  ///   - down: the factor of decimation; every `down`-th result is kept.
  ///   - padding: the number of zeros before and after the upsampled row; negative numbers crop.
  /// - Returns: the same leading axes, and two axes of (n·up + before + after − K) / down + 1.
  public func filtered(
    taps: [Double], up: Int = 1, down: Int = 1, padding: (before: Int, after: Int)
  ) -> Tensor {
    require(
      rank >= 2 && up > 0 && down > 0 && !taps.isEmpty,
      "filtered(taps:up:down:padding:): got shape \(shape), up \(up), down \(down) and "
        + "\(taps.count) taps, expected [.., H, W] and at least 1 of each")
    let room = shape.suffix(2).map { $0 * up + padding.before + padding.after - taps.count }
    require(
      room.allSatisfy { $0 >= 0 },
      "filtered(taps:up:down:padding:): \(taps.count) taps do not fit maps of \(shape)")
    return correlated(
      FilterGeometry(
        taps: taps.reversed(), up: up, down: down, before: padding.before,
        input: (shape[rank - 2], shape[rank - 1]),
        output: (room[0] / down + 1, room[1] / down + 1)))
  }

  /// Returns averages of `size` × `size` blocks in the last two axes, whose lengths `size` must
  /// divide.
  public func averagePooled(_ size: Int) -> Tensor {
    require(
      rank >= 2 && size > 0,
      "averagePooled(_:): got size \(size) and shape \(shape), expected at least 1 and [.., H, W]")
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    require(
      rows % size == 0 && columns % size == 0,
      "averagePooled(_:): blocks of \(size) do not tile \(shape)")
    guard size > 1 else { return self }
    let lead = Array(shape.dropLast(2))
    return reshaped(lead + [rows / size, size, columns / size, size])
      .mean(axes: [lead.count + 1, lead.count + 3])
  }

  private func correlated(_ geometry: FilterGeometry) -> Tensor {
    correlatedValues(geometry).recorded(
      "filtered", from: [self], { $0.correlated(geometry.adjoint) })
  }

  private func correlatedValues(_ geometry: FilterGeometry) -> Tensor {
    let source = contiguousValues()
    let lead = Array(shape.dropLast(2))
    let (input, output) = (geometry.input, geometry.output)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let x = source.pointer(T.self)
      let taps = geometry.taps.count
      return Tensor(lead + [output.rows, output.columns], filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        withUnsafeTemporaryAllocation(of: T.self, capacity: 2 * taps) { factors in
          guard let factors = factors.baseAddress else { return }
          let down = geometry.phases(output.rows, factors)
          let across = geometry.phases(output.columns, factors + taps)
          down.withUnsafeBufferPointer { down in
            across.withUnsafeBufferPointer { across in
              let tile = max(1, elementwiseTile / (output.rows * output.columns))
              Parallel.forEachRange(lead.product, tile: tile) { planes in
                T.kernels.filter(
                  x, input: input, y, output: output, down, across, planes: planes)
              }
            }
          }
        }
      }
    }
    defer { withExtendedLifetime(source) {} }
    return dispatch { run($0) }
  }
}

/// The geometry of y[j] = Σ_k taps[k] z[j·down + k − before], where z[i·up] = x[i] and all else is
/// 0.
private struct FilterGeometry {
  var taps: [Double]
  var up: Int
  var down: Int
  var before: Int
  var input: (rows: Int, columns: Int)
  var output: (rows: Int, columns: Int)

  /// The geometry of the adjoint, x̄[i] = Σ_j ȳ[j] taps[i·up + before − j·down]: the same kind of
  /// sum with the taps reversed.
  var adjoint: FilterGeometry {
    FilterGeometry(
      taps: taps.reversed(), up: down, down: up, before: taps.count - 1 - before, input: output,
      output: input)
  }

  /// Returns the phases of `count` results along an axis.
  ///
  /// All results of a phase read the same taps, which are written to `factors`, phase after phase.
  func phases<T: Real>(
    _ count: Int, _ factors: UnsafeMutablePointer<T>
  ) -> [FilterPhase<T>] {
    let common = greatestCommonDivisor(up, down)
    let step = up / common
    var next = factors
    return (0..<min(step, count)).map { first in
      // The first tap k for which j·down + k − before is a multiple of `up`, and the sample it
      // reads.
      let place = first * down - before
      let tap = ((-place) % up + up) % up
      let own = UnsafePointer(next)
      for k in stride(from: tap, to: taps.count, by: up) {
        next.initialize(to: T(fromDouble: taps[k]))
        next += 1
      }
      return FilterPhase(
        first: first, step: step, results: (count - first + step - 1) / step, factors: own,
        taps: own.distance(to: next), sample: (place + tap) / up, sampleStep: down / common)
    }
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
