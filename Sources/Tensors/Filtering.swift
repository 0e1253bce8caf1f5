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
  /// - Returns: `[…, H + 2·padding − 3, W + 2·padding − 3]`.
  public func blurred(padding: Int, gain: Double = 1) -> Tensor {
    let root = gain.squareRoot()
    let taps = [0.125, 0.375, 0.375, 0.125].map { $0 * root }
    return filtered(-2, taps: taps, padding: (padding, padding))
      .filtered(-1, taps: taps, padding: (padding, padding))
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
      up > 0 && down > 0 && room >= 0,
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
      let phases = geometry.phases(T.self)
      return Tensor(target, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        let size = geometry.output * inner
        Parallel.forEachRange(outer, tile: max(1, elementwiseTile / size)) { range in
          for block in range {
            for phase in phases {
              phase.apply(
                x + block * geometry.input * inner, geometry.input, y + block * size, inner: inner)
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

  /// The phases of the results: those of each read the same taps.
  func phases<T: Real>(_ type: T.Type) -> [FilterPhase<T>] {
    let common = greatestCommonDivisor(up, down)
    let step = up / common
    return (0..<min(step, output)).map { first in
      // The first tap for which j·down + k − before is a multiple of up, and its sample.
      let place = first * down - before
      let tap = ((-place) % up + up) % up
      return FilterPhase(
        first: first, step: step, results: (output - first + step - 1) / step,
        factors: stride(from: tap, to: taps.count, by: up).map { T(fromDouble: taps[$0]) },
        sample: (place + tap) / up, sampleStep: down / common)
    }
  }
}

/// Results j = first, first + step, …, each the sum of its factors times neighbouring samples, which
/// begin at `sample` for the first and `sampleStep` later for each further one.
private struct FilterPhase<T: Real> {
  var first, step, results: Int
  var factors: [T]
  var sample, sampleStep: Int

  /// Filters one block of `input` samples of `inner` numbers each.
  ///
  /// A result whose factors all meet samples is part of a long run; one at either end sums those
  /// that do.
  func apply(
    _ x: UnsafePointer<T>, _ input: Int, _ y: UnsafeMutablePointer<T>, inner: Int
  ) {
    factors.withUnsafeBufferPointer { buffer in
      var result = 0
      while result < results {
        let start = sample + result * sampleStep
        let (from, to) = (max(0, -start), min(buffer.count, input - start))
        let target = y + (first + result * step) * inner
        var done = 1
        if from >= to {
          target.update(repeating: 0, count: inner)
        } else if let factors = buffer.baseAddress {
          if inner == 1 && to - from == buffer.count {
            done = min(results - result, (input - buffer.count - start) / sampleStep + 1)
            T.kernels.correlate(
              x + start, sampleStep, factors: factors, taps: to, tapStep: 1, target, step, done)
          } else {
            T.kernels.correlate(
              x + (start + from) * inner, 1, factors: factors + from, taps: to - from,
              tapStep: inner, target, 1, inner)
          }
        }
        result += done
      }
    }
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
