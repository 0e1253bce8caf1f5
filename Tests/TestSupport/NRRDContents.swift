import Foundation

/// The content of an NRRD file of raw little-endian numbers, read by a parser that shares no code with
/// the writer.
public struct NRRDContents {
  /// The fields by name.
  public let fields: [String: String]
  /// The texts by key.
  public let notes: [String: String]
  /// The lengths of the axes, the fastest first.
  public let sizes: [Int]
  /// The elements in the order of the file.
  public let values: [Double]

  /// A file that is not what the parser reads.
  public struct Fault: Error { let reason: String }

  /// Reads a file.
  public init(_ url: URL) throws { try self.init(Data(contentsOf: url)) }

  /// Reads the bytes of a file.
  public init(_ data: Data) throws {
    guard let end = data.range(of: Data("\n\n".utf8)) else { throw Fault(reason: "no header") }
    let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).split(separator: "\n")
    guard lines.first == "NRRD0004" else { throw Fault(reason: "\(lines.first ?? "")") }
    func pairs(_ mark: String) -> [String: String] {
      Dictionary(
        lines.compactMap { line in
          line.firstRange(of: mark).map {
            (String(line[..<$0.lowerBound]), String(line[$0.upperBound...]))
          }
        }, uniquingKeysWith: { first, _ in first })
    }
    (fields, notes) = (pairs(": "), pairs(":="))
    sizes = (fields["sizes"] ?? "").split(separator: " ").compactMap { Int($0) }
    guard fields["dimension"] == "\(sizes.count)", fields["encoding"] == "raw",
      fields["endian"] == "little"
    else { throw Fault(reason: "\(fields)") }
    let bytes = [UInt8](data[end.upperBound...])
    let width = fields["type"] == "double" ? 8 : 4
    guard bytes.count == width * sizes.reduce(1, *) else { throw Fault(reason: "\(bytes.count)") }
    values = (0..<bytes.count / width).map { index in
      let bits = (0..<width).reduce(UInt64(0)) {
        $0 | UInt64(bytes[index * width + $1]) << (8 * UInt64($1))
      }
      return width == 8
        ? Double(bitPattern: bits) : Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    }
  }

  /// The vectors of a field, such as `(1,0,0) (0,1,0)`; an axis without one is left out.
  public func vectors(_ field: String) -> [[Double]] {
    (fields[field] ?? "").split(separator: " ").filter { $0 != "none" }.map { text in
      text.dropFirst().dropLast().split(separator: ",").compactMap { Double($0) }
    }
  }
}
