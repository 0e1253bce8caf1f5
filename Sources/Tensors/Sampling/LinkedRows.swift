import KernelInterface

// Three operations that are each other's gradients. With links j from i(j) to o(j), fan-out K (every
// source stands for K rows, each with its own weight), table F, weights c and cotangent g,
//   S(c, F)[o]    = Σ over j to o, over k, of c[j,k] F[i(j),k]      weightedRows
//   A(c, g)[i, k] = Σ over j from i of c[j,k] g[o(j)]               spreadRows
//   D(F, g)[j, k] = F[i(j),k] · g[o(j)]                             rowProducts
// dS = S(dc, F) + S(c, dF), so the gradients are D(F, g) for c and A(c, g) for F; the others likewise.
extension Tensor {
  /// Returns weighted sums of rows: for each target, Σ over its links of weights[j, k] ·
  /// self[source, k].
  ///
  /// A weight of exactly 0 skips its row.
  ///
  /// - Parameters:
  ///   - links: the J links between sources and targets.
  ///   - weights: `[J, K]`.
  /// - Returns: `[targets, C]` for a table `[sources · K, C]`.
  public func weightedRows(_ links: RowLinks, _ weights: Tensor) -> Tensor {
    requireShape(weights, [links.count, nil], "weights", axes: "[J, K]")
    let fan = weights.shape[1]
    requireShape(self, [links.sourceRows * fan, nil], "table", axes: "[sources · K, C]")
    requireSameType(self, weights, #function)
    return summed(links, weights, toSources: false).recorded(
      "weightedRows", from: [self, weights],
      { $0.spreadRows(links, weights) }, { self.rowProducts(links, $0, fan: fan) })
  }

  /// Returns, for each source, Σ over its links of weights[j, k] · self[target]: `[sources · K, C]`
  /// from `[targets, C]`.
  func spreadRows(_ links: RowLinks, _ weights: Tensor) -> Tensor {
    summed(links, weights, toSources: true).recorded(
      "spreadRows", from: [self, weights],
      { $0.weightedRows(links, weights) },
      { $0.rowProducts(links, self, fan: weights.shape[1]) })
  }

  /// Returns the inner products self[source, k] · g[target] of every link, `[J, K]`.
  func rowProducts(_ links: RowLinks, _ g: Tensor, fan: Int) -> Tensor {
    let (table, other) = (contiguousValues(), g.contiguousValues())
    let columns = shape[1]
    // By source if a source has several rows: these are then read once and stay in the cache.
    let groups = fan > 1 ? links.bySource.groups : links.byTarget
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, z) = (table.pointer(T.self), other.pointer(T.self))
      return Tensor([links.count, fan], filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        groups.forEachTile(of: links, work: columns * fan) { list, positions, _ in
          T.kernels.linkedProducts(x, z, columns: columns, fan: fan, list, y, positions)
        }
      }
    }
    defer { withExtendedLifetime((table, other)) {} }
    return dispatch { run($0) }.recorded(
      "rowProducts", from: [self, g],
      { g.spreadRows(links, $0) }, { self.weightedRows(links, $0) })
  }

  /// Returns one of the two sums; each group of links writes rows that no other group touches.
  private func summed(_ links: RowLinks, _ weights: Tensor, toSources: Bool) -> Tensor {
    let (table, factors) = (contiguousValues(), weights.contiguousValues())
    let (fan, columns) = (weights.shape[1], shape[1])
    let groups = toSources ? links.bySource.groups : links.byTarget
    let rowsOfOne = toSources ? fan : 1
    let results = (toSources ? links.sourceRows : links.targetRows) * rowsOfOne
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, w) = (table.pointer(T.self), factors.pointer(T.self))
      return Tensor([results, columns], filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        groups.forEachTile(of: links, work: columns * fan) { list, positions, rows in
          let size = rowsOfOne * columns
          (y + rows.lowerBound * size).update(repeating: 0, count: rows.count * size)
          if toSources {
            // Source by source: the targets of its links are read K times and stay in the cache.
            T.kernels.spreadSums(
              x, columns: columns, fan: fan, list, weights: w, y, positions)
          } else {
            T.kernels.linkedSums(
              x, columns: columns, fan: fan, list, weights: w, y, positions)
          }
        }
      }
    }
    defer { withExtendedLifetime((table, factors)) {} }
    return dispatch { run($0) }
  }
}

extension LinkGroups {
  /// Calls `body` with the positions and the rows of some groups at a time, on several threads.
  ///
  /// - Parameters:
  ///   - links: the links that the positions refer to.
  ///   - work: the number of multiplications for one link.
  ///   - body: gets the list of links, positions, and rows that only these links touch.
  func forEachTile(
    of links: RowLinks, work: Int, _ body: (LinkList, Range<Int>, Range<Int>) -> Void
  ) {
    let count = starts.count - 1
    let perGroup = max(1, Int(starts[count]) / max(1, count))
    let tile = max(1, (1 << 17) / max(1, perGroup * work))
    func visit(_ order: UnsafePointer<Int32>?) {
      let list = LinkList(
        sources: links.sources.pointer(Int32.self), targets: links.targets.pointer(Int32.self),
        order: order)
      starts.withUnsafeBufferPointer { starts in
        rows.withUnsafeBufferPointer { rows in
          Parallel.forEachRange(count, tile: tile) { groups in
            let (from, to) = (groups.lowerBound, groups.upperBound)
            body(
              list, Int(starts[from])..<Int(starts[to]), Int(rows[from])..<Int(rows[to]))
          }
        }
      }
    }
    if let order { order.withUnsafeBufferPointer { visit($0.baseAddress) } } else { visit(nil) }
  }
}
