import KernelInterface

// Finite impulse response filters along one axis, with zero insertion before and decimation after:
// what StyleGAN2 calls upfirdn, one axis at a time.
extension Tensor {
  /// Upsampling by 2 in both directions with the kernel [1, 3, 3, 1]: zeros are inserted, padding is
  /// (2, 1), and the kernel adds up to 4, so that a constant stays the same away from the border.
  ///
  /// `[…, H, W]` becomes `[…, 2H, 2W]`.
  public func upsampledTwice() -> Tensor {
    let taps = [0.25, 0.75, 0.75, 0.25]
    return filtered(-2, taps: taps, up: 2, padding: (2, 1))
      .filtered(-1, taps: taps, up: 2, padding: (2, 1))
  }

  /// The blur of [1, 3, 3, 1] in both directions, with zeros around the map.
  ///
  /// - Parameters:
  ///   - padding: zeros before and after, the same in both directions.
  ///   - gain: factor on the result; 4 after a transposed convolution of stride 2.
  ///   - step: of how many rows and columns one is kept; the others are not computed.
  /// - Returns: `[…, (H + 2·padding − 4) / step + 1, (W + 2·padding − 4) / step + 1]`.
  public func blurred(padding: Int, gain: Double = 1, keepingEvery step: Int = 1) -> Tensor {
    let root = gain.squareRoot()
    let taps = [0.125, 0.375, 0.375, 0.125].map { $0 * root }
    return filtered(-2, taps: taps, down: step, padding: (padding, padding))
      .filtered(-1, taps: taps, down: step, padding: (padding, padding))
  }

  /// Upsamples by zero insertion, pads, convolves with `taps` and keeps every `down`-th result.
  ///
  /// With z the padded and upsampled row, y[j] = Σ_k taps[k] z[j·down + K − 1 − k].
  ///
  /// - Parameters:
  ///   - axis: the axis to filter.
  ///   - taps: the K numbers of the impulse response.
  ///   - up: 1, or how many samples each one becomes (zeros follow it).
  ///   - down: 1, or of how many results one is kept.
  ///   - padding: zeros before and after the upsampled row; negative numbers crop.
  /// - Returns: the same shape but for the axis, whose length is (n·up + padding − K) / down + 1.
  public func filtered(
    _ axis: Int, taps: [Double], up: Int = 1, down: Int = 1, padding: (before: Int, after: Int)
  ) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    let room = shape[resolved] * up + padding.before + padding.after - taps.count
    require(
      up > 0 && down > 0 && room >= 0 && !taps.isEmpty,
      "filtered(_:taps:up:down:padding:): \(taps.count) taps do not fit axis \(axis) of \(shape)")
    return correlated(
      FilterGeometry(
        axis: resolved, taps: taps.reversed(), up: up, down: down, before: padding.before,
        input: shape[resolved], output: room / down + 1))
  }

  /// Average of blocks of `size` × `size` in the last two axes, whose lengths it must divide.
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
      .mean([lead.count + 1, lead.count + 3])
  }

  private func correlated(_ geometry: FilterGeometry) -> Tensor {
    correlatedValues(geometry).recorded(
      "filtered", from: [self], { $0.correlated(geometry.adjoint) })
  }

  private func correlatedValues(_ geometry: FilterGeometry) -> Tensor {
    let source = contiguousValues()
    var target = shape
    target[geometry.axis] = geometry.output
    let inner = shape[(geometry.axis + 1)...].reduce(1, *)
    let outer = shape[..<geometry.axis].reduce(1, *)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let x = source.pointer(T.self)
      let taps = geometry.taps.count
      return Tensor(target, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        withUnsafeTemporaryAllocation(of: T.self, capacity: taps) { factors in
          guard let factors = factors.baseAddress else { return }
          geometry.phases(factors).withUnsafeBufferPointer { phases in
            let tile = max(1, elementwiseTile / (geometry.output * inner))
            Parallel.forEachRange(outer, tile: tile) { blocks in
              T.kernels.filter(
                x, input: geometry.input, y, output: geometry.output, inner: inner, phases,
                blocks: blocks)
            }
          }
        }
      }
    }
    defer { withExtendedLifetime(source) {} }
    return dispatch { run($0) }
  }
}

/// y[j] = Σ_k taps[k] z[j·down + k − before], where z[i·up] = x[i] and all else is 0.
private struct FilterGeometry {
  var axis: Int
  var taps: [Double]
  var up: Int
  var down: Int
  var before: Int
  var input: Int
  var output: Int

  /// x̄[i] = Σ_j ȳ[j] taps[i·up + before − j·down]: the same kind of sum with the taps reversed.
  var adjoint: FilterGeometry {
    FilterGeometry(
      axis: axis, taps: taps.reversed(), up: down, down: up, before: taps.count - 1 - before,
      input: output, output: input)
  }

  /// The phases of the results: those of each read the same taps, which are written to `factors`,
  /// phase after phase.
  func phases<T: Real>(_ factors: UnsafeMutablePointer<T>) -> [FilterPhase<T>] {
    let common = greatestCommonDivisor(up, down)
    let step = up / common
    var next = factors
    return (0..<min(step, output)).map { first in
      // The first tap for which j·down + k − before is a multiple of up, and its sample.
      let place = first * down - before
      let tap = ((-place) % up + up) % up
      let own = UnsafePointer(next)
      for k in stride(from: tap, to: taps.count, by: up) {
        next.initialize(to: T(fromDouble: taps[k]))
        next += 1
      }
      return FilterPhase(
        first: first, step: step, results: (output - first + step - 1) / step, factors: own,
        taps: own.distance(to: next), sample: (place + tap) / up, sampleStep: down / common)
    }
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
