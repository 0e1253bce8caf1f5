import Foundation
import Tensors

#if !_endian(little)
  #error("The files hold little-endian numbers, which are read straight into memory.")
#endif

/// The types of number in files; some of them have no tensor type of their own.
public enum ArrayElement: String, Sendable, CaseIterable {
  /// Single precision; becomes a float32 tensor.
  case float32
  /// Double precision; becomes a float64 tensor.
  case float64
  /// Signed 32-bit integers; become an int32 tensor.
  case int32
  /// Signed 64-bit integers; become an int32 tensor if every value fits, otherwise an error.
  case int64
  /// Bytes 0 … 255; become an int32 tensor.
  case uint8
  /// Booleans, one byte 0 or 1 each; become an int32 tensor.
  case bool

  /// Bytes per element in the file.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .uint8, .bool: 1
    }
  }

  /// The type of the tensor that holds these numbers.
  public var scalarType: ScalarType {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .int32, .int64, .uint8, .bool: .int32
    }
  }

  /// Creates the type that holds a tensor's numbers exactly and without waste.
  public init(_ type: ScalarType) {
    switch type {
    case .float32: self = .float32
    case .float64: self = .float64
    case .int32: self = .int32
    }
  }
}

extension ArrayElement {
  /// The largest accepted number of axes; NumPy has the same limit.
  static let mostAxes = 64

  /// Returns the number of bytes of an array of this shape, or nil if no computer could address
  /// them.
  ///
  /// Lengths of 0 are left out of the check for overflow, so that the result does not depend on the
  /// order of the axes: an empty array of impossible lengths is impossible too.
  func byteCount(of shape: [Int]) -> Int? { Self.byteCount(of: shape, width: byteCount) }

  /// Returns the number of bytes of an array whose elements have `width` bytes, or nil as above.
  static func byteCount(of shape: [Int], width: Int) -> Int? {
    var bytes = width
    for length in shape where length != 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      // Eight times as many bytes must still fit, because the tensor's elements may be wider than
      // these.
      guard length > 0, !overflow, product <= Int.max / 8 else { return nil }
      bytes = product
    }
    return shape.contains(0) ? 0 : bytes
  }

  /// The size in bytes of the buffer through which numbers are widened or narrowed.
  private static let chunk = 1 << 16

  /// Reads a tensor from bytes whose existence the caller has checked.
  func tensor(_ shape: [Int], from source: ByteSource, at offset: Int) throws -> Tensor {
    // A sparse file can be longer than its disk. Without this check, the program would run out of
    // memory.
    let wanted = shape.reduce(scalarType.byteCount, *)
    guard wanted <= ProcessInfo.processInfo.physicalMemory else {
      throw TensorFileError(
        .file, file: source.name,
        problem: "an array of shape \(shape) needs \(wanted) bytes of memory",
        remedy: "read it on a computer with more memory")
    }
    return switch self {
    case .float32: try plain(Float.self, shape, source, offset)
    case .float64: try plain(Double.self, shape, source, offset)
    case .int32: try plain(Int32.self, shape, source, offset)
    case .uint8: try widened(UInt8.self, shape, source, offset) { Int32($0) }
    case .bool: try widened(UInt8.self, shape, source, offset) { $0 <= 1 ? Int32($0) : nil }
    case .int64: try widened(Int64.self, shape, source, offset) { Int32(exactly: $0) }
    }
  }

  private func plain<T: TensorScalar>(
    _ type: T.Type, _ shape: [Int], _ source: ByteSource, _ offset: Int
  ) throws -> Tensor {
    try Tensor(shape, filling: T.self) { buffer in
      try source.read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  private func widened<T: BitwiseCopyable>(
    _ type: T.Type, _ shape: [Int], _ source: ByteSource, _ offset: Int, _ widen: (T) -> Int32?
  ) throws -> Tensor {
    try Tensor(shape, filling: Int32.self) { buffer in
      let step = Self.chunk / byteCount
      for start in stride(from: 0, to: buffer.count, by: step) {
        let count = min(step, buffer.count - start)
        let bytes = try source.bytes(at: offset + start * byteCount, count: count * byteCount)
        try bytes.withUnsafeBytes { raw in
          for index in 0..<count {
            let value = raw.loadUnaligned(fromByteOffset: index * byteCount, as: T.self)
            guard let wide = widen(value) else {
              throw ElementMisfit(index: start + index, value: "\(value)")
            }
            buffer[start + index] = wide
          }
        }
      }
    }
  }

  /// Passes a tensor's elements, in row-major order and converted to this type, to a closure.
  func send(_ tensor: Tensor, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    require(
      tensor.scalarType.isFloatingPoint == scalarType.isFloatingPoint,
      "write: element is \(self), the tensor holds \(tensor.scalarType); cast the tensor first")
    if tensor.scalarType.isFloatingPoint {
      // The elements of a view are copied into row-major order here, and kept alive until they are
      // passed on.
      let cast = tensor.detached().cast(to: scalarType)
      if self == .float32 {
        return try cast.withElements(of: Float.self) { try sink(UnsafeRawBufferPointer($0)) }
      }
      return try cast.withElements(of: Double.self) { try sink(UnsafeRawBufferPointer($0)) }
    }
    try tensor.withElements(of: Int32.self) { elements in
      switch self {
      case .int64: try narrowed(elements, sink) { Int64($0) }
      case .uint8: try narrowed(elements, sink) { UInt8(exactly: $0) }
      case .bool: try narrowed(elements, sink) { $0 == 0 || $0 == 1 ? UInt8($0) : nil }
      default: try sink(UnsafeRawBufferPointer(elements))
      }
    }
  }

  private func narrowed<T: BitwiseCopyable>(
    _ elements: UnsafeBufferPointer<Int32>, _ sink: (UnsafeRawBufferPointer) throws -> Void,
    _ narrow: (Int32) -> T?
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

/// An element that the other type cannot hold; the reader or writer of the format adds the file's
/// name.
struct ElementMisfit: Error {
  let index: Int
  let value: String
}
