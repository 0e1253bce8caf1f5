extension Tensor {
  /// Returns new tensors from the caller's own loop over the elements of several tensors, in one
  /// pass.
  ///
  /// Updates that read and write many tensors use this function; nothing is recorded. The body gets
  /// pointers to the elements in row-major order and a range of them. It may be called on any
  /// thread.
  ///
  /// - Parameters:
  ///   - type: the element type of all tensors.
  ///   - inputs: the tensors to read, all of one shape.
  ///   - results: the number of tensors to create.
  ///   - body: writes the elements of a range in every result.
  /// - Returns: the results, of the inputs' shape.
  public static func looped<T: TensorScalar>(
    _ type: T.Type, over inputs: [Tensor], results: Int,
    _ body: ([UnsafePointer<T>], [UnsafeMutablePointer<T>], Range<Int>) -> Void
  ) -> [Tensor] {
    guard let shape = inputs.first?.shape else { return [] }
    for input in inputs {
      requireShape(input, shape.map { $0 }, "inputs", function: "looped(_:over:results:_:)")
      require(
        input.scalarType == T.scalarType,
        "looped(_:over:results:_:): an input holds \(input.scalarType), expected \(T.scalarType)")
    }
    let sources = inputs.map { $0.contiguousValues() }
    let made = (0..<results).map { _ in Tensor.uninitialized(shape, T.scalarType) }
    let from = sources.map { $0.pointer(T.self) }
    let to = made.map { $0.storage.bytes.assumingMemoryBound(to: T.self) }
    Parallel.forEachRange(shape.product, tile: elementwiseTile) { body(from, to, $0) }
    withExtendedLifetime(sources) {}
    return made
  }
}
