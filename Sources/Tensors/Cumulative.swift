// Running sums and products along one axis.
extension Tensor {
  /// The sum of the elements up to each one.
  ///
  /// `exclusive` leaves the element itself out, so that the first result is 0; `fromEnd` runs the
  /// other way. The adjoint of a running sum is the running sum from the other end.
  public func cumulativeSum(_ axis: Int = -1, exclusive: Bool = false, fromEnd: Bool = false)
    -> Tensor
  {
    let resolved = resolveAxis(axis, rank: rank, #function)
    return runningSum(resolved, exclusive, fromEnd).recorded(
      "cumulativeSum", from: [self],
      { $0.cumulativeSum(resolved, exclusive: exclusive, fromEnd: !fromEnd) })
  }

  /// The product of the elements up to each one; `exclusive` leaves the element itself out, so that
  /// the first result is 1.
  ///
  /// Computed by doubling, y ← y · shift(y, 2ⁱ), in products alone: unlike a quotient of products its
  /// gradient is right where an element is 0.
  public func cumulativeProduct(_ axis: Int = -1, exclusive: Bool = false) -> Tensor {
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

  /// Moves the elements along an axis and fills the start with ones.
  private func shiftedIn(_ axis: Int, by step: Int) -> Tensor {
    var ones = shape
    ones[axis] = step
    return .concatenated(
      [.ones(ones, scalarType), sliced(axis, from: 0, length: shape[axis] - step)], axis)
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
            // In double precision: each result is rounded once, however long the row.
            var total = 0.0
            for step in 0..<length {
              let i = start + (fromEnd ? length - 1 - step : step) * inner
              // Read before writing: the element itself joins before or after it is passed.
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
