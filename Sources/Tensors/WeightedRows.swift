import Synchronization

/// Places in a table of rows: for each of P results, J rows to be read.
///
/// Weighted sums of table rows are what sampling, lifting and their gradients come down to. The
/// lists the other way round, who reads each row, are made once when a gradient first needs them:
/// with them sums into the table run on several threads and still add in a fixed order.
public final class RowIndex: Sendable {
  /// Row numbers, int32, `[P, J]`.
  public let rows: Tensor
  /// The number of rows in the table.
  public let tableRows: Int

  /// The readers of every table row: positions in `rows` in ascending order, row after row, and
  /// where each row's list starts.
  struct Readers: Sendable {
    let positions: [Int32]
    let starts: [Int32]
  }
  private let cachedReaders = Mutex<Readers?>(nil)

  /// Checks that every row number is inside the table.
  public init(_ rows: Tensor, tableRows: Int) {
    requireShape(rows, [nil, nil], "rows", axes: "[P, J]")
    self.rows = rows.contiguousValues()
    self.tableRows = tableRows
    self.rows.withElements(of: Int32.self) { indices in
      for row in indices {
        require(
          row >= 0 && row < tableRows,
          "RowIndex: row \(row) is outside a table of \(tableRows) rows")
      }
    }
  }

  /// P, the number of results.
  public var count: Int { rows.shape[0] }
  /// J, the number of rows each result reads.
  public var perResult: Int { rows.shape[1] }

  var readers: Readers {
    cachedReaders.withLock { cached in
      if let cached { return cached }
      let made = madeReaders()
      cached = made
      return made
    }
  }

  private func madeReaders() -> Readers {
    rows.withElements(of: Int32.self) { indices in
      var starts = [Int32](repeating: 0, count: tableRows + 1)
      for row in indices { starts[Int(row) + 1] += 1 }
      for row in 0..<tableRows { starts[row + 1] += starts[row] }
      var next = starts
      var positions = [Int32](repeating: 0, count: indices.count)
      for (position, row) in indices.enumerated() {
        positions[Int(next[Int(row)])] = Int32(position)
        next[Int(row)] += 1
      }
      return Readers(positions: positions, starts: starts)
    }
  }
}

// Three operations that are each other's gradients: with table F, weights c and cotangent g,
//   S(c, F)[p] = Σ_j c[p,j] F[index[p,j]]          weightedRows
//   A(c, g)[m] = Σ over (p,j) reading m of c[p,j] g[p]   addedRows
//   D(F, g)[p,j] = F[index[p,j]] · g[p]            rowProducts
// dS = S(dc, F) + S(c, dF), so the cotangents are D(F, g) for c and A(c, g) for F; and so on round.
extension Tensor {
  /// Σ_j weights[p, j] · self[index[p, j]]: weighted sums of this table's rows.
  ///
  /// A weight of exactly 0 skips its row.
  ///
  /// - Parameters:
  ///   - index: which rows, `[P, J]`.
  ///   - weights: `[P, J]`.
  /// - Returns: `[P, C]` for a table `[M, C]`.
  public func weightedRows(_ index: RowIndex, _ weights: Tensor) -> Tensor {
    requireShape(self, [index.tableRows, nil], "table", axes: "[M, C]")
    requireShape(weights, [index.count, index.perResult], "weights", axes: "[P, J]")
    requireSameType(self, weights, #function)
    let starts = (0...index.count).map { Int32($0 * index.perResult) }
    return index.rows.withElements(of: Int32.self) { rows in
      summedRows(rows, weights.contiguousValues(), starts)
    }.recorded(
      "weightedRows", from: [self, weights],
      { $0.addedRows(index, weights) }, { self.rowProducts(index, $0) })
  }

  /// The rows self[index[p]], `[P, C]`: a weighted sum of one row each, with weight 1.
  public func rows(_ index: RowIndex) -> Tensor {
    weightedRows(index, .ones([index.count, index.perResult], scalarType))
  }

  /// Σ over all (p, j) that read row m of weights[p, j] · self[p]: `[M, C]` from `[P, C]`.
  func addedRows(_ index: RowIndex, _ weights: Tensor) -> Tensor {
    let readers = index.readers
    let perResult = Int32(index.perResult)
    let ordered = weights.reshaped([index.count * index.perResult, 1]).detached()
    let rearranged = withoutGradients { ordered.picked(readers.positions) }
    let sources = readers.positions.map { $0 / perResult }
    return sources.withUnsafeBufferPointer { sources in
      summedRows(sources, rearranged, readers.starts)
    }.recorded(
      "addedRows", from: [self, weights],
      { $0.weightedRows(index, weights) }, { $0.rowProducts(index, self) })
  }

  /// The inner products self[index[p, j]] · g[p], `[P, J]`.
  func rowProducts(_ index: RowIndex, _ g: Tensor) -> Tensor {
    let (table, rows) = (contiguousValues(), g.contiguousValues())
    let (columns, perRow) = (shape[1], index.perResult)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, z, i) = (
        table.pointer(T.self), rows.pointer(T.self), index.rows.pointer(Int32.self)
      )
      return Tensor([index.count, perRow], filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachRange(index.count, tile: max(1, 32_768 / max(1, columns * perRow))) {
          range in
          let from = range.lowerBound
          T.kernels.rowDots(
            x, z + from * columns, columns: columns, index: i + from * perRow, perRow: perRow,
            y + from * perRow, rows: range.count)
        }
      }
    }
    defer { withExtendedLifetime((table, rows)) {} }
    return dispatch { run($0) }.recorded(
      "rowProducts", from: [self, g],
      { g.addedRows(index, $0) }, { self.weightedRows(index, $0) })
  }

  /// Elements of a column at int32 positions.
  private func picked(_ positions: [Int32]) -> Tensor {
    func run<T: Real>(_ type: T.Type) -> Tensor {
      withElements(of: T.self) { x in
        Tensor([positions.count], filling: T.self) { out in
          for (i, position) in positions.enumerated() { out[i] = x[Int(position)] }
        }
      }
    }
    return dispatch { run($0) }
  }

  /// out[r] = Σ over entries starts[r] ..< starts[r + 1] of weights[e] · self[rows[e]].
  private func summedRows(
    _ rows: UnsafeBufferPointer<Int32>, _ weights: Tensor, _ starts: [Int32]
  ) -> Tensor {
    let table = contiguousValues()
    let (results, columns) = (starts.count - 1, shape[1])
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, w) = (table.pointer(T.self), weights.pointer(T.self))
      return Tensor([results, columns], filling: T.self) { out in
        starts.withUnsafeBufferPointer { starts in
          guard let y = out.baseAddress, let starts = starts.baseAddress, !out.isEmpty else {
            return
          }
          guard let index = rows.baseAddress else { return out.initialize(repeating: 0) }
          let entries = max(1, rows.count / results)
          let perTile = max(1, 32_768 / (columns * entries))
          Parallel.forEachRange(results, tile: perTile) { range in
            T.kernels.weightedRows(
              x, columns: columns, index: index, weights: w, starts: starts + range.lowerBound,
              y + range.lowerBound * columns, rows: range.count)
          }
        }
      }
    }
    defer { withExtendedLifetime((table, weights)) {} }
    return dispatch { run($0) }
  }
}
