// Reading and adding at computed indices of one axis.
extension Tensor {
  /// Returns elements by index: result[…, j, …] = self[…, index[…, j, …], …] along one axis.
  ///
  /// - Parameters:
  ///   - axis: the axis that `index` refers to.
  ///   - index: int32, in this tensor's shape except for the length of `axis`.
  /// - Returns: the elements, in the shape of `index`.
  public func gathered(axis: Int, at index: Tensor) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    requireIndex(index, along: resolved, #function)
    let length = shape[resolved]
    return takenAlong(resolved, index).recorded(
      "gathered", from: [self], { $0.scatterAdded(axis: resolved, at: index, length: length) })
  }

  /// Returns zeros to which every element is added at its index along one axis.
  ///
  /// The axis gets the given length. Elements with the same index add up, in row-major order. This
  /// is the adjoint of `gathered`.
  public func scatterAdded(axis: Int, at index: Tensor, length: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    require(
      index.shape == shape && index.scalarType == .int32,
      "scatterAdded(axis:at:length:): index is \(index.scalarType) \(index.shape), expected int32 "
        + "\(shape)")
    return addedAlong(resolved, index, length).recorded(
      "scatterAdded", from: [self], { $0.gathered(axis: resolved, at: index) })
  }

  private func requireIndex(_ index: Tensor, along axis: Int, _ function: String) {
    require(
      index.scalarType == .int32, "\(function): index holds \(index.scalarType), expected int32")
    var expected: [Int?] = shape
    expected[axis] = nil
    requireShape(index, expected, "index", function: function)
  }

  private func takenAlong(_ axis: Int, _ index: Tensor) -> Tensor {
    let (source, places) = (moved(axis), index.moved(axis))
    let (length, count) = (shape[axis], index.shape[axis])
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, i) = (source.pointer(T.self), places.pointer(Int32.self))
      return Tensor(places.shape, filling: T.self) { out in
        guard let y = out.baseAddress, !out.isEmpty else { return }
        Parallel.forEachRange(out.count, tile: elementwiseTile) { range in
          for element in range {
            let place = Int(i[element])
            require(
              place >= 0 && place < length,
              "gathered(axis:at:): index \(place) is outside an axis of length \(length)")
            y[element] = x[element / count * length + place]
          }
        }
      }
    }
    defer { withExtendedLifetime((source, places)) {} }
    return dispatch { run($0) }.restored(axis)
  }

  private func addedAlong(_ axis: Int, _ index: Tensor, _ length: Int) -> Tensor {
    let (source, places) = (moved(axis), index.moved(axis))
    let count = shape[axis]
    let target = source.shape.dropLast() + [length]
    func run<T: Real>(_ type: T.Type) -> Tensor {
      let (x, i) = (source.pointer(T.self), places.pointer(Int32.self))
      return Tensor(Array(target), filling: T.self) { out in
        out.initialize(repeating: 0)
        guard let y = out.baseAddress, count > 0 else { return }
        let rows = source.count / count
        Parallel.forEachRange(rows, tile: max(1, elementwiseTile / count)) { range in
          for element in range.lowerBound * count..<range.upperBound * count {
            let place = Int(i[element])
            require(
              place >= 0 && place < length,
              "scatterAdded(axis:at:length:): index \(place) is outside an axis of length \(length)"
            )
            y[element / count * length + place] += x[element]
          }
        }
      }
    }
    defer { withExtendedLifetime((source, places)) {} }
    return dispatch { run($0) }.restored(axis)
  }

  /// Returns the values with one axis moved to the end, in row-major order.
  private func moved(_ axis: Int) -> Tensor {
    detached().permuted(axes: (0..<rank).filter { $0 != axis } + [axis]).contiguousValues()
  }

  /// Returns a view that undoes `moved`.
  private func restored(_ axis: Int) -> Tensor {
    var order = Array(0..<rank - 1)
    order.insert(rank - 1, at: axis)
    return permuted(axes: order)
  }
}
