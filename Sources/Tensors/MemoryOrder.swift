// Permuted tensors without copies: elementwise work and sums do not care in which order the elements
// stand in memory, as long as there are no gaps.
extension Tensor {
  /// The order of axes in which this tensor is contiguous; nil where it is so already, or has gaps or
  /// repeats.
  var memoryOrder: [Int]? {
    guard !isContiguous else { return nil }
    // Axes of length 1 keep their strides out of it; ties do not occur among the others.
    let order = shape.indices.sorted { a, b in
      let (x, y) = (shape[a] == 1 ? 0 : strides[a], shape[b] == 1 ? 0 : strides[b])
      return x == y ? a < b : x > y
    }
    let inMemory = view(shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
    return inMemory.isContiguous ? order : nil
  }

  /// The axes as they were before `inOrder(_:)`; without recording.
  func outOfOrder(_ order: [Int]) -> Tensor {
    var (newShape, newStrides) = (shape, strides)
    for (position, axis) in order.enumerated() {
      (newShape[axis], newStrides[axis]) = (shape[position], strides[position])
    }
    return view(shape: newShape, strides: newStrides)
  }

  /// A view with the axes in another order; without recording.
  func inOrder(_ order: [Int]) -> Tensor {
    view(shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
  }

  /// Strides with which another shape reads the same elements in the same order, where there are any.
  ///
  /// Axes that follow one another evenly in memory may be cut and joined; across the others, every
  /// axis of the new shape must end where an old one does.
  func strides(reshapedTo target: [Int]) -> [Int]? {
    guard count > 0 else { return target.rowMajorStrides }
    // Groups of axes that are even in memory, as (elements, stride of the last).
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
