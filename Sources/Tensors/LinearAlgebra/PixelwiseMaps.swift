extension Tensor {
  /// Returns the linear map W x + b of every pixel, for each of K parts, laid out pixel by pixel.
  ///
  /// The values are those of `weight.matmul(self) + bias`, but in memory all numbers of a pixel are
  /// adjacent, `[B, P, K, M]`. Code that reads one pixel at a time finds its numbers in one place,
  /// and no transposition is needed in between.
  ///
  /// - Parameters:
  ///   - weight: `[K, M, C]`.
  ///   - bias: `[K, M]`.
  /// - Returns: `[B, K, M, P]` for maps `[B, K, C, P]`.
  public func mappedPixelwise(_ weight: Tensor, bias: Tensor) -> Tensor {
    requireShape(self, [nil, nil, nil, nil], "maps", axes: "[B, K, C, P]")
    requireShape(weight, [shape[1], nil, shape[2]], "weight", axes: "[K, M, C]")
    requireShape(bias, [shape[1], weight.shape[1]], "bias", axes: "[K, M]")
    requireSameType(self, weight, #function)
    requireSameType(self, bias, #function)
    return pixelwiseValues(weight, bias).recorded(
      "mappedPixelwise", from: [self, weight, bias],
      { weight.transposed().matmul($0) }, { $0.matmul(self.transposed()).sum(axes: [0]) },
      { $0.sum(axes: [0, 3]) })
  }

  private func pixelwiseValues(_ weight: Tensor, _ bias: Tensor) -> Tensor {
    let (source, matrix, shift) = (
      contiguousValues(), weight.contiguousValues(), bias.contiguousValues()
    )
    let (parts, inputs, pixels) = (shape[1], shape[2], shape[3])
    let outputs = weight.shape[1]
    // The results of a tile stay in the second-level cache between the bias and the product.
    let tile = max(16, (1 << 16) / max(1, outputs))
    let tiles = (pixels + tile - 1) / tile
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, w, b) = (source.pointer(T.self), matrix.pointer(T.self), shift.pointer(T.self))
      return Tensor([shape[0], pixels, parts, outputs], filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachTile(shape[0] * parts * tiles) { index in
          let (map, first) = (index / tiles, index % tiles * tile)
          let (image, part) = (map / parts, map % parts)
          let count = min(tile, pixels - first)
          let target = y + ((image * pixels + first) * parts + part) * outputs
          for pixel in 0..<count {
            (target + pixel * parts * outputs).update(from: b + part * outputs, count: outputs)
          }
          T.gemm(
            true, true, count, outputs, inputs, x + map * inputs * pixels + first, pixels,
            w + part * outputs * inputs, inputs, target, parts * outputs, adding: true)
        }
      }
    }
    defer { withExtendedLifetime((source, matrix, shift)) {} }
    return dispatch { run($0) }.inOrder([0, 2, 3, 1])
  }
}
