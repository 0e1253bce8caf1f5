import KernelInterface

// Convolutions of stride 1 with 3 × 3 taps by Winograd's algorithm F(4 × 4, 3 × 3):
//
//     y = Aᵀ ((G w Gᵀ) ∘ (Bᵀ x B)) A
//
// for tiles x of 6 × 6 input pixels that give 4 × 4 output pixels: 36 multiplications for each pair of
// channels instead of 144. Summed over the input channels, ∘ is a matrix product at each of the 36
// points. Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016.
//
// A, B and G follow from the points at which the polynomials of the tiles are evaluated: here 0, ±2/3,
// ±3/2 and ∞. The largest error, relative to the largest result, was measured for 64 to 512 channels:
// 1e-6 to 3.6e-6 in single precision and 3e-15 to 6e-15 in double precision. Both precisions therefore
// use the algorithm. In single precision, the direct sum has 3e-7 to 6e-7, and Lavin and Gray's points
// 0, ±1, ±2, ∞ have 5e-6 to 8e-6.

/// The method by which convolutions are computed.
package enum ConvolutionMethod: Sendable {
  /// By Winograd tiles where they are faster, otherwise by column matrices.
  case automatic
  /// By column matrices, for every geometry.
  case columns
  /// By Winograd tiles for every geometry that allows them, however small.
  case tiles

  /// The method in use; tests set it to compare the methods.
  @TaskLocal package static var current = automatic
}

extension ConvolutionGeometry {
  /// Returns whether a convolution of `images` maps, and its gradients, use Winograd tiles.
  ///
  /// - Parameters:
  ///   - images: the number of maps in the batch.
  ///   - channels: the number of channels of the input, or of its gradient.
  /// - Returns: false where column matrices are faster, or equally fast and more accurate.
  func goesByTiles(images: Int, channels: Int) -> Bool {
    guard kernel == (3, 3), stride == 1, groups == 1, padding <= 2 else { return false }
    switch ConvolutionMethod.current {
    case .automatic:
      // With fewer tiles the transform of the kernels does not pay off. Layers of at most 16
      // channels, as demonstration models have, would gain half a millisecond and lose three bits
      // of precision.
      return channels > 16 && TileGrid(images: images, covering: output).count >= 8
    case .columns: return false
    case .tiles: return true
    }
  }
}

/// A kernel of 3 × 3 taps as it is stored, or rotated by 180° with its channels exchanged.
struct TileKernel {
  let values: Tensor
  let isTurned: Bool

  /// The number of output channels.
  var outputs: Int { values.shape[isTurned ? 1 : 0] }
  /// The number of input channels.
  var inputs: Int { values.shape[isTurned ? 0 : 1] }

  /// Returns the kernels at all 6 × 6 points: `[36, outputs / 6, inputs, 6]`, with zeros after the
  /// last output.
  func transformed<T: Real>(_ type: T.Type) -> Storage {
    let panels = (outputs + 5) / 6
    let pointStep = panels * inputs * 6
    let storage = Storage(byteCount: 36 * pointStep * MemoryLayout<T>.stride)
    let points = storage.bytes.assumingMemoryBound(to: T.self)
    let w = values.pointer(T.self) + (isTurned ? 8 : 0)
    let (long, short) = (values.shape[1] * 9, 9)
    let (outputStep, inputStep) = isTurned ? (short, long) : (long, short)
    Parallel.forEachTile(panels) { panel in
      T.kernels.transformKernels(
        w + panel * 6 * outputStep, outputStep: outputStep, inputStep: inputStep,
        tapSteps: isTurned ? (-3, -1) : (3, 1), outputs: min(6, outputs - panel * 6),
        inputs: inputs, points + panel * inputs * 6, pointStep: pointStep)
    }
    return storage
  }
}

extension Tensor {
  /// Returns the convolution by Winograd tiles.
  ///
  /// One item of work is some blocks of tiles. All their input channels are read and transformed,
  /// then multiplied point by point, then transformed back, so that intermediate results stay in a
  /// cache.
  func winogradValues(_ kernel: TileKernel, padding: Int) -> Tensor {
    let source = contiguousValues()
    let (batch, inputs, outputs) = (shape[0], kernel.inputs, kernel.outputs)
    let input = (rows: shape[2], columns: shape[3])
    let out = (rows: input.rows + 2 * padding - 2, columns: input.columns + 2 * padding - 2)
    let from = TilePlanes(
      imageStep: inputs * input.rows * input.columns, rows: input.rows, columns: input.columns,
      padding: padding)
    let to = TilePlanes(
      imageStep: outputs * out.rows * out.columns, rows: out.rows, columns: out.columns, padding: 0)
    let grid = TileGrid(images: batch, covering: out)
    let panels = (outputs + 5) / 6
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let lanes = T.kernels.tileLanes
      let transformed = kernel.transformed(T.self)
      defer { withExtendedLifetime(transformed) {} }
      let (x, u) = (source.pointer(T.self), transformed.bytes.assumingMemoryBound(to: T.self))
      // read: [36, blocks, inputs, lanes]; products: [6 panels, blocks, 36, lanes].
      let blocks = grid.blocksPerItem(
        lanes: lanes, bytesPerBlock: 36 * (inputs + 6 * panels) * lanes * MemoryLayout<T>.stride)
      let share = blocks * lanes
      return Tensor([batch, outputs, out.rows, out.columns], filling: T.self) { buffer in
        guard let y = buffer.baseAddress, !buffer.isEmpty else { return }
        Parallel.forEachTile((grid.count + share - 1) / share) { item in
          let tiles = item * share..<min(grid.count, (item + 1) * share)
          withScratch(T.self, 36 * (inputs + 6 * panels) * share) { read in
            let products = read + 36 * inputs * share
            let kernels = T.kernels
            grid.forEachBlock(of: tiles, lanes: lanes) { block, runs in
              kernels.readTiles(
                .input, x, from, channels: inputs, runs, read + block * inputs * lanes,
                pointStep: inputs * share)
            }
            let used = (tiles.count + lanes - 1) / lanes
            for point in 0..<36 {
              for panel in 0..<panels {
                for block in 0..<used {
                  kernels.multiplyTiles(
                    u + (point * panels + panel) * inputs * 6,
                    read + (point * blocks + block) * inputs * lanes, depth: inputs,
                    products + ((panel * 6 * blocks + block) * 36 + point) * lanes,
                    rowStep: blocks * 36 * lanes)
                }
              }
            }
            grid.forEachBlock(of: tiles, lanes: lanes) { block, runs in
              kernels.writeTiles(
                products + block * 36 * lanes, channelStep: blocks * 36 * lanes, channels: outputs,
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
