import Foundation
import Tensors

/// A type of number of NumPy, as a pickle describes it: a letter with a size, and a byte order.
struct PickleNumberType: Sendable {
  /// For example `f8`.
  let code: String
  /// `<`, `>`, or `|` where there is no order.
  var order = "|"

  /// The type in the terms of this module; nil for types that are not numbers.
  var element: (type: ArrayElement, bigEndian: Bool)? {
    ArrayElement.described(byNPY: order + code) ?? ArrayElement.described(byNPY: "<" + code)
  }
}

/// An array of NumPy inside a pickle.
struct PickleArray: Sendable {
  let type: PickleNumberType
  let shape: [Int]
  let isFortranOrder: Bool
  let bytes: [UInt8]

  /// Whether the bytes are those of an array of numbers of this shape.
  var isWhole: Bool { type.element?.type.byteCount(of: shape) == bytes.count }

  /// Returns the array as a tensor, row-major; integers that do not fit int32 are an error.
  func tensor(_ name: String) throws -> Tensor {
    guard let (element, bigEndian) = type.element else {
      throw TorchFault("holds an array of type \(type.code), which is not a number")
    }
    let source = ByteSource(Data(bytes), name: name)
    guard isFortranOrder else {
      return try element.tensor(shape, from: source, at: 0, bigEndian: bigEndian)
    }
    let reversed = try element.tensor(shape.reversed(), from: source, at: 0, bigEndian: bigEndian)
    return reversed.permuted(axes: shape.indices.reversed()).contiguous()
  }

  /// The elements of a list of whole numbers; nil for other arrays.
  var numbers: [Int]? {
    guard let type = type.element?.type, shape.count == 1, !type.scalarType.isFloatingPoint,
      let tensor = try? tensor("")
    else { return nil }
    return tensor.integers.map { Int($0) }
  }

  /// The value of an array of a single number: the scalar that it stands for; nil for other arrays.
  var scalar: PickleValue? {
    guard isWhole, shape.allSatisfy({ $0 == 1 }), let element = type.element else { return nil }
    let littleEndian = element.bigEndian ? bytes.reversed() : bytes
    let bits = littleEndian.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return switch element.type {
    case .float64: .double(Double(bitPattern: bits))
    case .float32: .double(Double(Float(bitPattern: UInt32(bits))))
    case .float16: .double(Double(Float(halfBits: UInt16(bits))))
    case .bfloat16: nil
    case .int64: .int(Int(Int64(bitPattern: bits)))
    case .int32: .int(Int(Int32(bitPattern: UInt32(bits))))
    case .int16: .int(Int(Int16(bitPattern: UInt16(bits))))
    case .int8: .int(Int(Int8(bitPattern: UInt8(bits))))
    case .uint64, .uint32, .uint16, .uint8: Int(exactly: bits).map { .int($0) }
    case .bool: .bool(bits != 0)
    }
  }
}
