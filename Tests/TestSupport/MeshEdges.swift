/// How triangles meet at their edges.
public struct MeshEdges {
  /// The number of edges.
  public let count: Int
  /// The number of edges that do not belong to exactly two triangles in opposite directions.
  public let faults: Int

  /// Counts the edges of triangles, three indices each.
  public init(_ triangles: [[Int]]) {
    var directed: [[Int]: Int] = [:]
    for triangle in triangles {
      for corner in 0..<3 {
        directed[[triangle[corner], triangle[(corner + 1) % 3]], default: 0] += 1
      }
    }
    let edges = Set(directed.keys.map { $0.sorted() })
    count = edges.count
    faults =
      edges.filter {
        $0[0] == $0[1] || directed[$0] != 1 || directed[$0.reversed()] != 1
      }.count
  }
}
