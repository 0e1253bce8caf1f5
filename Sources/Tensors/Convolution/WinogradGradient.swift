import KernelInterface

/// The number of bytes of tiles that are transformed before each pass over the sums.
///
/// A larger number needs fewer passes; this one still fits in the third-level cache.
private let gradientBytes = 1 << 24

extension Tensor {
  /// Returns the adjoint of `winogradValues` with respect to the kernel.
  ///
  ///     w̄ = Gᵀ (Σ over tiles of (A ȳ Aᵀ) ∘ (Bᵀ x B)) G
  func winogradKernelGradient(_ cotangent: Tensor, padding: Int) -> Tensor {
    let (source, gradient) = (contiguousValues(), cotangent.contiguousValues())
    let (batch, inputs, outputs) = (shape[0], shape[1], cotangent.shape[1])
    let (rows, columns) = (cotangent.shape[2], cotangent.shape[3])
    let from = TilePlanes(
      imageStep: inputs * shape[2] * shape[3], rows: shape[2], columns: shape[3], padding: padding)
    let to = TilePlanes(
      imageStep: outputs * rows * columns, rows: rows, columns: columns, padding: 0)
    let grid = TileGrid(images: batch, covering: (rows, columns))
    // Rounded up to whole groups of 4 inputs and 3 outputs; results beyond the real ones are never
    // read.
    let (width, height) = ((inputs + 3) / 4 * 4, (outputs + 2) / 3 * 3)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let kernels = T.kernels
      let lanes = kernels.tileLanes
      let (x, g) = (source.pointer(T.self), gradient.pointer(T.self))
      let blocks = max(
        1,
        min(
          (grid.count + lanes - 1) / lanes,
          gradientBytes / max(1, 36 * (width + height) * lanes * MemoryLayout<T>.stride)))
      let share = blocks * lanes
      return Tensor([outputs, inputs, 3, 3], filling: T.self) { buffer in
        guard let w = buffer.baseAddress, !buffer.isEmpty else { return }
        withScratch(T.self, 36 * ((width + height) * share + width * height)) { read in
          let readCotangent = read + 36 * width * share
          let sums = readCotangent + 36 * height * share
          sums.update(repeating: 0, count: 36 * width * height)
          for start in stride(from: 0, to: grid.count, by: share) {
            let tiles = start..<min(grid.count, start + share)
            let used = (tiles.count + lanes - 1) / lanes
            Parallel.forEachTile(2 * used) { item in
              let block = item / 2
              let own = tiles.lowerBound + block * lanes
              grid.forEachBlock(of: own..<min(own + lanes, tiles.upperBound), lanes: lanes) {
                _, runs in
                if item % 2 == 0 {
                  kernels.readTiles(
                    .input, x, from, channels: inputs, runs, read + block * width * lanes,
                    pointStep: width * share)
                } else {
                  kernels.readTiles(
                    .cotangent, g, to, channels: outputs, runs,
                    readCotangent + block * height * lanes, pointStep: height * share)
                }
              }
            }
            Parallel.forEachTile(36) { point in
              for row in stride(from: 0, to: height, by: 3) {
                for column in stride(from: 0, to: width, by: 4) {
                  kernels.multiplyTransposedTiles(
                    readCotangent + (point * blocks * height + row) * lanes, aStep: height * lanes,
                    read + (point * blocks * width + column) * lanes, bStep: width * lanes,
                    blocks: used, sums + (point * height + row) * width + column, rowStep: width)
                }
              }
            }
          }
          Parallel.forEachTile(outputs) { output in
            kernels.transformKernelGradient(
              sums + output * width, pointStep: width * height, inputs: inputs,
              w + output * inputs * 9)
          }
        }
      }
    }
    defer { withExtendedLifetime((source, gradient)) {} }
    return dispatch { run($0) }
  }
}
