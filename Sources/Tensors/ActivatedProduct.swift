// A 1×1 layer with weights of its own for every image and part, in one pass over memory.
extension Tensor {
  /// gain · leakyReLU(W x + b) for W = self, every image and part with a matrix of its own.
  ///
  /// The values of `matmul` and `biasedLeakyReLU` one after the other. Some pixels at a time are
  /// multiplied and activated, and on the way back scaled and multiplied twice, while they are in the
  /// second-level cache: of a layer that is little work for much memory, half the memory's share.
  /// With y the result,
  ///
  ///     z̄ = ȳ · gain · (y > 0 ? 1 : slope)     W̄ = z̄ xᵀ     x̄ = Wᵀ z̄     b̄ = Σ z̄
  ///
  /// - Parameters:
  ///   - maps: x, `[1 or B, K, C, P]`; one map may serve the whole batch.
  ///   - bias: b, `[K, M]`.
  ///   - slope: the slope below 0, positive.
  ///   - gain: the factor on the result, positive.
  /// - Returns: `[B, K, M, P]` for matrices `[B, K, M, C]`.
  public func activatedProduct(
    _ maps: Tensor, bias: Tensor, slope: Double, gain: Double
  ) -> Tensor {
    requireShape(self, [nil, nil, nil, nil], "matrices", axes: "[B, K, M, C]")
    requireShape(maps, [nil, shape[1], shape[3], nil], "maps", axes: "[1 or B, K, C, P]")
    requireShape(bias, [shape[1], shape[2]], "bias", axes: "[K, M]")
    require(
      maps.shape[0] == 1 || maps.shape[0] == shape[0],
      "activatedProduct: maps has shape \(maps.shape), expected 1 or \(shape[0]) images")
    require(
      slope > 0 && gain > 0,
      "activatedProduct: got slope \(slope) and gain \(gain), expected positive numbers")
    requireSameType(self, maps, #function)
    requireSameType(self, bias, #function)
    let values = activatedProductValues(maps, bias, slope, gain)
    return values.recorded(
      "activatedProduct", from: [self, maps, bias],
      jointly: { cotangent, wanted in
        // A gradient that will have gradients itself is made of operations that have them.
        guard Recording.isOn else {
          return self.activatedProductGradients(
            cotangent, values, maps, above: gain, below: gain * slope, wanted)
        }
        let own = cotangent.signScaled(by: values, above: gain, below: gain * slope)
        return [
          wanted[0] ? own.matmul(maps.transposed()) : nil,
          wanted[1] ? self.transposed().matmul(own).summed(to: maps.shape) : nil,
          wanted[2] ? own.sum([0, 3]) : nil,
        ]
      })
  }

  /// Pixels of which `channels` numbers each, 128 KiB of floats, stay in the second-level cache.
  private func pixelsPerTile(channels: Int) -> Int { max(64, (1 << 15) / max(1, channels)) }

  private func activatedProductValues(
    _ maps: Tensor, _ bias: Tensor, _ slope: Double, _ gain: Double
  ) -> Tensor {
    let (matrices, source, shifts) = (
      contiguousValues(), maps.contiguousValues(), bias.contiguousValues()
    )
    let (parts, outputs, inputs, pixels) = (shape[1], shape[2], shape[3], maps.shape[3])
    let tile = pixelsPerTile(channels: outputs)
    let tiles = (pixels + tile - 1) / tile
    let oneMap = maps.shape[0] == 1
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (w, x, b) = (matrices.pointer(T.self), source.pointer(T.self), shifts.pointer(T.self))
      return Tensor([shape[0], parts, outputs, pixels], filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachTile(shape[0] * parts * tiles) { index in
          let (map, first) = (index / tiles, index % tiles * tile)
          let count = min(tile, pixels - first)
          let target = y + map * outputs * pixels + first
          T.gemm(
            false, false, outputs, count, inputs, w + map * outputs * inputs, inputs,
            x + (oneMap ? map % parts : map) * inputs * pixels + first, pixels, target, pixels)
          for row in 0..<outputs {
            T.kernels.shiftedLeakyReLU(
              target + row * pixels, shifts: b + map % parts * outputs + row, channels: 1,
              addend: nil, addendStep: 0, slope: slope, gain: gain, target + row * pixels,
              rows: 0..<1, count)
          }
        }
      }
    }
    defer { withExtendedLifetime((matrices, source, shifts)) {} }
    return dispatch { run($0) }
  }

  /// What goes back to the matrices, the maps and the bias, those of them that are wanted.
  private func activatedProductGradients(
    _ cotangent: Tensor, _ values: Tensor, _ maps: Tensor, above: Double, below: Double,
    _ wanted: [Bool]
  ) -> [Tensor?] {
    let (matrices, source) = (contiguousValues(), maps.contiguousValues())
    let (given, signs) = (cotangent.contiguousValues(), values.contiguousValues())
    let (parts, outputs, inputs, pixels) = (shape[1], shape[2], shape[3], maps.shape[3])
    let tile = pixelsPerTile(channels: outputs)
    let oneMap = maps.shape[0] == 1
    func uninitialized(_ index: Int, _ rest: [Int]) -> Tensor? {
      wanted[index] ? .uninitialized([shape[0], parts] + rest, scalarType) : nil
    }
    let toMatrices = uninitialized(0, [outputs, inputs])
    let toMaps = uninitialized(1, [inputs, pixels])
    let toBias = uninitialized(2, [outputs])
    func run<T: Real>(_ type: T.Type) {
      let (w, x) = (matrices.pointer(T.self), source.pointer(T.self))
      let (g, y) = (given.pointer(T.self), signs.pointer(T.self))
      let written = [toMatrices, toMaps, toBias].map {
        $0?.storage.bytes.assumingMemoryBound(to: T.self)
      }
      Parallel.forEachTile(shape[0] * parts) { map in
        withScratch(T.self, outputs * tile + outputs) { scaled in
          let sums = scaled + outputs * tile
          let matrix = w + map * outputs * inputs
          let own = x + (oneMap ? map % parts : map) * inputs * pixels
          if let target = written[2] {
            (target + map * outputs).update(repeating: 0, count: outputs)
          }
          // With no pixel there is nothing to add, and the sums are zero.
          if let target = written[0], pixels == 0 {
            (target + map * outputs * inputs).update(repeating: 0, count: outputs * inputs)
          }
          for first in stride(from: 0, to: pixels, by: tile) {
            let count = min(tile, pixels - first)
            for row in 0..<outputs {
              let at = (map * outputs + row) * pixels + first
              T.kernels.scaleBySign(
                g + at, y + at, above: above, below: below, scaled + row * count, count)
            }
            if let target = written[0] {
              T.gemm(
                false, true, outputs, inputs, count, scaled, count, own + first, pixels,
                target + map * outputs * inputs, inputs, adding: first > 0)
            }
            if let target = written[1] {
              T.gemm(
                true, false, inputs, count, outputs, matrix, inputs, scaled, count,
                target + map * inputs * pixels + first, pixels)
            }
            if let target = written[2] {
              T.kernels.sumRows(scaled, sums, rows: outputs, length: count)
              T.kernels.addScaled(sums, 1, target + map * outputs, outputs)
            }
          }
        }
      }
    }
    defer { withExtendedLifetime((matrices, source, given, signs)) {} }
    dispatch { run($0) }
    return [toMatrices, toMaps?.summed(to: maps.shape), toBias?.sum([0])]
  }
}
