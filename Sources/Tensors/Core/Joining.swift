// Joining tensors, and padding them with zeros.
extension Tensor {
  /// Returns tensors joined along an axis; all their other lengths must be equal.
  public static func concatenated(_ parts: [Tensor], axis: Int = 0) -> Tensor {
    guard let first = parts.first else { fatalError("concatenated(_:axis:): parts is empty") }
    let resolved = resolveAxis(axis, rank: first.rank, #function)
    for part in parts {
      requireSameType(first, part, #function)
      var expected: [Int?] = first.shape
      expected[resolved] = nil
      requireShape(part, expected, "every tensor")
    }
    var shape = first.shape
    shape[resolved] = parts.reduce(0) { $0 + $1.shape[resolved] }
    let result = uninitialized(shape, first.scalarType)
    var start = 0
    var starts: [Int] = []
    for part in parts {
      let window = result.view(
        shape: part.shape, strides: result.strides, offset: start * result.strides[resolved])
      contiguousCopy(of: part, into: window)
      starts.append(start)
      start += part.shape[resolved]
    }
    return result.recorded(
      "concatenated", from: parts,
      rules: zip(parts, starts).map { part, start in
        { $0.sliced(axis: resolved, from: start, length: part.shape[resolved]) }
      })
  }

  /// Returns tensors of one shape joined along a new axis.
  public static func stacked(_ parts: [Tensor], axis: Int = 0) -> Tensor {
    concatenated(parts.map { $0.unsqueezed(axis: axis) }, axis: axis)
  }

  /// Returns the tensor with zeros added before and after the elements of one axis.
  public func padded(axis: Int, before: Int, after: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    require(
      before >= 0 && after >= 0,
      "padded(axis:before:after:): got \(before) and \(after), expected ≥ 0"
    )
    guard before + after > 0 else { return self }
    return embedded(
      resolved, into: shape[resolved] + before + after, from: before, step: 1)
  }

  /// Returns the tensor repeated `times` times along an axis, which must have length 1.
  public func repeated(axis: Int, times: Int) -> Tensor {
    let resolved = resolveAxis(axis, rank: rank, #function)
    var target = shape
    require(
      target[resolved] == 1,
      "repeated(axis:times:): axis \(axis) of \(shape) has length \(shape[resolved]), expected 1")
    target[resolved] = times
    return broadcast(to: target)
  }
}
