// Operations on axes without copies: a view has its own shape and strides over shared memory.
extension Tensor {
  func view(shape: [Int], strides: [Int], offset: Int? = nil) -> Tensor {
    Tensor(
      shape: shape, strides: strides, offset: offset ?? self.offset, scalarType: scalarType,
      storage: storage, node: nil)
  }

  /// Returns the same elements, in row-major order, in another shape.
  ///
  /// One length may be −1; it is then inferred. The result is a view if the memory layout allows
  /// that; otherwise the elements are copied.
  public func reshaped(_ newShape: [Int]) -> Tensor {
    var target = newShape
    if let open = target.firstIndex(of: -1) {
      let known = target.enumerated().reduce(1) { $1.offset == open ? $0 : $0 * $1.element }
      require(
        known > 0 && count % known == 0,
        "reshaped(_:): \(newShape) does not divide the \(count) elements of shape \(shape)")
      target[open] = count / known
    }
    require(
      target.product == count && target.allSatisfy { $0 >= 0 },
      "reshaped(_:): \(newShape) has \(target.product) elements, expected \(count) as in \(shape)")
    guard target != shape else { return self }
    let source = shape
    let result =
      strides(reshapedTo: target).map { view(shape: target, strides: $0) }
      ?? contiguousValues().view(shape: target, strides: target.rowMajorStrides)
    return result.recorded("reshaped", from: [self], { $0.reshaped(source) })
  }

  /// Merges all axes into one; a scalar becomes a row of one element.
  public func flattened() -> Tensor { reshaped([count]) }

  /// Merges neighboring axes into one; axes are counted from the front.
  public func flattened(axes: ClosedRange<Int>) -> Tensor {
    require(
      axes.lowerBound >= 0 && axes.upperBound < rank,
      "flattened(axes:): axes \(axes) of \(shape) do not exist, expected 0 ..< \(rank)")
    return reshaped(
      shape[..<axes.lowerBound] + [shape[axes].reduce(1, *)] + shape[(axes.upperBound + 1)...])
  }

  /// Returns the tensor with its axes in another order: axis i of the result is axis `order[i]` of
  /// this tensor.
  public func permuted(axes order: [Int]) -> Tensor {
    let axes = order.map { resolveAxis($0, rank: rank, #function) }
    require(
      Set(axes).count == rank && axes.count == rank,
      "permuted(axes:): \(order) is not an order of the \(rank) axes of \(shape)")
    guard axes != Array(0..<rank) else { return self }
    var inverse = [Int](repeating: 0, count: rank)
    for (position, axis) in axes.enumerated() { inverse[axis] = position }
    return view(shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] })
      .recorded("permuted", from: [self], { [inverse] in $0.permuted(axes: inverse) })
  }

  /// Exchanges the last two axes, which transposes every matrix.
  public func transposed() -> Tensor { swapped(axes: -2, -1) }

  /// Exchanges two axes.
  public func swapped(axes a: Int, _ b: Int) -> Tensor {
    var order = Array(0..<rank)
    order.swapAt(resolveAxis(a, rank: rank, #function), resolveAxis(b, rank: rank, #function))
    return permuted(axes: order)
  }

  /// Inserts an axis of length 1 at a position of the result; −1 puts it last.
  public func unsqueezed(axis: Int) -> Tensor {
    var newShape = shape
    newShape.insert(1, at: resolveAxis(axis, rank: rank + 1, #function))
    return reshapedView(newShape)
  }

  /// Removes an axis of length 1.
  public func squeezed(axis: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    require(
      shape[resolved] == 1,
      "squeezed(axis:): axis \(axis) of \(shape) has length \(shape[resolved]), expected 1")
    var newShape = shape
    newShape.remove(at: resolved)
    return reshapedView(newShape)
  }

  /// Inserts or removes axes of length 1, which never needs a copy.
  private func reshapedView(_ newShape: [Int]) -> Tensor {
    var kept = zip(shape, strides).filter { $0.0 != 1 }.map(\.1)[...]
    let newStrides = newShape.map { $0 == 1 ? 1 : kept.removeFirst() }
    let source = shape
    return view(shape: newShape, strides: newStrides)
      .recorded("reshaped", from: [self], { $0.reshapedView(source) })
  }

  /// Returns the tensor repeated along axes of length 1, and along new leading axes, to the given
  /// shape.
  public func broadcast(to target: [Int]) -> Tensor {
    guard target != shape else { return self }
    let source = shape
    return view(shape: target, strides: broadcastStrides(to: target))
      .recorded("broadcast", from: [self], { $0.summed(to: source) })
  }

  /// Returns strides for broadcasting to `target`, with 0 along every repeated axis.
  func broadcastStrides(to target: [Int]) -> [Int] {
    let lead = target.count - rank
    require(lead >= 0, "broadcast(to:): \(shape) has more axes than \(target)")
    return target.indices.map { axis in
      guard axis >= lead else { return 0 }
      let length = shape[axis - lead]
      require(
        length == target[axis] || length == 1,
        "broadcast(to:): axis \(axis - lead) of \(shape) is neither 1 nor \(target[axis])")
      return length == target[axis] ? strides[axis - lead] : 0
    }
  }

  /// Returns the sum over all axes along which a tensor of shape `target` is repeated to give this
  /// tensor's shape: the adjoint of `broadcast(to:)`.
  func summed(to target: [Int]) -> Tensor {
    guard target != shape else { return self }
    let lead = rank - target.count
    let axes = shape.indices.filter { $0 < lead || (target[$0 - lead] == 1 && shape[$0] != 1) }
    return sum(axes: axes, keepingAxes: true).reshaped(target)
  }

  /// Returns `length` elements of one axis: every `step`-th one, from `start` on.
  public func sliced(axis: Int, from start: Int, length: Int, step: Int = 1) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    let last = start + (length - 1) * step
    require(
      step > 0 && length >= 0 && start >= 0 && (length == 0 || last < shape[resolved]),
      "sliced(axis:from:length:step:): \(length) elements from \(start) step \(step) do not fit "
        + "axis \(axis) of \(shape)")
    guard length != shape[resolved] || step != 1 else { return self }
    var newShape = shape
    var newStrides = strides
    newShape[resolved] = length
    newStrides[resolved] *= step
    let source = shape[resolved]
    return view(
      shape: newShape, strides: newStrides, offset: offset + start * strides[resolved]
    ).recorded(
      "sliced", from: [self],
      { $0.embedded(resolved, into: source, from: start, step: step) })
  }

  /// Returns zeros with this tensor written at every `step`-th place of one axis, from `start` on:
  /// the adjoint of `sliced`.
  func embedded(_ axis: Int, into length: Int, from start: Int, step: Int) -> Tensor {
    var newShape = shape
    newShape[axis] = length
    let held = shape[axis]
    let result = Tensor.zeros(newShape, scalarType)
    if count > 0 {
      var window = result.strides
      window[axis] *= step
      contiguousCopy(
        of: self,
        into: result.view(
          shape: shape, strides: window, offset: start * result.strides[axis]))
    }
    return result.recorded(
      "embedded", from: [self], { $0.sliced(axis: axis, from: start, length: held, step: step) })
  }

  /// Accesses the elements at one position of an axis; the result lacks that axis.
  public subscript(axis axis: Int, index: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, "subscript(axis:_:)")
    require(
      index >= 0 && index < shape[resolved],
      "subscript: index \(index) is outside axis \(axis) of \(shape)")
    return sliced(axis: resolved, from: index, length: 1).squeezed(axis: resolved)
  }

  /// Accesses the elements at one position of each leading axis, for example `x[image, part]`; the
  /// result lacks these axes.
  public subscript(indices: Int...) -> Tensor {
    indices.reduce(self) { $0[axis: 0, $1] }
  }

  /// Returns pieces of one axis with the given lengths, which must add up to the length of the
  /// axis.
  public func split(axis: Int, lengths: [Int]) -> [Tensor] {
    let resolved = resolveAxis(axis, rank: rank, #function)
    require(
      lengths.reduce(0, +) == shape[resolved],
      "split(axis:lengths:): \(lengths) do not add up to axis \(axis) of \(shape)")
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return sliced(axis: resolved, from: start, length: length)
    }
  }

  /// Returns the tensor with the elements along one axis in reverse order.
  public func reversed(axis: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    guard count > 0 else { return self }
    var newStrides = strides
    newStrides[resolved] = -strides[resolved]
    let first = offset + (shape[resolved] - 1) * strides[resolved]
    return view(shape: shape, strides: newStrides, offset: first)
      .recorded("reversed", from: [self], { $0.reversed(axis: resolved) })
  }

  /// Returns the same values, detached, in row-major order in memory.
  func contiguousValues() -> Tensor {
    guard !isContiguous else { return detached() }
    let result = Tensor.uninitialized(shape, scalarType)
    contiguousCopy(of: self, into: result)
    return result
  }

  /// Returns the tensor with its elements in row-major order in memory.
  public func contiguous() -> Tensor {
    guard !isContiguous else { return self }
    return contiguousValues().recorded("contiguous", from: [self], { $0 })
  }

  static func uninitialized(_ shape: [Int], _ type: ScalarType) -> Tensor {
    Tensor(
      shape: shape, strides: shape.rowMajorStrides, offset: 0, scalarType: type,
      storage: Storage(byteCount: shape.product * type.byteCount), node: nil)
  }
}
