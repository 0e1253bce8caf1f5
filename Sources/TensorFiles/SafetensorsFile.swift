import Foundation
import Tensors

/// Named tensors in one file, in the safetensors format.
///
/// Opening a file reads and checks only the header. A tensor's bytes are read when it is requested,
/// so reading a part of a large model costs no more than that part.
///
///     bytes 0–7   length n of the header, little endian
///     n bytes     JSON: name → dtype, shape, data_offsets; __metadata__ → strings; padded by spaces
///     then        the elements, all of them covered by exactly one tensor
public struct SafetensorsFile: Sendable {
  /// The header's description of one tensor.
  public struct Entry: Sendable, Equatable {
    /// The tensor's name.
    public let name: String
    /// The type as the file spells it, for example `F32`.
    public let dtype: String
    /// The length of each axis.
    public let shape: [Int]
    /// The range of its bytes, counted from the end of the header.
    public let offsets: Range<Int>
    /// The type of number, or nil for types that are not read (8-bit floating point, complex).
    public var element: ArrayElement? { ArrayElement(safetensorsType: dtype) }
  }

  /// Free text stored with the tensors.
  public let metadata: [String: String]
  /// The tensors, in the order of their bytes.
  public let entries: [Entry]
  private let positions: [String: Int]
  private let source: ByteSource
  private let dataStart: Int

  /// The format's own limit on the header, in bytes.
  static let longestHeader = 100_000_000

  /// Opens a file; it stays open while this value or a copy of it lives.
  public init(_ url: URL) throws { try self.init(ByteSource(url)) }

  /// Opens bytes in memory; errors refer to them by the given name.
  public init(_ data: Data, name: String = "safetensors data") throws {
    try self.init(ByteSource(data, name: name))
  }

  private init(_ source: ByteSource) throws {
    self.source = source
    do {
      let text = try Self.headerText(source)
      dataStart = 8 + text.count
      let header = try SafetensorsHeader(text, dataCount: source.count - dataStart)
      (metadata, entries, positions) = (header.metadata, header.entries, header.positions)
    } catch let fault as SafetensorsFault {
      throw FileContent.mismatch(source, for: .safetensors)
        ?? Self.error(source.name, fault.problem)
    }
  }

  /// The names of the tensors, in the order of their bytes.
  public var names: [String] { entries.map(\.name) }

  /// Returns the header's description of a tensor, or nil if the file has none of that name.
  public func entry(_ name: String) -> Entry? { positions[name].map { entries[$0] } }

  /// Reads one tensor with its exact values; F32, F64 and I32 keep their type, F16 and BF16 become
  /// float32, and BOOL and all other integers become int32.
  ///
  /// An integer that does not fit int32 is an error, and so is a name that the file does not have.
  public func tensor(_ name: String) throws -> Tensor {
    guard let entry = entry(name) else {
      throw Self.error(
        source.name, "has no tensor named \"\(name)\"", "choose one of the \(entries.count) it has")
    }
    guard let element = entry.element else {
      throw Self.error(
        source.name, "tensor \"\(name)\" holds \(entry.dtype), which is not supported",
        "save it as F64, F32, F16, BF16 or a type of whole numbers")
    }
    do {
      return try element.tensor(
        entry.shape, from: source, at: dataStart + entry.offsets.lowerBound)
    } catch let misfit as ElementMisfit {
      throw Self.error(
        source.name,
        "tensor \"\(name)\", element \(misfit.index) is \(misfit.value), out of range",
        "save it with a type that fits, for example F64")
    }
  }

  /// Reads every tensor.
  public func tensors() throws -> [String: Tensor] {
    var all: [String: Tensor] = [:]
    for name in names { all[name] = try tensor(name) }
    return all
  }

  static func error(
    _ file: String, _ problem: String,
    _ remedy: String = "the file is damaged or not safetensors; save or copy it again"
  ) -> TensorFileError {
    TensorFileError(.safetensors, file: file, problem: problem, remedy: remedy)
  }

  private static func headerText(_ source: ByteSource) throws -> [UInt8] {
    guard source.count >= 8 else { throw SafetensorsFault("is shorter than 8 bytes") }
    let length = try source.bytes(at: 0, count: 8).reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    guard length <= UInt64(longestHeader) else {
      throw SafetensorsFault("header of \(length) bytes exceeds \(longestHeader)")
    }
    guard length <= UInt64(source.count - 8) else {
      throw SafetensorsFault("header of \(length) bytes reaches beyond the file's end")
    }
    return try source.bytes(at: 8, count: Int(length))
  }
}

/// A fault that is found before the file's name is known.
struct SafetensorsFault: Error {
  let problem: String
  init(_ problem: String) { self.problem = problem }
}

extension ArrayElement {
  /// Creates the type with the format's name; nil for types that are not read.
  init?(safetensorsType name: String) {
    guard let found = Self.allCases.first(where: { $0.safetensorsType == name }) else {
      return nil
    }
    self = found
  }

  /// The format's name for this type.
  var safetensorsType: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int32: "I32"
    case .int64: "I64"
    case .int16: "I16"
    case .int8: "I8"
    case .uint64: "U64"
    case .uint32: "U32"
    case .uint16: "U16"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}
