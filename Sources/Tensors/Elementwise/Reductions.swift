// Sums, means and extrema over any axes.
extension Tensor {
  /// Returns the sum over the given axes (all of them by default).
  ///
  /// Short runs are added in the tensor's precision, and the sums of the runs in double precision.
  /// In single precision the error therefore stays below 1e-6 · Σ|x|, for any count and order of
  /// the elements. The summed axes are removed unless `keepingAxes` is true.
  public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    requireFloatingPoint(self, #function)
    let reduced = resolvedAxes(axes, #function)
    let kept = shape.indices.map { reduced.contains($0) ? 1 : shape[$0] }
    let result = summedValues(reduced).reshaped(kept)
      .recorded("sum", from: [self], { [shape] in $0.broadcast(to: shape) })
    return keepingAxes ? result : result.reshaped(withoutAxes(reduced))
  }

  /// Returns the mean over the given axes (all of them by default).
  public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let terms = resolvedAxes(axes, #function).reduce(1) { $0 * shape[$1] }
    return sum(axes: axes, keepingAxes: keepingAxes) / Double(terms)
  }

  /// Returns the largest element over the given axes; equal elements share the gradient equally.
  public func maximum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    requireFloatingPoint(self, #function)
    let reduced = resolvedAxes(axes, #function)
    require(
      reduced.allSatisfy { shape[$0] > 0 }, "maximum(axes:): shape \(shape) has no element to take")
    let kept = shape.indices.map { reduced.contains($0) ? 1 : shape[$0] }
    let result = maximumValues(reduced).reshaped(kept).recorded("maximum", from: self) { g, y in
      let winners = self.isEqual(to: y)
      return winners * (g / winners.sum(axes: reduced, keepingAxes: true))
    }
    return keepingAxes ? result : result.reshaped(withoutAxes(reduced))
  }

  /// Returns the smallest element over the given axes; equal elements share the gradient equally.
  public func minimum(axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    -(-self).maximum(axes: axes, keepingAxes: keepingAxes)
  }

  /// Returns the softmax along one axis, eˣ / Σ eˣ; a constant added to all elements changes
  /// nothing.
  ///
  /// With y as the result, dy = y (dx − Σ y dx).
  public func softmax(axis: Int = -1) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    guard resolved == rank - 1 else {
      return swapped(axes: resolved, -1).softmax().swapped(axes: resolved, -1)
    }
    return rowwiseSoftmax().recorded("softmax", from: self) { g, y in
      let weighted = g * y
      return weighted - y * weighted.sum(axes: [-1], keepingAxes: true)
    }
  }

  /// Returns ln Σ eˣ along one axis, without overflow.
  ///
  /// Its gradient is the softmax.
  public func logSumExp(axis: Int = -1, keepingAxis: Bool = false) -> Tensor {
    let largest = withoutGradients { maximum(axes: [axis], keepingAxes: true) }
    // A row of −∞ alone would give ∞ − ∞. With a finite shift its result is −∞.
    let end =
      scalarType == .float32
      ? Double(Float.greatestFiniteMagnitude) : Double.greatestFiniteMagnitude
    let shift = withoutGradients { largest.clamped(-end, end) }
    let result =
      (self - shift).exponential().sum(axes: [axis], keepingAxes: true).logarithm() + shift
    return keepingAxis ? result : result.squeezed(axis: axis)
  }

  private func resolvedAxes(_ axes: [Int]?, _ function: String) -> [Int] {
    guard let axes else { return Array(shape.indices) }
    let resolved = axes.map { resolveAxis($0, rank: rank, function) }
    require(Set(resolved).count == axes.count, "\(function): \(axes) names an axis twice")
    return resolved.sorted()
  }

  private func withoutAxes(_ reduced: [Int]) -> [Int] {
    shape.indices.filter { !reduced.contains($0) }.map { shape[$0] }
  }

  /// Returns the sum, reducing one group of neighboring axes after another, the last group first.
  private func summedValues(_ axes: [Int]) -> Tensor {
    if let order = memoryOrder {
      let positions = axes.compactMap { order.firstIndex(of: $0) }.sorted()
      return inOrder(order).summedValues(positions).outOfOrder(order)
    }
    var value = contiguousValues()
    for group in axes.neighborGroups.reversed() { value = value.summedRange(group) }
    return value
  }

  /// Returns the sum over a range of neighboring axes of a contiguous tensor; their lengths become
  /// 1.
  private func summedRange(_ axes: ClosedRange<Int>) -> Tensor {
    let outer = shape[..<axes.lowerBound].reduce(1, *)
    let length = shape[axes].reduce(1, *)
    let inner = shape[(axes.upperBound + 1)...].reduce(1, *)
    var target = shape
    for axis in axes { target[axis] = 1 }
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let x = pointer(T.self)
      return Tensor(target, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        if inner == 1 {
          sumContiguousRows(x, y, rows: outer, length: length)
        } else {
          sumColumns(x, y, outer: outer, length: length, inner: inner)
        }
      }
    }
    return dispatch { run($0) }
  }

  private func maximumValues(_ axes: [Int]) -> Tensor {
    let kept = shape.indices.filter { !axes.contains($0) }
    let rows = permuted(axes: kept + axes).contiguousValues()
    let length = axes.reduce(1) { $0 * shape[$1] }
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let x = rows.pointer(T.self)
      return Tensor(kept.map { shape[$0] }, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        let rowsPerTile = max(1, elementwiseTile / max(1, length))
        Parallel.forEachRange(out.count, tile: rowsPerTile) { range in
          T.kernels.maximumRows(
            x + range.lowerBound * length, y + range.lowerBound, rows: range.count, length: length)
        }
      }
    }
    defer { withExtendedLifetime(rows) {} }
    return dispatch { run($0) }
  }

  private func rowwiseSoftmax() -> Tensor {
    let source = contiguousValues()
    let length = shape.last ?? 1
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let x = source.pointer(T.self)
      return Tensor(shape, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachRange(out.count / length, tile: max(1, elementwiseTile / length)) { range in
          T.kernels.softmaxRows(
            x + range.lowerBound * length, y + range.lowerBound * length, rows: range.count,
            length: length)
        }
      }
    }
    defer { withExtendedLifetime(source) {} }
    return dispatch { run($0) }
  }
}

extension Array where Element == Int {
  /// The sorted list, split into ranges of consecutive numbers.
  fileprivate var neighborGroups: [ClosedRange<Int>] {
    var groups: [ClosedRange<Int>] = []
    for axis in self {
      if let last = groups.last, last.upperBound + 1 == axis {
        groups[groups.count - 1] = last.lowerBound...axis
      } else {
        groups.append(axis...axis)
      }
    }
    return groups
  }
}

/// Writes the sums of rows that follow each other in memory.
///
/// A long row is split into pieces, by its length alone, whose sums are added in order.
private func sumContiguousRows<T: Real>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, rows: Int, length: Int
) {
  if length > 2 * elementwiseTile {
    let pieces = (length + elementwiseTile - 1) / elementwiseTile
    withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * pieces) { partial in
      guard let partial = partial.baseAddress else { return }
      Parallel.forEachTile(rows * pieces) { tile in
        let from = tile % pieces * elementwiseTile
        partial[tile] = T.kernels.sum(
          x + tile / pieces * length + from, min(elementwiseTile, length - from))
      }
      for row in 0..<rows {
        y[row] = T((0..<pieces).reduce(0) { $0 + partial[row * pieces + $1] })
      }
    }
  } else {
    Parallel.forEachRange(rows, tile: max(1, elementwiseTile / max(1, length))) { range in
      T.kernels.sumRows(
        x + range.lowerBound * length, y + range.lowerBound, rows: range.count, length: length)
    }
  }
}

/// Writes y[o, i] = Σ over l of x[o, l, i], for columns side by side.
///
/// Long columns are split into groups of rows, whose sums are added in order.
private func sumColumns<T: Real>(
  _ x: UnsafePointer<T>, _ y: UnsafeMutablePointer<T>, outer: Int, length: Int, inner: Int
) {
  let width = min(inner, 1024)
  let pieces = (inner + width - 1) / width
  // With few columns and many rows, groups of rows are summed separately.
  let group = 1024
  let groups = max(1, (length + group - 1) / group)
  func add(_ o: Int, _ piece: Int, _ block: Int, to sums: UnsafeMutablePointer<Double>) {
    let from = piece * width
    let columns = min(width, inner - from)
    sums.update(repeating: 0, count: columns)
    T.kernels.accumulateRows(
      x + (o * length + block * group) * inner + from, sums,
      rows: min(group, length - block * group), columns: columns, pitch: inner)
  }
  if groups == 1 {
    Parallel.forEachTile(outer * pieces) { tile in
      let (o, piece) = (tile / pieces, tile % pieces)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { sums in
        guard let sums = sums.baseAddress else { return }
        add(o, piece, 0, to: sums)
        let target = y + o * inner + piece * width
        for i in 0..<min(width, inner - piece * width) { target[i] = T(sums[i]) }
      }
    }
  } else {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: groups * outer * inner) { buffer in
      guard let partial = buffer.baseAddress else { return }
      Parallel.forEachTile(outer * pieces * groups) { tile in
        let (o, piece, block) = (tile / (pieces * groups), tile / groups % pieces, tile % groups)
        add(o, piece, block, to: partial + (block * outer + o) * inner + piece * width)
      }
      for i in 0..<outer * inner {
        y[i] = T((0..<groups).reduce(0) { $0 + partial[$1 * outer * inner + i] })
      }
    }
  }
}
