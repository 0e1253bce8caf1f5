/// The kinds of number a tensor can hold.
public enum ScalarType: String, Sendable, CaseIterable {
  /// Single precision: the type that models train and render in.
  case float32
  /// Double precision: the type that proofs run in.
  case float64
  /// Signed 32-bit integers: indices, class labels, choices.
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
  /// The nearest value of this type; for integers, the part before the decimal point.
  init(fromDouble value: Double)
}

extension Float: TensorScalar {
  /// Single precision.
  public static var scalarType: ScalarType { .float32 }
  /// The value as a double, exactly.
  public var asDouble: Double { Double(self) }
  /// The nearest single-precision value.
  public init(fromDouble value: Double) { self = Float(value) }
}

extension Double: TensorScalar {
  /// Double precision.
  public static var scalarType: ScalarType { .float64 }
  /// The value itself.
  public var asDouble: Double { self }
  /// The value itself.
  public init(fromDouble value: Double) { self = value }
}

extension Int32: TensorScalar {
  /// 32-bit integers.
  public static var scalarType: ScalarType { .int32 }
  /// The value as a double, exactly.
  public var asDouble: Double { Double(self) }
  /// The value without its fraction; what lies outside the type's range becomes its nearest end.
  public init(fromDouble value: Double) {
    if value.isNaN {
      self = 0
    } else {
      self = Int32(Swift.max(-2_147_483_648, Swift.min(2_147_483_647, value)))
    }
  }
}
