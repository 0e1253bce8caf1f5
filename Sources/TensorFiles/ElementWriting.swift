import Tensors

// Writing: from the elements of a tensor to the bytes of a file, little-endian.
extension ArrayElement {
  /// Passes a tensor's elements, in row-major order and converted to this type, to a closure.
  ///
  /// Floating-point numbers are rounded to the nearest number of this type, as `Tensor.cast(to:)` does.
  func send(_ tensor: Tensor, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    require(
      tensor.scalarType.isFloatingPoint == scalarType.isFloatingPoint,
      "write: element is \(self), the tensor holds \(tensor.scalarType); cast the tensor first")
    if tensor.scalarType.isFloatingPoint { return try sendFloats(tensor, to: sink) }
    try tensor.withElements(of: Int32.self) { elements in
      switch self {
      case .int64: try narrowed(elements, sink) { Int64($0) }
      case .int16: try narrowed(elements, sink) { Int16(exactly: $0) }
      case .int8: try narrowed(elements, sink) { Int8(exactly: $0) }
      case .uint64: try narrowed(elements, sink) { UInt64(exactly: $0) }
      case .uint32: try narrowed(elements, sink) { UInt32(exactly: $0) }
      case .uint16: try narrowed(elements, sink) { UInt16(exactly: $0) }
      case .uint8: try narrowed(elements, sink) { UInt8(exactly: $0) }
      case .bool: try narrowed(elements, sink) { $0 == 0 || $0 == 1 ? UInt8($0) : nil }
      default: try sink(UnsafeRawBufferPointer(elements))
      }
    }
  }

  private func sendFloats(
    _ tensor: Tensor, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // The elements of a view are copied into row-major order here, and kept alive until they are
    // passed on.
    switch self {
    case .float32:
      try tensor.detached().cast(to: .float32).withElements(of: Float.self) {
        try sink(UnsafeRawBufferPointer($0))
      }
    case .float16:
      try tensor.detached().cast(to: .float64).withElements(of: Double.self) { elements in
        try narrowed(elements, sink) { Float16($0).bitPattern }
      }
    case .bfloat16:
      try tensor.detached().cast(to: .float32).withElements(of: Float.self) { elements in
        try narrowed(elements, sink) { $0.upperHalf }
      }
    default:
      try tensor.detached().cast(to: .float64).withElements(of: Double.self) {
        try sink(UnsafeRawBufferPointer($0))
      }
    }
  }

  private func narrowed<Element, Stored: BitwiseCopyable>(
    _ elements: UnsafeBufferPointer<Element>, _ sink: (UnsafeRawBufferPointer) throws -> Void,
    _ narrow: (Element) -> Stored?
  ) throws {
    for start in stride(from: 0, to: elements.count, by: Self.chunk) {
      let piece = UnsafeBufferPointer(rebasing: elements[start...].prefix(Self.chunk))
      let values = try piece.enumerated().map { index, element in
        guard let value = narrow(element) else {
          throw ElementMisfit(index: start + index, value: "\(element)")
        }
        return value
      }
      try values.withUnsafeBytes(sink)
    }
  }
}

extension Float {
  /// The bits of the nearest bfloat16 number; of two equally near ones, the one with an even last bit.
  fileprivate var upperHalf: UInt16 {
    // Rounding could carry a NaN's payload into its exponent; one payload bit is kept instead.
    if isNaN { return UInt16(truncatingIfNeeded: bitPattern >> 16) | 0x40 }
    let rounding = 0x7FFF + (bitPattern >> 16 & 1)
    return UInt16(truncatingIfNeeded: (bitPattern + rounding) >> 16)
  }
}
