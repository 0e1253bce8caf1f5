import Foundation
import Tensors

#if !_endian(little)
  #error("Most files hold little-endian numbers, which are read straight into memory.")
#endif

// Reading: from the bytes of a file to the elements of a tensor.
extension ArrayElement {
  /// The size in bytes of the buffer through which numbers are widened or narrowed.
  static let chunk = 1 << 16

  /// Reads a tensor from bytes whose existence the caller has checked.
  ///
  /// - Parameters:
  ///   - shape: the length of each axis.
  ///   - source: the bytes.
  ///   - offset: the position of the first element.
  ///   - bigEndian: whether the most significant byte of each number comes first.
  /// - Throws: `ElementMisfit` for an integer beyond int32, `TensorFileError` when reading fails.
  /// - Returns: the tensor, row-major.
  func tensor(
    _ shape: [Int], from source: ByteSource, at offset: Int, bigEndian: Bool = false
  ) throws -> Tensor {
    try requireMemory(shape, source)
    let place = Place(source: source, offset: offset, bigEndian: bigEndian)
    return switch self {
    case .float32:
      try bigEndian
        ? converted(shape, place) { (bits: UInt32) in Float(bitPattern: bits) }
        : plain(Float.self, shape, place)
    case .float64:
      try bigEndian
        ? converted(shape, place) { (bits: UInt64) in Double(bitPattern: bits) }
        : plain(Double.self, shape, place)
    case .int32:
      try bigEndian
        ? converted(shape, place) { (value: Int32) in value } : plain(Int32.self, shape, place)
    case .float16: try converted(shape, place) { (bits: UInt16) in Float(halfBits: bits) }
    case .bfloat16:
      try converted(shape, place) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .int64: try converted(shape, place) { (value: Int64) in Int32(exactly: value) }
    case .int16: try converted(shape, place) { (value: Int16) in Int32(value) }
    case .int8: try converted(shape, place) { (value: Int8) in Int32(value) }
    case .uint64: try converted(shape, place) { (value: UInt64) in Int32(exactly: value) }
    case .uint32: try converted(shape, place) { (value: UInt32) in Int32(exactly: value) }
    case .uint16: try converted(shape, place) { (value: UInt16) in Int32(value) }
    case .uint8: try converted(shape, place) { (value: UInt8) in Int32(value) }
    case .bool: try converted(shape, place) { (value: UInt8) in value <= 1 ? Int32(value) : nil }
    }
  }

  /// The elements in a source: where they begin and in which byte order they are.
  private struct Place {
    let source: ByteSource
    let offset: Int
    let bigEndian: Bool
  }

  /// Throws an error if the tensor would not fit in memory.
  ///
  /// A sparse file can be longer than its disk. Without this check, the program would run out of
  /// memory.
  private func requireMemory(_ shape: [Int], _ source: ByteSource) throws {
    let wanted = shape.reduce(scalarType.byteCount, *)
    guard wanted <= ProcessInfo.processInfo.physicalMemory else {
      throw TensorFileError(
        .file, file: source.name,
        problem: "an array of shape \(shape) needs \(wanted) bytes of memory",
        remedy: "read it on a computer with more memory")
    }
  }

  /// Reads numbers that the file holds as memory does.
  private func plain<Element: TensorScalar>(
    _ type: Element.Type, _ shape: [Int], _ place: Place
  ) throws -> Tensor {
    try Tensor(shape, filling: Element.self) { buffer in
      try place.source.read(at: place.offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Reads numbers one by one through a closure, which returns nil for a number that does not fit.
  private func converted<Stored: FixedWidthInteger & BitwiseCopyable, Element: TensorScalar>(
    _ shape: [Int], _ place: Place, _ convert: (Stored) -> Element?
  ) throws -> Tensor {
    try Tensor(shape, filling: Element.self) { buffer in
      let step = Self.chunk / byteCount
      for start in stride(from: 0, to: buffer.count, by: step) {
        let count = min(step, buffer.count - start)
        let bytes = try place.source.bytes(
          at: place.offset + start * byteCount, count: count * byteCount)
        try bytes.withUnsafeBytes { raw in
          for index in 0..<count {
            let stored = raw.loadUnaligned(fromByteOffset: index * byteCount, as: Stored.self)
            let value = place.bigEndian ? stored.byteSwapped : stored
            guard let element = convert(value) else {
              throw ElementMisfit(index: start + index, value: "\(value)")
            }
            buffer[start + index] = element
          }
        }
      }
    }
  }
}

extension Float {
  /// Creates the value of a half-precision number, exactly.
  ///
  ///     sign · 2^(e − 15) · 1.m     0 < e < 31
  ///     sign · 2^(−24) · m          e = 0: the subnormal numbers, which are normal in single precision
  ///     ±∞ or NaN                   e = 31, with the payload kept
  ///
  /// The arithmetic is done on bits, so that the result does not depend on whether the processor
  /// counts subnormal numbers as 0.
  init(halfBits bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch (exponent, fraction) {
    case (31, _): self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    case (0, 0): self.init(bitPattern: sign)
    case (0, _):
      // Shift the leading 1 to where the implicit one is.
      let shift = UInt32(fraction.leadingZeroBitCount - 21)
      let normal = (fraction << shift) & 0x3FF
      self.init(bitPattern: sign | (113 - shift) << 23 | normal << 13)
    default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
