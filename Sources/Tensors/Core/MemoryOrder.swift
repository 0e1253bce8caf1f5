// Permuted tensors without copies: elementwise operations and sums can read the elements in any
// memory order, as long as there are no gaps.
extension Tensor {
  /// The order of axes in which this tensor is contiguous in memory; nil if it is contiguous as it
  /// stands, or has gaps or repeated elements.
  var memoryOrder: [Int]? {
    guard !isContiguous else { return nil }
    // Axes of length 1 count as stride 0. Equal strides among the others mean repeated elements,
    // which the check below rejects.
    let order = shape.indices.sorted { a, b in
      let (x, y) = (shape[a] == 1 ? 0 : strides[a], shape[b] == 1 ? 0 : strides[b])
      return x == y ? a < b : x > y
    }
    let inMemory = view(shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
    return inMemory.isContiguous ? order : nil
  }

  /// Returns a view that undoes `inOrder(_:)`; it is not recorded.
  func outOfOrder(_ order: [Int]) -> Tensor {
    var (newShape, newStrides) = (shape, strides)
    for (position, axis) in order.enumerated() {
      (newShape[axis], newStrides[axis]) = (shape[position], strides[position])
    }
    return view(shape: newShape, strides: newStrides)
  }

  /// Returns a view with the axes in another order; it is not recorded.
  func inOrder(_ order: [Int]) -> Tensor {
    view(shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
  }

  /// Returns strides with which another shape reads the same elements in the same order, or nil if
  /// there are none.
  ///
  /// Axes that follow each other evenly in memory may be split and merged. Everywhere else, an axis
  /// of the new shape must end where an old axis ends.
  func strides(reshapedTo target: [Int]) -> [Int]? {
    guard count > 0 else { return target.rowMajorStrides }
    // Groups of axes that are evenly spaced in memory, as (number of elements, stride of the last
    // axis).
    var groups: [(count: Int, step: Int)] = []
    for axis in shape.indices where shape[axis] != 1 {
      if let last = groups.last, last.step == strides[axis] * shape[axis] {
        groups[groups.count - 1] = (last.count * shape[axis], strides[axis])
      } else {
        groups.append((shape[axis], strides[axis]))
      }
    }
    var result = [Int](repeating: 1, count: target.count)
    var (rest, step) = groups.popLast() ?? (1, 1)
    for axis in target.indices.reversed() where target[axis] != 1 {
      if rest == 1, let next = groups.popLast() { (rest, step) = next }
      guard rest % target[axis] == 0 else { return nil }
      result[axis] = step
      step *= target[axis]
      rest /= target[axis]
    }
    return result
  }
}
