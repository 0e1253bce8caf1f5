// The last steps of a convolutional layer (bias, noise and activation) in one pass over memory.
extension Tensor {
  /// Returns gain · leakyReLU(x + bias + noise).
  ///
  /// Let z = x + bias + noise. The result y has the sign of z, so the gradient needs only y: z̄ = ȳ
  /// · gain · (y > 0 ? 1 : slope). The gradients of bias and noise are sums of z̄.
  ///
  /// - Parameters:
  ///   - bias: one number for each channel, `[C]`.
  ///   - noise: nil, or a map shared by all channels: `[1 or B, 1, H, W]` for an input `[B, C, H,
  ///     W]`.
  ///   - slope: the factor where z is negative; positive.
  ///   - gain: the factor on the result; positive.
  /// - Returns: a tensor of the input's shape, with channels along axis 1.
  public func biasedLeakyReLU(
    bias: Tensor, noise: Tensor? = nil, slope: Double, gain: Double
  ) -> Tensor {
    require(
      rank >= 2 && bias.shape == [shape[1]],
      "biasedLeakyReLU: bias has shape \(bias.shape), expected [C] of an input \(shape)")
    require(
      slope > 0 && gain > 0,
      "biasedLeakyReLU: got slope \(slope) and gain \(gain), expected positive numbers")
    requireSameType(self, bias, #function)
    let maps = noise.map { noise -> Tensor in
      let fits = [1, shape[0]].map { [$0, 1] + Array(shape.dropFirst(2)) }
      require(
        fits.contains(noise.shape),
        "biasedLeakyReLU: noise has shape \(noise.shape), expected \(fits[1])")
      requireSameType(self, noise, #function)
      return noise
    }
    let values = activatedValues(bias, maps, slope, gain)
    let inputShape = shape
    return values.recorded(
      "biasedLeakyReLU", from: [self, bias] + (maps.map { [$0] } ?? []),
      jointly: { cotangent, wanted in
        let own = cotangent.signScaled(by: values, above: gain, below: gain * slope)
        let others = inputShape.indices.filter { $0 != 1 }
        return [
          own, wanted[1] ? own.sum(axes: others) : nil,
        ] + (maps.map { [wanted[2] ? own.summed(to: $0.shape) : nil] } ?? [])
      })
  }

  /// Returns this tensor times `above` where y is positive and times `below` elsewhere.
  ///
  /// The operation is linear and its own adjoint.
  func signScaled(by y: Tensor, above: Double, below: Double) -> Tensor {
    let (source, signs) = (contiguousValues(), y.contiguousValues())
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (g, y) = (source.pointer(T.self), signs.pointer(T.self))
      return Tensor(shape, filling: T.self) { buffer in
        guard let out = buffer.baseAddress else { return }
        Parallel.forEachRange(count, tile: elementwiseTile) { range in
          let first = range.lowerBound
          T.kernels.scaleBySign(
            g + first, y + first, above: above, below: below, out + first, range.count)
        }
      }
    }
    defer { withExtendedLifetime((source, signs)) {} }
    return dispatch { run($0) }.recorded(
      "signScaled", from: [self], { $0.signScaled(by: y, above: above, below: below) })
  }

  private func activatedValues(
    _ bias: Tensor, _ noise: Tensor?, _ slope: Double, _ gain: Double
  ) -> Tensor {
    let (channels, inner) = (shape[1], shape[2...].reduce(1, *))
    // If each channel has only one number, the biases are added as a row.
    let isFlat = inner == 1 && noise == nil
    let source = contiguousValues()
    let shifts = isFlat ? Tensor(repeating: 0, [1], scalarType) : bias.contiguousValues()
    let maps = isFlat ? bias.contiguousValues() : noise?.contiguousValues()
    let (rows, length) = isFlat ? (shape[0], channels) : (shape[0] * channels, inner)
    let mapStep = !isFlat && (maps?.shape[0] ?? 1) > 1 ? inner : 0
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, b) = (source.pointer(T.self), shifts.pointer(T.self))
      let addend = maps?.pointer(T.self)
      return Tensor(shape, filling: T.self) { buffer in
        guard let y = buffer.baseAddress, !buffer.isEmpty else { return }
        Parallel.forEachRange(rows, tile: max(1, elementwiseTile / length)) { range in
          T.kernels.shiftedLeakyReLU(
            x, shifts: b, channels: isFlat ? 1 : channels, addend: addend, addendStep: mapStep,
            slope: slope, gain: gain, y, rows: range, length)
        }
      }
    }
    defer { withExtendedLifetime((source, shifts, maps)) {} }
    return dispatch { run($0) }
  }
}
