import KernelInterface

// Convolutions with 3 × 3 taps by Winograd's algorithm, at stride 1 F(4 × 4, 3 × 3):
//
//     y = Aᵀ ((G w Gᵀ) ∘ (Bᵀ x B)) A
//
// for tiles x of 6 × 6 input pixels that give 4 × 4 output pixels: 36 multiplications for each pair of
// channels in place of 144. With ∘ summed over input channels, each of the 36 points is a matrix
// product. Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016.
//
// A, B and G follow from the points at which the polynomials behind the tiles are evaluated. With 0,
// ±2/3, ±3/2 and ∞ the largest error relative to the largest result was measured, for 64 to 512
// channels, as 1e-6 to 3.6e-6 in single precision (the direct sum: 3e-7 to 6e-7; Lavin and Gray's 0,
// ±1, ±2, ∞: 5e-6 to 8e-6) and as 3e-15 to 6e-15 in double precision, so both use it.
//
// At stride 2, and for the transpose of that, pixels of the two parities meet different taps: two
// outer ones, by F(4, 2), or the middle one alone. 81 multiplications in place of 144.

/// How convolutions are computed.
enum ConvolutionMethod: Sendable {
  /// By tiles where that is faster.
  case automatic
  /// By column matrices, for every geometry.
  case columns
  /// By tiles for every geometry that has them, however small.
  case tiles

  /// For tests that hold the two equal.
  @TaskLocal static var current = automatic
}

extension ConvolutionGeometry {
  /// How a convolution of `images` maps goes by tiles, its transpose and its gradients too; nil where
  /// there is no such scheme or where columns are faster.
  func tileScheme(images: Int) -> TileScheme? {
    guard kernel == (3, 3), groups == 1 else { return nil }
    let scheme: TileScheme? =
      switch (stride, padding) {
      case (1, 0...2): .plain
      case (2, 0): .halving
      default: nil
      }
    switch ConvolutionMethod.current {
    case .automatic:
      // Fewer tiles than this do not pay for the transform of the kernels.
      return TileGrid(images: images, covering: output, size: 4).count >= 8 ? scheme : nil
    case .columns: return nil
    case .tiles: return scheme
    }
  }
}

/// A kernel of 3 × 3 taps as it stands in memory, or turned by 180° with its channels exchanged.
struct TileKernel {
  let values: Tensor
  let isTurned: Bool

  /// Channels that come out and go in.
  var outputs: Int { values.shape[isTurned ? 1 : 0] }
  var inputs: Int { values.shape[isTurned ? 0 : 1] }

  /// Every 6 × 6 point of every kernel: `[36, outputs / 6, inputs, 6]`, with zeros after the last
  /// output.
  func transformed<T: Real>(_ scheme: TileScheme, _ type: T.Type) -> Storage {
    let panels = (outputs + 5) / 6
    let pointStep = panels * inputs * 6
    let storage = Storage(byteCount: 36 * pointStep * MemoryLayout<T>.stride)
    let points = storage.bytes.assumingMemoryBound(to: T.self)
    let w = values.pointer(T.self) + (isTurned ? 8 : 0)
    let (long, short) = (values.shape[1] * 9, 9)
    let (outputStep, inputStep) = isTurned ? (short, long) : (long, short)
    Parallel.forEachTile(panels) { panel in
      T.kernels.transformKernels(
        scheme, w + panel * 6 * outputStep, outputStep: outputStep, inputStep: inputStep,
        tapSteps: isTurned ? (-3, -1) : (3, 1), outputs: min(6, outputs - panel * 6),
        inputs: inputs, points + panel * inputs * 6, pointStep: pointStep)
    }
    return storage
  }
}

extension Tensor {
  /// The convolution by tiles.
  ///
  /// One item of work is some blocks of tiles: all their input channels are read and transformed, then
  /// multiplied point by point, then transformed back, so that what lies between stays in a cache.
  ///
  /// - Parameters:
  ///   - scheme: the kind of convolution.
  ///   - kernel: the weights, turned where the scheme wants them so.
  ///   - padding: zeros before the first pixel that a tile reads.
  ///   - out: rows and columns of the result.
  /// - Returns: `[B, Cout, out.rows, out.columns]`.
  func winogradValues(
    _ scheme: TileScheme, _ kernel: TileKernel, padding: Int, out: (rows: Int, columns: Int)
  ) -> Tensor {
    let source = contiguousValues()
    let (batch, inputs, outputs) = (shape[0], kernel.inputs, kernel.outputs)
    let from = TilePlanes(
      imageStep: inputs * shape[2] * shape[3], rows: shape[2], columns: shape[3], padding: padding)
    let to = TilePlanes(
      imageStep: outputs * out.rows * out.columns, rows: out.rows, columns: out.columns, padding: 0)
    let grid = TileGrid(images: batch, covering: out, size: scheme.outputSize)
    let points = scheme.points * scheme.points
    let panels = (outputs + 5) / 6
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let lanes = T.kernels.tileLanes
      let transformed = kernel.transformed(scheme, T.self)
      let (x, u) = (source.pointer(T.self), transformed.bytes.assumingMemoryBound(to: T.self))
      // read: [points, blocks, inputs, lanes]; products: [6 panels, blocks, points, lanes].
      let blocks = grid.blocksPerItem(
        lanes: lanes, bytesPerBlock: points * (inputs + 6 * panels) * lanes * MemoryLayout<T>.stride
      )
      let share = blocks * lanes
      return Tensor([batch, outputs, out.rows, out.columns], filling: T.self) { buffer in
        guard let y = buffer.baseAddress, !buffer.isEmpty else { return }
        Parallel.forEachTile((grid.count + share - 1) / share) { item in
          let tiles = item * share..<min(grid.count, (item + 1) * share)
          withScratch(T.self, points * (inputs + 6 * panels) * share) { read in
            let products = read + points * inputs * share
            let kernels = T.kernels
            grid.forEachBlock(of: tiles, lanes: lanes) { block, runs in
              kernels.readTiles(
                .input(scheme), x, from, channels: inputs, runs, read + block * inputs * lanes,
                pointStep: inputs * share)
            }
            let used = (tiles.count + lanes - 1) / lanes
            for point in 0..<points {
              for panel in 0..<panels {
                for block in 0..<used {
                  kernels.multiplyTiles(
                    u + (scheme.kernelPoint(point) * panels + panel) * inputs * 6,
                    read + (point * blocks + block) * inputs * lanes, depth: inputs,
                    products + ((panel * 6 * blocks + block) * points + point) * lanes,
                    rowStep: blocks * points * lanes)
                }
              }
            }
            grid.forEachBlock(of: tiles, lanes: lanes) { block, runs in
              kernels.writeTiles(
                scheme, products + block * points * lanes, channelStep: blocks * points * lanes,
                channels: outputs,
                y, to, runs)
            }
          }
        }
      }
    }
    defer { withExtendedLifetime(source) {} }
    return dispatch { run($0) }
  }
}
