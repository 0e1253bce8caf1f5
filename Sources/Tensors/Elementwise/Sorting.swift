// Sorting, the index of the largest element, and searching in sorted rows.
extension Tensor {
  /// Returns the elements of each row (the last axis) in ascending order, and their original
  /// indices.
  ///
  /// Equal elements keep their order, and NaN comes last. The gradient of each value goes to the
  /// element it came from.
  public func sorted() -> (values: Tensor, indices: Tensor) {
    let indices = sortingIndices()
    return (gathered(axis: -1, at: indices), indices)
  }

  /// Returns the index of the largest element along an axis, the first of equal ones; int32.
  ///
  /// NaN counts as the largest, as in `maximum(axes:keepingAxes:)`.
  public func argmax(axis: Int = -1) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    require(shape[resolved] > 0, "argmax(axis:): axis \(axis) of \(shape) is empty")
    let rows = permuted(axes: (0..<rank).filter { $0 != resolved } + [resolved]).contiguousValues()
    let length = shape[resolved]
    var target = shape
    target.remove(at: resolved)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let x = rows.pointer(T.self)
      return Tensor(target, filling: Int32.self) { out in
        for row in 0..<out.count {
          let start = x + row * length
          var best = 0
          for i in 0..<length where !(start[i] <= start[best]) && start[best] == start[best] {
            best = i
          }
          out[row] = Int32(best)
        }
      }
    }
    defer { withExtendedLifetime(rows) {} }
    return dispatch { run($0) }.recordedConstant("argmax", from: [self])
  }

  /// Returns, for each value, the index at which it would be inserted into its sorted row; int32.
  ///
  /// The index is the number of elements that are smaller than the value or, with `right`, not
  /// larger.
  ///
  /// - Parameters:
  ///   - values: `[..., M]` with the leading axes of this tensor.
  ///   - right: whether equal elements count as smaller.
  /// - Returns: indices from 0 to N, in the shape of `values`.
  public func searchSorted(_ values: Tensor, right: Bool = false) -> Tensor {
    requireSameType(self, values, #function)
    requireShape(values, shape.dropLast() + [nil], "values")
    let (rows, wanted) = (contiguousValues(), values.contiguousValues())
    let (length, count) = (shape.last ?? 1, values.shape.last ?? 1)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, v) = (rows.pointer(T.self), wanted.pointer(T.self))
      return Tensor(values.shape, filling: Int32.self) { out in
        for i in 0..<out.count {
          let row = x + i / count * length
          var (low, high) = (0, length)
          while low < high {
            let middle = (low + high) / 2
            if row[middle] < v[i] || (right && row[middle] == v[i]) {
              low = middle + 1
            } else {
              high = middle
            }
          }
          out[i] = Int32(low)
        }
      }
    }
    defer { withExtendedLifetime((rows, wanted)) {} }
    return dispatch { run($0) }.recordedConstant("searchSorted", from: [self, values])
  }

  private func sortingIndices() -> Tensor {
    let source = contiguousValues()
    let length = shape.last ?? 1
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let x = source.pointer(T.self)
      return Tensor(shape, filling: Int32.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachRange(out.count / length, tile: max(1, 4096 / length)) { range in
          for row in range { insertionSort(x + row * length, y + row * length, length) }
        }
      }
    }
    defer { withExtendedLifetime(source) {} }
    return dispatch { run($0) }.recordedConstant("sortingIndices", from: [self])
  }
}

/// Writes the indices that sort a row in ascending order; equal elements keep their order.
///
/// Most rows are short (the samples on a ray, two sorted runs of them), and insertion sort is
/// fastest for these. Long rows use the standard library's sort.
private func insertionSort<T: Real>(
  _ x: UnsafePointer<T>, _ order: UnsafeMutablePointer<Int32>, _ count: Int
) {
  func isBefore(_ a: Int32, _ b: Int32) -> Bool {
    let (p, q) = (x[Int(a)], x[Int(b)])
    return p < q || (p == p && q != q)
  }
  for i in 0..<count { order[i] = Int32(i) }
  guard count <= 64 else {
    let sorted = UnsafeBufferPointer(start: order, count: count).sorted {
      isBefore($0, $1) || (!isBefore($1, $0) && $0 < $1)
    }
    for i in 0..<count { order[i] = sorted[i] }
    return
  }
  for i in 1..<max(1, count) {
    let moving = order[i]
    var j = i
    while j > 0 && isBefore(moving, order[j - 1]) {
      order[j] = order[j - 1]
      j -= 1
    }
    order[j] = moving
  }
}
