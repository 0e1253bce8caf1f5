import Foundation
import Tensors

// Writing: the same tensors and metadata give the same bytes.
extension SafetensorsFile {
  /// Writes tensors in the order of their names.
  ///
  /// - Parameters:
  ///   - tensors: the tensors by name; float32 becomes F32, float64 F64, int32 I32.
  ///   - metadata: free text to store with them.
  ///   - url: the file; its folder must exist.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(
    _ tensors: [String: Tensor], metadata: [String: String] = [:], to url: URL
  ) throws {
    try write(sorted(tensors), metadata: metadata, to: url)
  }

  /// Writes tensors in the given order; their names must all be different.
  ///
  /// The bytes are on the disk before the file gets its name.
  ///
  /// - Parameters:
  ///   - tensors: the names and tensors; float32 becomes F32, float64 F64, int32 I32.
  ///   - metadata: free text to store with them.
  ///   - url: the file; its folder must exist.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to url: URL
  ) throws {
    try AtomicFile.write(to: url, durable: true) { writer in
      try send(tensors, metadata, name: url.path) { try writer.write($0) }
    }
  }

  /// Returns the bytes of a file with the tensors in the order of their names.
  ///
  /// - Parameters:
  ///   - tensors: the tensors by name.
  ///   - metadata: free text to store with them.
  /// - Returns: the bytes of the file.
  /// - Throws: `TensorFileError` when the header would be longer than the format allows.
  public static func encode(
    _ tensors: [String: Tensor], metadata: [String: String] = [:]
  ) throws -> Data {
    try encode(sorted(tensors), metadata: metadata)
  }

  /// Returns the bytes of a file with the tensors in the given order.
  ///
  /// - Parameters:
  ///   - tensors: the names, all different, and tensors.
  ///   - metadata: free text to store with them.
  /// - Returns: the bytes of the file.
  /// - Throws: `TensorFileError` when the header would be longer than the format allows.
  public static func encode(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:]
  ) throws -> Data {
    var data = Data()
    try send(tensors, metadata, name: "safetensors data") { data.append(contentsOf: $0) }
    return data
  }

  private static func sorted(_ tensors: [String: Tensor]) -> [(name: String, tensor: Tensor)] {
    inByteOrder(tensors.keys).compactMap { name in tensors[name].map { (name, $0) } }
  }

  /// Returns names ordered by UTF-8 bytes, which is the order of code points in every language.
  private static func inByteOrder(_ names: some Sequence<String>) -> [String] {
    names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func send(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String], name file: String,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let header = headerText(tensors, metadata)
    guard header.count <= longestHeader else {
      throw error(
        file, "header of \(header.count) bytes exceeds \(longestHeader)",
        "write fewer tensors or less metadata")
    }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    try (length + header).withUnsafeBytes(sink)
    for (_, tensor) in tensors { try ArrayElement(tensor.scalarType).send(tensor, to: sink) }
  }

  private static func headerText(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]
  ) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = inByteOrder(metadata.keys).map { "\(quoted($0)):\(quoted(metadata[$0] ?? ""))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var names: Set<String> = ["__metadata__"]
    var offset = 0
    for (name, tensor) in tensors {
      require(
        names.insert(name).inserted, "SafetensorsFile.write: \"\(name)\" is used twice or reserved")
      let element = ArrayElement(tensor.scalarType)
      let end = offset + tensor.count * element.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(quoted(name)):{\"dtype\":\"\(element.safetensorsType)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    // With this padding the elements start at a multiple of 8 bytes.
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    return text
  }

  /// Returns a text as a JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
