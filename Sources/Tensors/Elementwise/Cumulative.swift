// Running sums and products along one axis.
extension Tensor {
  /// Returns the running sum along an axis: for each element, the sum of all elements up to it.
  ///
  /// With `exclusive`, the element itself is left out, so the first result is 0. With `fromEnd`,
  /// the sum runs from the last element to the first. The adjoint of a running sum is the running
  /// sum from the other end.
  public func cumulativeSum(axis: Int = -1, exclusive: Bool = false, fromEnd: Bool = false)
    -> Tensor
  {
    let resolved = resolveAxis(axis, rank: rank, #function)
    return runningSum(resolved, exclusive, fromEnd).recorded(
      "cumulativeSum", from: [self],
      { $0.cumulativeSum(axis: resolved, exclusive: exclusive, fromEnd: !fromEnd) })
  }

  /// Returns the running product along an axis: for each element, the product of all elements up to
  /// it.
  ///
  /// With `exclusive`, the element itself is left out, so the first result is 1.
  ///
  /// Computed by doubling, y ← y · shift(y, 2ⁱ), with products only. Unlike a quotient of products,
  /// this has the right gradient where an element is 0.
  public func cumulativeProduct(axis: Int = -1, exclusive: Bool = false) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    let length = shape[resolved]
    guard length > 0 else { return self }
    var product = exclusive ? shiftedIn(resolved, by: 1) : self
    var step = 1
    while step < length {
      product = product * product.shiftedIn(resolved, by: step)
      step *= 2
    }
    return product
  }

  /// Returns the elements moved along an axis, with ones at the start.
  private func shiftedIn(_ axis: Int, by step: Int) -> Tensor {
    var ones = shape
    ones[axis] = step
    return .concatenated(
      [.ones(ones, scalarType), sliced(axis: axis, from: 0, length: shape[axis] - step)], axis: axis
    )
  }

  private func runningSum(_ axis: Int, _ exclusive: Bool, _ fromEnd: Bool) -> Tensor {
    let source = contiguousValues()
    let inner = shape[(axis + 1)...].reduce(1, *)
    let length = shape[axis]
    let outer = shape[..<axis].reduce(1, *)
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let x = source.pointer(T.self)
      return Tensor(shape, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        let columns = outer * inner
        Parallel.forEachRange(columns, tile: max(1, elementwiseTile / length)) { range in
          for column in range {
            let start = column / inner * length * inner + column % inner
            // The sum is kept in double precision: each result is rounded once, however long the
            // row is.
            var total = 0.0
            for step in 0..<length {
              let i = start + (fromEnd ? length - 1 - step : step) * inner
              // x is read before y is written. The element is added before or after writing.
              if exclusive { y[i] = T(total) }
              total += Double(x[i])
              if !exclusive { y[i] = T(total) }
            }
          }
        }
      }
    }
    defer { withExtendedLifetime(source) {} }
    return dispatch { run($0) }
  }
}
