import Tensors

/// The polygons of marching cubes for each of the 256 ways in which a surface can separate the corners
/// of a cube; derived, not listed.
///
/// Corner c of a cube is at x = bit 0, y = bit 1, z = bit 2 of c. An edge joins two corners that differ
/// in one bit. The surface crosses every edge between a corner inside (denser than the level) and one
/// outside. Its polygons follow from the six faces:
///
/// 1. Walk around each face, counterclockwise as seen from outside the cube. Each run of corners inside
///    is entered over one edge and left over another; a segment joins these two, from the first to the
///    second. On a face whose diagonal corners are inside, this rule keeps the two corners apart.
/// 2. An edge lies on two faces, which walk along it in opposite directions, so that the edge that
///    leaves a run on one face enters one on the other. The segments therefore form closed polygons,
///    which wind counterclockwise as seen from the corners outside.
///
/// The rule sees only the four corners of a face. The two cubes on both sides of a face hence have the
/// same segments on it, in opposite directions: the surface has no gap, and every segment belongs to two
/// polygons.
enum CubeCases {
  /// An edge of the cube, from a corner along an axis.
  struct Edge: Hashable {
    /// The corner with the smaller number.
    let corner: Int
    /// 0 for x, 1 for y, 2 for z.
    let axis: Int
  }

  /// The polygons by the bits of the corners inside, each a list of edges in order.
  ///
  /// All diagonals from the first corner of a polygon run through the inside of the cube, so that the
  /// triangles that meet there divide it.
  static let polygons: [[[Edge]]] = (0..<256).map { inside in loops(inside).map(turned) }

  /// The corners of each face, counterclockwise as seen from outside the cube.
  static let faces: [[Int]] = (0..<3).flatMap { axis -> [[Int]] in
    // u × v points along the axis, so u before v is counterclockwise on the face at the far end.
    let (u, v) = (1 << ((axis + 1) % 3), 1 << ((axis + 2) % 3))
    let far = 1 << axis
    return [[0, v, u | v, u], [far, far | u, far | u | v, far | v]]
  }

  /// Returns the closed polygons, as loops of edges.
  private static func loops(_ inside: Int) -> [[Edge]] {
    var next: [Edge: Edge] = [:]
    for face in faces {
      let isInside = face.map { inside >> $0 & 1 == 1 }
      for start in 0..<4 where isInside[start] && !isInside[(start + 3) % 4] {
        let length = (1...3).first { !isInside[(start + $0) % 4] } ?? 4
        let entry = edge(face[(start + 3) % 4], face[start])
        next[entry] = edge(face[(start + length - 1) % 4], face[(start + length) % 4])
      }
    }
    var loops: [[Edge]] = []
    // The order of the edges, not that of a dictionary, makes the same mesh in every run.
    for first in allEdges {
      var loop: [Edge] = []
      var here = first
      while let following = next.removeValue(forKey: here) {
        loop.append(here)
        here = following
      }
      if !loop.isEmpty { loops.append(loop) }
    }
    return loops
  }

  private static let allEdges: [Edge] = (0..<8).flatMap { corner in
    (0..<3).filter { corner >> $0 & 1 == 0 }.map { Edge(corner: corner, axis: $0) }
  }

  private static func edge(_ one: Int, _ other: Int) -> Edge {
    Edge(corner: min(one, other), axis: (one ^ other).trailingZeroBitCount)
  }

  /// Returns a polygon that begins at a corner from which no diagonal lies on a face of the cube.
  ///
  /// A diagonal on a face could be an edge of the neighboring cube as well, which would then belong to
  /// four triangles. Every polygon of the 256 cases has such a corner, which a test checks.
  private static func turned(_ loop: [Edge]) -> [Edge] {
    let turns = loop.indices.map { Array(loop[$0...] + loop[..<$0]) }
    return turns.first { turn in
      turn.dropFirst(2).dropLast().allSatisfy { !shareAFace(turn[0], $0) }
    } ?? loop
  }

  private static func shareAFace(_ one: Edge, _ other: Edge) -> Bool {
    faces.contains { face in
      [one, other].allSatisfy {
        face.contains($0.corner) && face.contains($0.corner | 1 << $0.axis)
      }
    }
  }
}
