import Foundation
import Tensors

/// A reader and writer of arrays in NumPy's NPY format, versions 1.0, 2.0 and 3.0.
///
/// The reader accepts `f2 f4 f8`, `i1 i2 i4 i8`, `u1 u2 u4 u8` and `b1` of either byte order, in C or
/// Fortran order. Every value is exact: `f2` becomes a float32 tensor, every integer type an int32
/// tensor, and `element` says what the file held. The writer uses version 1.0, C order and
/// little-endian numbers of any of these types.
///
///     bytes 0–5   \x93NUMPY
///     bytes 6–7   version, major and minor
///     then        length of the header: 2 bytes in version 1.0, 4 bytes in 2.0 and 3.0
///     then        a Python dictionary with descr, fortran_order and shape; spaces; a newline
///     then        the elements, and nothing after them
public enum NPYFile {
  /// An array read from a file.
  public struct Contents: Sendable {
    /// The elements, in row-major order whatever the file's order was.
    public let tensor: Tensor
    /// The type of number that the file held.
    public let element: ArrayElement
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// The longest header that is read, in bytes: version 1.0 cannot have longer ones, and the types
  /// of array read here never need them.
  static let longestHeader = 65535

  /// Reads an array from a file.
  public static func read(_ url: URL) throws -> Contents {
    try read(ByteSource(url))
  }

  /// Reads an array from bytes in memory; errors refer to them by the given name.
  public static func read(_ data: Data, name: String = "NPY data") throws -> Contents {
    try read(ByteSource(data, name: name))
  }

  /// Writes an array to a file.
  ///
  /// - Parameters:
  ///   - tensor: the elements.
  ///   - url: the file; its folder must exist.
  ///   - element: the type of number in the file; by default that of the tensor. An integer that
  ///     does not fit is an error.
  /// - Throws: `TensorFileError` when a value does not fit or the file cannot be written.
  public static func write(
    _ tensor: Tensor, to url: URL, as element: ArrayElement? = nil
  ) throws {
    try AtomicFile.write(to: url) { writer in
      try send(tensor, as: element, name: url.path) { try writer.write($0) }
    }
  }

  /// Returns the bytes of an NPY file.
  ///
  /// - Parameters:
  ///   - tensor: the elements.
  ///   - element: the type of number in the file; by default that of the tensor.
  /// - Returns: the bytes of the file.
  /// - Throws: `TensorFileError` when an integer does not fit the element type.
  public static func encode(_ tensor: Tensor, as element: ArrayElement? = nil) throws -> Data {
    var data = Data()
    try send(tensor, as: element, name: "NPY data") { data.append(contentsOf: $0) }
    return data
  }

  // MARK: - Writing

  private static func send(
    _ tensor: Tensor, as element: ArrayElement?, name: String,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let element = element ?? ArrayElement(tensor.scalarType)
    guard let description = element.npyDescription else {
      throw TensorFileError(
        .npy, file: name, problem: "NumPy has no type for \(element)",
        remedy: "write it as float32, which holds the same numbers")
    }
    let head = preamble(shape: tensor.shape, description)
    do {
      try head.withUnsafeBytes(sink)
      try element.send(tensor, to: sink)
    } catch let misfit as ElementMisfit {
      throw TensorFileError(
        .npy, file: name,
        problem: "element \(misfit.index) is \(misfit.value), which \(element) cannot hold",
        remedy: "write it as a wider type")
    }
  }

  /// Returns everything before the elements, padded so that they start at a multiple of 64 bytes.
  private static func preamble(shape: [Int], _ description: String) -> [UInt8] {
    let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let dictionary =
      "{'descr': '\(description)', 'fortran_order': False, 'shape': (\(lengths)), }"
    let fixed = magic.count + 4
    let length = (fixed + dictionary.utf8.count + 1 + 63) / 64 * 64 - fixed
    require(length <= longestHeader, "NPYFile.write: shape \(shape) has too many axes")
    let padding = String(repeating: " ", count: length - dictionary.utf8.count - 1)
    return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Array((dictionary + padding + "\n").utf8)
  }

  // MARK: - Reading

  static func read(_ source: ByteSource) throws -> Contents {
    do {
      let (text, start) = try headerText(source)
      let header = try NPYHeader(text)
      guard let byteCount = header.element.byteCount(of: header.shape) else {
        throw NPYFault("shape \(header.shape) is too large for any computer", .damaged)
      }
      guard byteCount == source.count - start else {
        throw NPYFault(
          "shape \(header.shape) of \(header.element) takes \(byteCount) bytes, the file has "
            + "\(source.count - start)", .damaged)
      }
      return Contents(tensor: try elements(header, source, start), element: header.element)
    } catch let fault as NPYFault {
      throw (fault.remedy == .notNPY ? FileContent.mismatch(source, for: .npy) : nil)
        ?? TensorFileError(
          .npy, file: source.name, problem: fault.problem, remedy: fault.remedy.rawValue)
    } catch let misfit as ElementMisfit {
      throw TensorFileError(
        .npy, file: source.name,
        problem: "element \(misfit.index) is \(misfit.value), out of range",
        remedy: "save it with a type that fits, for example array.astype('<f8')")
    }
  }

  private static func elements(
    _ header: NPYHeader, _ source: ByteSource, _ start: Int
  ) throws -> Tensor {
    guard header.fortranOrder else {
      return try header.element.tensor(
        header.shape, from: source, at: start, bigEndian: header.bigEndian)
    }
    // Fortran order is row-major order with the axes reversed.
    let reversed = try header.element.tensor(
      header.shape.reversed(), from: source, at: start, bigEndian: header.bigEndian)
    return reversed.permuted(axes: header.shape.indices.reversed()).contiguous()
  }

  /// Returns the text of the dictionary and the position of the elements.
  private static func headerText(_ source: ByteSource) throws -> (text: [UInt8], end: Int) {
    guard source.count >= 10 else { throw NPYFault("is too short for an NPY file", .notNPY) }
    let fixed = try source.bytes(at: 0, count: 10)
    guard Array(fixed[..<6]) == magic else {
      throw NPYFault("does not begin with \\x93NUMPY", .notNPY)
    }
    let (major, minor) = (fixed[6], fixed[7])
    guard (1...3).contains(major), minor == 0 else {
      throw NPYFault("format version \(major).\(minor) is unknown", .version)
    }
    var start = 10
    var length = Int(fixed[8]) | Int(fixed[9]) << 8
    if major > 1 {
      start = 12
      guard source.count >= start else { throw NPYFault("ends in its header", .damaged) }
      let high = try source.bytes(at: 10, count: 2)
      length |= Int(high[0]) << 16 | Int(high[1]) << 24
    }
    guard length <= longestHeader else {
      throw NPYFault("header of \(length) bytes exceeds \(longestHeader)", .damaged)
    }
    guard length <= source.count - start else { throw NPYFault("ends in its header", .damaged) }
    return (try source.bytes(at: start, count: length), start + length)
  }
}

/// A fault that is found before the file's name is known.
struct NPYFault: Error {
  enum Remedy: String {
    case notNPY = "save the array with numpy.save"
    case version = "save it again with a current NumPy"
    case damaged = "the file is damaged or cut short; save or copy it again"
    case dictionary = "save the array again with numpy.save"
    case type = "save it as an array of numbers, for example array.astype('<f4')"
  }

  let problem: String
  let remedy: Remedy

  init(_ problem: String, _ remedy: Remedy) {
    self.problem = problem
    self.remedy = remedy
  }
}
