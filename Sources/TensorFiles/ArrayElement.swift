import Tensors

/// The types of number in files; some of them have no tensor type of their own.
///
/// Every number keeps its value: half precision becomes single precision, and all integers become
/// int32, in which an integer that does not fit is an error. Infinities and NaN are read as they are;
/// whether they are allowed is decided by whoever uses the array.
public enum ArrayElement: String, Sendable, CaseIterable {
  /// Single precision; becomes a float32 tensor.
  case float32
  /// Double precision; becomes a float64 tensor.
  case float64
  /// Half precision of IEEE 754; becomes a float32 tensor.
  case float16
  /// The upper half of single precision (bfloat16); becomes a float32 tensor.
  case bfloat16
  /// Signed 32-bit integers; become an int32 tensor.
  case int32
  /// Signed 64-bit integers; become an int32 tensor if every value fits, otherwise an error.
  case int64
  /// Signed 16-bit integers; become an int32 tensor.
  case int16
  /// Signed bytes -128 … 127; become an int32 tensor.
  case int8
  /// Unsigned 64-bit integers; become an int32 tensor if every value fits, otherwise an error.
  case uint64
  /// Unsigned 32-bit integers; become an int32 tensor if every value fits, otherwise an error.
  case uint32
  /// Unsigned 16-bit integers; become an int32 tensor.
  case uint16
  /// Bytes 0 … 255; become an int32 tensor.
  case uint8
  /// Booleans, one byte 0 or 1 each; become an int32 tensor.
  case bool

  /// Bytes per element in the file.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// The type of the tensor that holds these numbers.
  public var scalarType: ScalarType {
    switch self {
    case .float32, .float16, .bfloat16: .float32
    case .float64: .float64
    case .int32, .int64, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: .int32
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
}

/// An element that the other type cannot hold; the reader or writer of the format adds the file's
/// name.
struct ElementMisfit: Error {
  let index: Int
  let value: String
}
