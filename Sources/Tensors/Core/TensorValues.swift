import Foundation

// Creating tensors from Swift numbers, and reading them back.
extension Tensor {
  /// Creates a double-precision tensor from its elements in row-major order.
  ///
  /// Literals create double precision, so that a hand-written golden value is exact; use
  /// `cast(to:)` for single precision.
  public init(_ shape: [Int], _ values: [Double]) { self.init(shape, copying: values) }

  /// Creates a single-precision tensor from its elements in row-major order.
  @_disfavoredOverload
  public init(_ shape: [Int], _ values: [Float]) { self.init(shape, copying: values) }

  /// Creates an integer tensor from its elements in row-major order.
  @_disfavoredOverload
  public init(_ shape: [Int], _ values: [Int32]) { self.init(shape, copying: values) }

  private init<T: TensorScalar>(_ shape: [Int], copying values: [T]) {
    require(
      shape.product == values.count,
      "Tensor(_:_:): values has \(values.count) elements, expected \(shape.product) for \(shape)")
    self.init(shape, filling: T.self) { buffer in
      _ = buffer.initialize(from: values)
    }
  }

  /// Creates a tensor whose elements a closure writes in row-major order; it must write all of
  /// them.
  public init<T: TensorScalar>(
    _ shape: [Int], filling type: T.Type, _ write: (UnsafeMutableBufferPointer<T>) throws -> Void
  ) rethrows {
    require(shape.allSatisfy { $0 >= 0 }, "Tensor: shape \(shape) has a negative length")
    let count = shape.product
    let storage = Storage(byteCount: count * T.scalarType.byteCount)
    try write(
      UnsafeMutableBufferPointer(start: storage.bytes.assumingMemoryBound(to: T.self), count: count)
    )
    self.init(
      shape: shape, strides: shape.rowMajorStrides, offset: 0, scalarType: T.scalarType,
      storage: storage, node: nil)
  }

  /// Creates a tensor in which every element is the same number.
  public init(repeating value: Double, _ shape: [Int], _ type: ScalarType) {
    switch type {
    case .float32: self.init(shape, filling: Float.self) { $0.initialize(repeating: Float(value)) }
    case .float64: self.init(shape, filling: Double.self) { $0.initialize(repeating: value) }
    case .int32:
      self.init(shape, filling: Int32.self) { $0.initialize(repeating: Int32(fromDouble: value)) }
    }
  }

  /// Returns a tensor of zeros; single precision by default.
  public static func zeros(_ shape: [Int], _ type: ScalarType = .float32) -> Tensor {
    Tensor(repeating: 0, shape, type)
  }

  /// Returns a tensor of ones; single precision by default.
  public static func ones(_ shape: [Int], _ type: ScalarType = .float32) -> Tensor {
    Tensor(repeating: 1, shape, type)
  }

  /// Returns a tensor of shape `[]` that holds one number; single precision by default.
  public static func scalar(_ value: Double, _ type: ScalarType = .float32) -> Tensor {
    Tensor(repeating: value, [], type)
  }

  /// Returns `count` equally spaced numbers from `first` to `last`, both included.
  ///
  /// A count of 1 gives `first`. The numbers are computed in double precision and returned in
  /// single precision by default.
  public static func linspace(
    _ first: Double, _ last: Double, _ count: Int, _ type: ScalarType = .float32
  ) -> Tensor {
    // Computed from both ends inward, so that the last element is exactly `last` and the row is
    // symmetric.
    let step = count > 1 ? (last - first) / Double(count - 1) : 0
    let values = (0..<count).map { i in
      if 2 * i == count - 1 && count > 1 { return first / 2 + last / 2 }
      return 2 * i < count ? first + step * Double(i) : last - step * Double(count - 1 - i)
    }
    return Tensor([count], values).cast(to: type)
  }

  /// Returns the integers 0 ..< count; single precision by default.
  public static func counting(to count: Int, _ type: ScalarType = .float32) -> Tensor {
    Tensor([count], (0..<count).map(Double.init)).cast(to: type)
  }

  /// The elements in row-major order as doubles (exact for every scalar type).
  public var scalars: [Double] {
    switch scalarType {
    case .float32: withElements(of: Float.self) { $0.map(Double.init) }
    case .float64: withElements(of: Double.self) { Array($0) }
    case .int32: withElements(of: Int32.self) { $0.map(Double.init) }
    }
  }

  /// The elements of a single-precision tensor in row-major order.
  public var floats: [Float] { withElements(of: Float.self) { Array($0) } }

  /// The elements of an integer tensor in row-major order.
  public var integers: [Int32] { withElements(of: Int32.self) { Array($0) } }

  /// The element of a tensor that has exactly one.
  public var item: Double {
    require(count == 1, "item: tensor has shape \(shape), expected one element")
    return scalars[0]
  }

  /// Calls a closure with the elements in row-major order; a view in another order is copied first.
  public func withElements<T: TensorScalar, Result>(
    of type: T.Type, _ body: (UnsafeBufferPointer<T>) throws -> Result
  ) rethrows -> Result {
    require(
      T.scalarType == scalarType,
      "withElements(of:): tensor holds \(scalarType), expected \(T.scalarType)")
    let dense = contiguousValues()
    defer { withExtendedLifetime(dense) {} }
    return try body(UnsafeBufferPointer(start: dense.pointer(T.self), count: count))
  }

  /// Returns the address of the first element.
  ///
  /// The address is valid while the tensor is alive.
  func pointer<T: TensorScalar>(_ type: T.Type) -> UnsafePointer<T> {
    UnsafePointer(storage.bytes.assumingMemoryBound(to: T.self) + offset)
  }

  /// Returns the same values converted to another scalar type.
  ///
  /// Gradients flow between the floating-point types. A conversion to or from integers is piecewise
  /// constant: its gradient is zero.
  public func cast(to type: ScalarType) -> Tensor {
    guard type != scalarType else { return self }
    let dense = contiguousValues()
    let converted: Tensor
    switch (scalarType, type) {
    case (.float32, .float64): converted = dense.converted(Float.self, Double.self) { Double($0) }
    case (.float64, .float32): converted = dense.converted(Double.self, Float.self) { Float($0) }
    case (.int32, .float32): converted = dense.converted(Int32.self, Float.self) { Float($0) }
    case (.int32, .float64): converted = dense.converted(Int32.self, Double.self) { Double($0) }
    case (.float32, _):
      converted = dense.converted(Float.self, Int32.self) { Int32(fromDouble: Double($0)) }
    default: converted = dense.converted(Double.self, Int32.self) { Int32(fromDouble: $0) }
    }
    guard scalarType.isFloatingPoint && type.isFloatingPoint else {
      return converted.recordedConstant("cast", from: [self])
    }
    let source = scalarType
    return converted.recorded("cast", from: [self], { $0.cast(to: source) })
  }

  private func converted<From: TensorScalar, To: TensorScalar>(
    _ from: From.Type, _ to: To.Type, _ convert: (From) -> To
  ) -> Tensor {
    let source = pointer(From.self)
    return Tensor(shape, filling: To.self) { out in
      for i in 0..<out.count { out[i] = convert(source[i]) }
    }
  }
}
