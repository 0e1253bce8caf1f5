import Foundation
import Surfaces
import Tensors
import TestSupport
import Testing

/// PLY files, read back by a parser that shares no code with the writer.
@Suite("PLY files")
struct PLYFileTests {
  private static let mesh = SurfaceMesh(
    vertices: [SIMD3(0, 0, 0), SIMD3(1, 0, 0), SIMD3(0, 2, 0), SIMD3(0, 0, 3.5)],
    triangles: [SIMD3(0, 2, 1), SIMD3(0, 1, 3), SIMD3(0, 3, 2), SIMD3(1, 2, 3)])
  private static let colors: [PLYFile.Color] = [
    SIMD3(255, 0, 1), SIMD3(2, 3, 4), SIMD3(5, 6, 7), SIMD3(8, 9, 250),
  ]

  @Test func everyNumberIsRead() throws {
    let file = try PLYContents(
      PLYFile.encode(Self.mesh, colors: Self.colors, comments: ["two\nlines", "−1 … σ"]))
    #expect(file.properties == ["x", "y", "z", "nx", "ny", "nz", "red", "green", "blue"])
    #expect(file.header.contains("comment two\\u{A}lines"), "\(file.header)")
    // Python's plyfile and others decode headers as ASCII.
    #expect(file.header.contains("comment -1 ... ?"), "\(file.header)")
    #expect(file.header.joined().allSatisfy { $0.isASCII })
    #expect(file.vertices.count == 4)
    let normals = Self.mesh.normals
    for index in 0..<4 {
      #expect(file.position(index) == Self.mesh.vertices[index])
      #expect(
        file.color(index) == [
          Double(Self.colors[index].x), Double(Self.colors[index].y), Double(Self.colors[index].z),
        ])
      for (axis, name) in ["nx", "ny", "nz"].enumerated() {
        #expect(file.vertices[index][name] == Double(Float(normals[index][axis])))
      }
    }
    #expect(file.triangles == [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
  }

  @Test func aMeshOfNothingIsAFile() throws {
    let file = try PLYContents(
      PLYFile.encode(SurfaceMesh(vertices: [], triangles: []), colors: []))
    #expect(file.vertices.isEmpty && file.triangles.isEmpty)
  }

  @Test func theFileHasTheBytes() throws {
    let folder = try TemporaryFolder()
    try PLYFile.write(Self.mesh, colors: Self.colors, to: folder("a.ply"))
    #expect(
      try Data(contentsOf: folder("a.ply")) == PLYFile.encode(Self.mesh, colors: Self.colors))
  }
}
