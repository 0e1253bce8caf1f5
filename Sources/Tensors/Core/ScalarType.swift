/// The types of number that a tensor can hold.
public enum ScalarType: String, Sendable, CaseIterable {
  /// Single precision, the type used for training and rendering.
  case float32
  /// Double precision, the type used to verify values and gradients.
  case float64
  /// Signed 32-bit integers, for indices, class labels and choices.
  case int32

  /// Bytes per element.
  public var byteCount: Int { self == .float64 ? 8 : 4 }

  /// Whether gradients can exist for this type.
  public var isFloatingPoint: Bool { self != .int32 }
}

/// A Swift number type that tensors can store.
public protocol TensorScalar: Sendable, Comparable, Numeric {
  /// The run-time name of this type.
  static var scalarType: ScalarType { get }
  /// The value as a double.
  var asDouble: Double { get }
  /// Creates the nearest value of this type; integers drop the fraction.
  init(fromDouble value: Double)
}

extension Float: TensorScalar {
  /// Single precision.
  public static var scalarType: ScalarType { .float32 }
  /// The value as a double, without rounding.
  public var asDouble: Double { Double(self) }
  /// Creates the nearest single-precision value.
  public init(fromDouble value: Double) { self = Float(value) }
}

extension Double: TensorScalar {
  /// Double precision.
  public static var scalarType: ScalarType { .float64 }
  /// The value itself.
  public var asDouble: Double { self }
  /// Creates the value itself.
  public init(fromDouble value: Double) { self = value }
}

extension Int32: TensorScalar {
  /// 32-bit integers.
  public static var scalarType: ScalarType { .int32 }
  /// The value as a double, without rounding.
  public var asDouble: Double { Double(self) }
  /// Creates the value without its fraction; values outside the range become the nearest bound, NaN
  /// becomes 0.
  public init(fromDouble value: Double) {
    if value.isNaN {
      self = 0
    } else {
      self = Int32(Swift.max(-2_147_483_648, Swift.min(2_147_483_647, value)))
    }
  }
}
