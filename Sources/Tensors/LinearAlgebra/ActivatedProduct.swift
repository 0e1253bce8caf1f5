// A 1×1 layer with separate weights for every image and part, in one pass over memory.
extension Tensor {
  /// Returns gain · leakyReLU(W x + b), where W = self has one matrix for every image and part.
  ///
  /// The values are those of `matmul` followed by `biasedLeakyReLU`. Such a layer does little
  /// arithmetic on much memory. It therefore works on some pixels at a time, which it multiplies
  /// and activates (for the gradient: scales, then multiplies twice) while they are in the
  /// second-level cache. With z = W x + b and the result y,
  ///
  ///     z̄ = ȳ · gain · (y > 0 ? 1 : slope)     W̄ = z̄ xᵀ     x̄ = Wᵀ z̄     b̄ = Σ z̄
  ///
  /// - Parameters:
  ///   - maps: x, `[1 or B, K, C, P]`; one map may serve the whole batch.
  ///   - bias: b, `[K, M]`.
  ///   - slope: the factor where z is negative; positive.
  ///   - gain: the factor on the result; positive.
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
        // A gradient that may be differentiated again consists of differentiable operations.
        guard Recording.isOn else {
          return self.activatedProductGradients(
            cotangent, values, maps, above: gain, below: gain * slope, wanted)
        }
        let own = cotangent.signScaled(by: values, above: gain, below: gain * slope)
        return [
          wanted[0] ? own.matmul(maps.transposed()) : nil,
          wanted[1] ? self.transposed().matmul(own).summed(to: maps.shape) : nil,
          wanted[2] ? own.sum(axes: [0, 3]) : nil,
        ]
      })
  }

  private func activatedProductValues(
    _ maps: Tensor, _ bias: Tensor, _ slope: Double, _ gain: Double
  ) -> Tensor {
    let layout = LayerLayout(matrices: self, maps: maps)
    let (matrices, shifts) = (contiguousValues(), bias.contiguousValues())
    let (outputs, inputs, pixels) = (layout.outputs, layout.inputs, layout.pixels)
    let tiles = (pixels + layout.tile - 1) / layout.tile
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (w, b) = (matrices.pointer(T.self), shifts.pointer(T.self))
      let x = layout.maps.pointer(T.self)
      return Tensor([layout.images, layout.parts, outputs, pixels], filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachTile(layout.images * layout.parts * tiles) { index in
          let (map, first) = (index / tiles, index % tiles * layout.tile)
          let count = min(layout.tile, pixels - first)
          withScratch(T.self, outputs * count) { product in
            T.gemm(
              false, false, outputs, count, inputs, w + map * outputs * inputs, inputs,
              x + layout.start(of: map) + first, pixels, product, count)
            let target = y + map * outputs * pixels + first
            layout.forEachBlock(of: count) { rows, length in
              T.kernels.shiftedLeakyReLU(
                product + rows.lowerBound * count,
                shifts: b + map % layout.parts * outputs + rows.lowerBound, channels: rows.count,
                addend: nil, addendStep: 0, slope: slope, gain: gain,
                target + rows.lowerBound * pixels, rows: 0..<rows.count, length)
            }
          }
        }
      }
    }
    defer { withExtendedLifetime((layout, matrices, shifts)) {} }
    return dispatch { run($0) }
  }

  /// Returns the gradients with respect to the matrices, the maps and the bias; nil if not wanted.
  private func activatedProductGradients(
    _ cotangent: Tensor, _ values: Tensor, _ maps: Tensor, above: Double, below: Double,
    _ wanted: [Bool]
  ) -> [Tensor?] {
    let layout = LayerLayout(matrices: self, maps: maps)
    let matrices = contiguousValues()
    let (given, signs) = (cotangent.contiguousValues(), values.contiguousValues())
    let (outputs, inputs, pixels) = (layout.outputs, layout.inputs, layout.pixels)
    func uninitialized(_ index: Int, _ rest: [Int]) -> Tensor? {
      wanted[index] ? .uninitialized([layout.images, layout.parts] + rest, scalarType) : nil
    }
    let toMatrices = uninitialized(0, [outputs, inputs])
    let toMaps = uninitialized(1, [inputs, pixels])
    let toBias = uninitialized(2, [outputs])
    func run<T: Real>(_ type: T.Type) {
      let (w, x) = (matrices.pointer(T.self), layout.maps.pointer(T.self))
      let (g, y) = (given.pointer(T.self), signs.pointer(T.self))
      let written = [toMatrices, toMaps, toBias].map {
        $0?.storage.bytes.assumingMemoryBound(to: T.self)
      }
      Parallel.forEachTile(layout.images * layout.parts) { map in
        withScratch(T.self, outputs * (layout.tile + 1)) { scaled in
          let sums = scaled + outputs * layout.tile
          if let target = written[2] {
            (target + map * outputs).update(repeating: 0, count: outputs)
          }
          // Without pixels there is nothing to add, and the sums are zero.
          if let target = written[0], pixels == 0 {
            (target + map * outputs * inputs).update(repeating: 0, count: outputs * inputs)
          }
          for first in stride(from: 0, to: pixels, by: layout.tile) {
            let count = min(layout.tile, pixels - first)
            layout.forEachBlock(of: count) { rows, length in
              let at = (map * outputs + rows.lowerBound) * pixels + first
              T.kernels.scaleBySign(
                g + at, y + at, above: above, below: below, scaled + rows.lowerBound * count,
                rows.count * length)
            }
            if let target = written[0] {
              T.gemm(
                false, true, outputs, inputs, count, scaled, count,
                x + layout.start(of: map) + first, pixels, target + map * outputs * inputs, inputs,
                adding: first > 0)
            }
            if let target = written[1] {
              T.gemm(
                true, false, inputs, count, outputs, w + map * outputs * inputs, inputs, scaled,
                count, target + map * inputs * pixels + first, pixels)
            }
            if let target = written[2] {
              T.kernels.sumRows(scaled, sums, rows: outputs, length: count)
              T.kernels.addScaled(sums, 1, target + map * outputs, outputs)
            }
          }
        }
      }
    }
    dispatch { run($0) }
    withExtendedLifetime((layout, matrices, given, signs)) {}
    let results = [toMatrices, toMaps?.summed(to: maps.shape), toBias?.sum(axes: [0])]
    // Results are examined as they are recorded. These are not recorded, so they are examined here.
    if FiniteCheck.isOn {
      for case let result? in results { FiniteCheck.examine(result, "activatedProduct") }
    }
    return results
  }
}

/// The memory layout of a layer's matrices and maps, and its division into tiles.
private struct LayerLayout {
  let (images, parts, outputs, inputs, pixels): (Int, Int, Int, Int, Int)
  /// The maps, each with `inputs` × `pixels` elements without gaps.
  let maps: Tensor
  /// The number of pixels in a tile: its inputs and outputs, at most 128 KiB of floats each, stay
  /// in the second-level cache.
  let tile: Int

  init(matrices: Tensor, maps: Tensor) {
    let shape = matrices.shape
    (images, parts, outputs, inputs) = (shape[0], shape[1], shape[2], shape[3])
    pixels = maps.shape[3]
    // A map that serves all parts or images is not copied.
    let isWhole = maps.strides[2] == pixels && maps.strides[3] == 1
    self.maps = isWhole ? maps.detached() : maps.contiguousValues()
    tile = Swift.max(64, (1 << 15) / Swift.max(1, outputs, inputs))
  }

  /// Returns the offset of a map; maps are numbered part by part, image after image.
  func start(of map: Int) -> Int {
    let image = maps.shape[0] == 1 ? 0 : map / parts
    return image * maps.strides[0] + map % parts * maps.strides[1]
  }

  /// Calls `body` for all output rows at once if the pixels are a whole map, otherwise row by row.
  func forEachBlock(of count: Int, _ body: (_ rows: Range<Int>, _ length: Int) -> Void) {
    if count == pixels { return body(0..<outputs, count) }
    for row in 0..<outputs { body(row..<row + 1, count) }
  }
}
