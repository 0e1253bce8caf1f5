import Foundation
import Messages
import TensorFiles
import Tensors

/// A writer of meshes in the PLY format (Stanford polygon file), binary and little-endian.
///
///     text        ply, format, comments, the elements with their properties, end_header
///     vertices    x y z nx ny nz as float, red green blue as uchar: 27 bytes each
///     triangles   3 as uchar, then three indices as int: 13 bytes each
public enum PLYFile {
  /// A color of 8 bits for each of red, green and blue.
  public typealias Color = SIMD3<UInt8>

  /// Writes a mesh with colors to a file.
  ///
  /// - Parameters:
  ///   - mesh: the mesh.
  ///   - colors: the color of every vertex.
  ///   - comments: texts for the header, one line each; characters beyond ASCII are replaced.
  ///   - url: the file; its folder must exist.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(
    _ mesh: SurfaceMesh, colors: [Color], comments: [String] = [], to url: URL
  ) throws {
    try AtomicFile.write(encode(mesh, colors: colors, comments: comments), to: url)
  }

  /// Returns the bytes of a PLY file, see `write(_:colors:comments:to:)`.
  public static func encode(
    _ mesh: SurfaceMesh, colors: [Color], comments: [String] = []
  ) -> Data {
    require(
      colors.count == mesh.vertices.count,
      "PLYFile.encode: there are \(colors.count) colors, expected \(mesh.vertices.count), one for "
        + "each vertex")
    var data = Data(header(mesh, comments).utf8)
    data.reserveCapacity(data.count + 27 * mesh.vertices.count + 13 * mesh.triangles.count)
    for ((vertex, normal), color) in zip(zip(mesh.vertices, mesh.normals), colors) {
      for point in [vertex, normal] {
        for axis in 0..<3 { data.append(littleEndian: Float(point[axis]).bitPattern) }
      }
      data.append(contentsOf: [color.x, color.y, color.z])
    }
    for triangle in mesh.triangles {
      data.append(3)
      for corner in 0..<3 { data.append(littleEndian: UInt32(bitPattern: triangle[corner])) }
    }
    return data
  }

  /// Returns a text without the characters that readers of PLY headers refuse.
  private static func ascii(_ text: String) -> String {
    text.map { character in
      switch character {
      case "…": "..."
      case "−": "-"
      default: character.isASCII ? "\(character)" : "?"
      }
    }.joined()
  }

  private static func header(_ mesh: SurfaceMesh, _ comments: [String]) -> String {
    let floats = ["x", "y", "z", "nx", "ny", "nz"].map { "property float \($0)" }
    let bytes = ["red", "green", "blue"].map { "property uchar \($0)" }
    let lines =
      ["ply", "format binary_little_endian 1.0"]
      + comments.map { "comment \(ascii($0.visible(limit: 1000)))" }
      + ["element vertex \(mesh.vertices.count)"] + floats + bytes
      + [
        "element face \(mesh.triangles.count)", "property list uchar int vertex_indices",
        "end_header",
      ]
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Data {
  fileprivate mutating func append(littleEndian number: UInt32) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
