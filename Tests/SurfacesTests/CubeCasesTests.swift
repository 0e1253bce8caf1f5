import Testing

@testable import Surfaces

/// The derived table of marching cubes.
@Suite("The cases of a cube")
struct CubeCasesTests {
  private func isCrossed(_ edge: CubeCases.Edge, _ inside: Int) -> Bool {
    (inside >> edge.corner ^ inside >> (edge.corner | 1 << edge.axis)) & 1 == 1
  }

  private func sharesAFace(_ one: CubeCases.Edge, _ other: CubeCases.Edge) -> Bool {
    (0..<3).contains { axis in
      let bits = Set([one, other].map { $0.axis == axis ? -1 : $0.corner >> axis & 1 })
      return bits.count == 1 && !bits.contains(-1)
    }
  }

  @Test func everyCrossedEdgeIsACornerOfExactlyOnePolygon() {
    let edges = (0..<8).flatMap { corner in
      (0..<3).filter { corner >> $0 & 1 == 0 }.map { CubeCases.Edge(corner: corner, axis: $0) }
    }
    #expect(edges.count == 12 && CubeCases.polygons.count == 256)
    for inside in 0..<256 {
      let used = CubeCases.polygons[inside].flatMap { $0 }
      let crossed = edges.filter { isCrossed($0, inside) }
      #expect(used.count == crossed.count && Set(used) == Set(crossed), "case \(inside)")
    }
  }

  /// Sides of polygons lie on faces of the cube, diagonals do not.
  @Test func sidesLieOnFacesAndDiagonalsInside() {
    for (inside, polygons) in CubeCases.polygons.enumerated() {
      for edges in polygons {
        #expect(edges.count >= 3)
        for index in edges.indices {
          #expect(sharesAFace(edges[index], edges[(index + 1) % edges.count]), "case \(inside)")
        }
        for index in edges.indices.dropFirst(2).dropLast() {
          #expect(!sharesAFace(edges[0], edges[index]), "case \(inside)")
        }
      }
    }
  }

  /// By hand: only the first corner is inside; x, y, z is counterclockwise as seen from the far corner.
  @Test func oneCornerByHand() throws {
    let polygon = try #require(CubeCases.polygons[1].first)
    #expect(CubeCases.polygons[1].count == 1)
    let axes = polygon.map(\.axis)
    #expect(polygon.allSatisfy { $0.corner == 0 })
    #expect([[0, 1, 2], [1, 2, 0], [2, 0, 1]].contains(axes), "\(axes)")
  }

  /// Two diagonal corners of a face are kept apart: two triangles, not one polygon.
  @Test func diagonalCornersAreKeptApart() {
    #expect(CubeCases.polygons[0b1001].map(\.count) == [3, 3])
    #expect(CubeCases.polygons[0] == [] && CubeCases.polygons[255] == [])
  }
}
