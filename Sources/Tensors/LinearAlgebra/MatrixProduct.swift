/// The number of multiplications below which a product is one tile: about 0.1 ms of work.
private let multiplicationsPerTile = 1 << 22

/// The number of multiplications up to which a plain loop replaces OpenBLAS, whose call takes 0.9
/// µs for the 13 × 24 numbers of a ray's masks and samples.
private let multiplicationsOfLoop = 512

extension Tensor {
  /// Returns the matrix product over the last two axes; leading axes broadcast.
  ///
  /// `[…, M, K]` times `[…, K, N]` is `[…, M, N]`. d(AB) = dA B + A dB, so for a gradient g of the
  /// result the gradients of A and B are g Bᵀ and Aᵀ g. OpenBLAS multiplies each tile of the result
  /// on one thread; the smallest products use a plain loop.
  public func matmul(_ other: Tensor) -> Tensor {
    requireSameType(self, other, #function)
    require(
      rank >= 2 && other.rank >= 2 && shape[rank - 1] == other.shape[other.rank - 2],
      "matmul(_:): shapes \(shape) and \(other.shape) do not fit: expected [.., M, K], [.., K, N]")
    let a = self
    return product(other).recorded(
      "matmul", from: [a, other],
      { $0.matmul(other.transposed()).summed(to: a.shape) },
      { a.transposed().matmul($0).summed(to: other.shape) })
  }

  private func product(_ other: Tensor) -> Tensor {
    let (rows, inner, columns) = (shape[rank - 2], shape[rank - 1], other.shape[other.rank - 1])
    let lead = broadcastShape(
      Array(shape.dropLast(2)), Array(other.shape.dropLast(2)), "matmul(_:)")
    let (a, b) = (MatrixOperand(self), MatrixOperand(other))
    let target = lead + [rows, columns]
    guard inner > 0 else { return .zeros(target, scalarType) }
    let aOffsets = a.offsets(broadcastTo: lead)
    let bOffsets = b.offsets(broadcastTo: lead)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, y) = (a.tensor.pointer(T.self), b.tensor.pointer(T.self))
      return Tensor(target, filling: T.self) { out in
        guard let base = out.baseAddress, !out.isEmpty else { return }
        let batches = aOffsets.count
        let cuts = Self.cuts(rows, columns, inner, batches)
        let pieces = cuts.rows * cuts.columns
        // Many products of a few numbers each are handed to threads in groups.
        let perTile = max(1, multiplicationsPerTile / 64 / max(1, rows * columns * inner))
        if rows * columns * inner <= multiplicationsOfLoop {
          return Parallel.forEachRange(batches, tile: perTile) { range in
            for batch in range {
              multiply(
                x + aOffsets[batch], (a.rowStep, a.columnStep), y + bOffsets[batch],
                (b.rowStep, b.columnStep), base + batch * rows * columns, (rows, inner, columns))
            }
          }
        }
        Parallel.forEachRange(batches * pieces, tile: perTile) { range in
          for index in range {
            let (batch, piece) = (index / pieces, index % pieces)
            let r = Self.piece(piece / cuts.columns, of: cuts.rows, rows)
            let c = Self.piece(piece % cuts.columns, of: cuts.columns, columns)
            T.gemm(
              a.isTransposed, b.isTransposed, r.count, c.count, inner,
              x + aOffsets[batch] + r.lowerBound * a.rowStep, a.pitch,
              y + bOffsets[batch] + c.lowerBound * b.columnStep, b.pitch,
              base + (batch * rows + r.lowerBound) * columns + c.lowerBound, columns)
          }
        }
      }
    }
    defer { withExtendedLifetime((a, b)) {} }
    return dispatch { run($0) }
  }

  /// Returns into how many pieces the rows and columns of a product are split, by shapes alone.
  private static func cuts(
    _ rows: Int, _ columns: Int, _ inner: Int, _ batches: Int
  ) -> (rows: Int, columns: Int) {
    let work = rows * columns * inner
    // Four or more batches are enough tiles, and a small product is not worth splitting.
    guard batches < 4, work > multiplicationsPerTile else { return (1, 1) }
    let pieces = min(4, work / multiplicationsPerTile + 1)
    return rows >= columns ? (pieces, 1) : (1, pieces)
  }

  private static func piece(_ index: Int, of pieces: Int, _ length: Int) -> Range<Int> {
    // Multiples of 16 keep OpenBLAS's inner blocks whole.
    let size = ((length + pieces - 1) / pieces + 15) / 16 * 16
    return min(length, index * size)..<min(length, (index + 1) * size)
  }
}

/// A tensor whose last two axes OpenBLAS can read, either as they are stored or transposed.
private struct MatrixOperand {
  let tensor: Tensor
  let isTransposed: Bool
  /// The distance in elements between stored rows.
  let pitch: Int

  init(_ source: Tensor) {
    let (rows, columns) = (source.shape[source.rank - 2], source.shape[source.rank - 1])
    let (rowStride, columnStride) = (
      source.strides[source.rank - 2], source.strides[source.rank - 1]
    )
    if columnStride == 1 && rowStride >= max(1, columns) {
      (tensor, isTransposed, pitch) = (source.detached(), false, rowStride)
    } else if rowStride == 1 && columnStride >= max(1, rows) {
      (tensor, isTransposed, pitch) = (source.detached(), true, columnStride)
    } else {
      (tensor, isTransposed, pitch) = (source.contiguousValues(), false, max(1, columns))
    }
  }

  /// The distance in elements between rows of the matrix.
  var rowStep: Int { isTransposed ? 1 : pitch }
  /// The distance in elements between columns of the matrix.
  var columnStep: Int { isTransposed ? pitch : 1 }

  /// Returns the offset of each matrix of the broadcast batch.
  func offsets(broadcastTo lead: [Int]) -> [Int] {
    let own = tensor.view(
      shape: Array(tensor.shape.dropLast(2)), strides: Array(tensor.strides.dropLast(2)))
    let strides = own.broadcastStrides(to: lead)
    var offsets = [0]
    for (length, stride) in zip(lead, strides) {
      offsets = offsets.flatMap { offset in (0..<length).map { offset + $0 * stride } }
    }
    return offsets
  }
}

/// Computes C = A B for small matrices with given distances between rows and between columns; C is
/// row-major without gaps.
private func multiply<T: Real>(
  _ a: UnsafePointer<T>, _ aSteps: (row: Int, column: Int), _ b: UnsafePointer<T>,
  _ bSteps: (row: Int, column: Int), _ c: UnsafeMutablePointer<T>,
  _ size: (rows: Int, inner: Int, columns: Int)
) {
  for row in 0..<size.rows {
    let target = c + row &* size.columns
    target.update(repeating: 0, count: size.columns)
    for k in 0..<size.inner {
      let factor = a[row &* aSteps.row &+ k &* aSteps.column]
      let source = b + k &* bSteps.row
      if bSteps.column == 1 {
        for column in 0..<size.columns { target[column] += factor * source[column] }
      } else {
        for column in 0..<size.columns {
          target[column] += factor * source[column &* bSteps.column]
        }
      }
    }
  }
}
