import Foundation

/// The content of a binary PLY file with triangles, read by a parser that shares no code with the writer.
public struct PLYContents {
  /// The lines of the header.
  public let header: [String]
  /// The names of the properties of a vertex, in the order of the file.
  public let properties: [String]
  /// The properties of every vertex by name.
  public let vertices: [[String: Double]]
  /// Three indices for every triangle.
  public let triangles: [[Int]]

  /// A file that is not what the parser reads.
  public struct Fault: Error { let reason: String }

  /// Reads a file: any properties of type float and uchar, then lists of uchar and int.
  public init(_ url: URL) throws { try self.init(Data(contentsOf: url)) }

  /// Reads the bytes of a file.
  public init(_ data: Data) throws {
    guard let end = data.range(of: Data("end_header\n".utf8)) else {
      throw Fault(reason: "no header")
    }
    let header = String(decoding: data[..<end.upperBound], as: UTF8.self)
      .split(separator: "\n").map(String.init)
    guard header[0] == "ply", header[1] == "format binary_little_endian 1.0" else {
      throw Fault(reason: "format \(header.prefix(2))")
    }
    func count(_ element: String) throws -> Int {
      let line = header.first { $0.hasPrefix("element \(element) ") } ?? ""
      guard let number = Int(line.split(separator: " ").last ?? "") else {
        throw Fault(reason: "no \(element)")
      }
      return number
    }
    let (vertexCount, faceCount) = (try count("vertex"), try count("face"))
    let types = header.filter { $0.hasPrefix("property ") && !$0.contains("list") }
      .map { $0.split(separator: " ").map(String.init) }
    let bytes = [UInt8](data[end.upperBound...])
    var place = 0
    func number(_ length: Int) throws -> UInt32 {
      guard place + length <= bytes.count else { throw Fault(reason: "ends early") }
      defer { place += length }
      return (0..<length).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
    }
    var (vertices, triangles): ([[String: Double]], [[Int]]) = ([], [])
    for _ in 0..<vertexCount {
      var vertex: [String: Double] = [:]
      for type in types {
        vertex[type[2]] =
          type[1] == "float" ? Double(Float(bitPattern: try number(4))) : Double(try number(1))
      }
      vertices.append(vertex)
    }
    for _ in 0..<faceCount {
      guard try number(1) == 3 else { throw Fault(reason: "a face is no triangle") }
      triangles.append(try (0..<3).map { _ in Int(try number(4)) })
    }
    guard place == bytes.count else { throw Fault(reason: "\(bytes.count - place) bytes too many") }
    (self.header, properties) = (header, types.map { $0[2] })
    (self.vertices, self.triangles) = (vertices, triangles)
  }

  /// The position of a vertex.
  public func position(_ index: Int) -> SIMD3<Double> {
    let vertex = vertices[index]
    return SIMD3(vertex["x"] ?? .nan, vertex["y"] ?? .nan, vertex["z"] ?? .nan)
  }

  /// The color of a vertex: red, green, blue, 0 … 255.
  public func color(_ index: Int) -> [Double] {
    ["red", "green", "blue"].map { vertices[index][$0] ?? .nan }
  }
}
