// Axis manipulation without copying: a view has its own shape and strides on shared numbers.
extension Tensor {
  func view(shape: [Int], strides: [Int], offset: Int? = nil) -> Tensor {
    Tensor(
      shape: shape, strides: strides, offset: offset ?? self.offset, scalarType: scalarType,
      storage: storage, node: nil)
  }

  /// The same elements in row-major order under another shape; one length may be −1, "what is left".
  ///
  /// Free where the elements stand evenly enough in memory; else they are copied first.
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

  /// All axes from `first` to `last` (both included) joined into one.
  public func flattened(_ first: Int = 0, _ last: Int = -1) -> Tensor {
    guard rank > 0 else { return reshaped([1]) }
    let from = resolveAxis(first, rank: rank, #function)
    let to = resolveAxis(last, rank: rank, #function)
    require(from <= to, "flattened(_:_:): axis \(first) comes after \(last) in \(shape)")
    return reshaped(shape[..<from] + [shape[from...to].reduce(1, *)] + shape[(to + 1)...])
  }

  /// The axes in another order: axis i of the result is axis `order[i]` of this tensor.
  public func permuted(_ order: [Int]) -> Tensor {
    let axes = order.map { resolveAxis($0, rank: rank, #function) }
    require(
      Set(axes).count == rank && axes.count == rank,
      "permuted(_:): \(order) is not an order of the \(rank) axes of \(shape)")
    guard axes != Array(0..<rank) else { return self }
    var inverse = [Int](repeating: 0, count: rank)
    for (position, axis) in axes.enumerated() { inverse[axis] = position }
    return view(shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] })
      .recorded("permuted", from: [self], { [inverse] in $0.permuted(inverse) })
  }

  /// Two axes exchanged; the last two by default, a matrix transpose.
  public func transposed(_ a: Int = -2, _ b: Int = -1) -> Tensor {
    var order = Array(0..<rank)
    order.swapAt(resolveAxis(a, rank: rank, #function), resolveAxis(b, rank: rank, #function))
    return permuted(order)
  }

  /// A new axis of length 1 at a position of the result; −1 puts it last.
  public func expanded(_ axis: Int) -> Tensor {
    var newShape = shape
    newShape.insert(1, at: resolveAxis(axis, rank: rank + 1, #function))
    return reshapedView(newShape)
  }

  /// Without one axis of length 1.
  public func squeezed(_ axis: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    require(
      shape[resolved] == 1, "squeezed(_:): axis \(axis) of \(shape) has length \(shape[resolved])")
    var newShape = shape
    newShape.remove(at: resolved)
    return reshapedView(newShape)
  }

  /// Inserts or removes axes of length 1, which needs no copy whatever the strides.
  private func reshapedView(_ newShape: [Int]) -> Tensor {
    var kept = zip(shape, strides).filter { $0.0 != 1 }.map(\.1)[...]
    let newStrides = newShape.map { $0 == 1 ? 1 : kept.removeFirst() }
    let source = shape
    return view(shape: newShape, strides: newStrides)
      .recorded("reshaped", from: [self], { $0.reshapedView(source) })
  }

  /// Repeated along axes of length 1, and along new leading axes, until it has the given shape.
  public func broadcast(to target: [Int]) -> Tensor {
    guard target != shape else { return self }
    let source = shape
    return view(shape: target, strides: broadcastStrides(to: target))
      .recorded("broadcast", from: [self], { $0.summed(to: source) })
  }

  /// Strides with 0 along every axis that broadcasting to `target` repeats.
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

  /// The sum over everything that broadcasting `shape` to this tensor's shape repeats.
  func summed(to target: [Int]) -> Tensor {
    guard target != shape else { return self }
    let lead = rank - target.count
    let axes = shape.indices.filter { $0 < lead || (target[$0 - lead] == 1 && shape[$0] != 1) }
    return sum(axes, keepingAxes: true).reshaped(target)
  }

  /// Part of one axis: `length` elements from `start`, every `step`-th.
  public func sliced(_ axis: Int, from start: Int, length: Int, step: Int = 1) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    let last = start + (length - 1) * step
    require(
      step > 0 && length >= 0 && start >= 0 && (length == 0 || last < shape[resolved]),
      "sliced(_:from:length:step:): \(length) elements from \(start) step \(step) do not fit "
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

  /// The adjoint of `sliced`: zeros along one axis, with this tensor standing in them.
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
      "embedded", from: [self], { $0.sliced(axis, from: start, length: held, step: step) })
  }

  /// The elements at one position of an axis, without that axis.
  public func at(_ axis: Int, _ index: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    require(
      index >= 0 && index < shape[resolved],
      "at(_:_:): index \(index) is outside axis \(axis) of \(shape)")
    return sliced(resolved, from: index, length: 1).squeezed(resolved)
  }

  /// One axis cut into pieces of the given lengths, which must add up to its length.
  public func split(_ axis: Int, lengths: [Int]) -> [Tensor] {
    let resolved = resolveAxis(axis, rank: rank, #function)
    require(
      lengths.reduce(0, +) == shape[resolved],
      "split(_:lengths:): \(lengths) do not add up to axis \(axis) of \(shape)")
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return sliced(resolved, from: start, length: length)
    }
  }

  /// The elements along one axis in opposite order.
  public func reversed(_ axis: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    guard count > 0 else { return self }
    var newStrides = strides
    newStrides[resolved] = -strides[resolved]
    let first = offset + (shape[resolved] - 1) * strides[resolved]
    return view(shape: shape, strides: newStrides, offset: first)
      .recorded("reversed", from: [self], { $0.reversed(resolved) })
  }

  /// The same values standing in row-major order, without a graph node.
  func contiguousValues() -> Tensor {
    guard !isContiguous else { return detached() }
    let result = Tensor.uninitialized(shape, scalarType)
    contiguousCopy(of: self, into: result)
    return result
  }

  /// The same tensor with its elements in row-major order in memory.
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
