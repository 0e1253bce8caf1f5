import Tensors

/// A surface of triangles.
///
/// The corners of a triangle run counterclockwise as seen from outside, in right-handed axes.
public struct SurfaceMesh: Sendable, Equatable {
  /// The positions of the vertices.
  public var vertices: [SIMD3<Double>]
  /// Three indices of vertices for every triangle.
  public var triangles: [SIMD3<Int32>]

  /// Creates a mesh; every index must be that of a vertex.
  public init(vertices: [SIMD3<Double>], triangles: [SIMD3<Int32>]) {
    let indices = 0..<Int32(vertices.count)
    require(
      triangles.allSatisfy { triangle in (0..<3).allSatisfy { indices.contains(triangle[$0]) } },
      "SurfaceMesh(vertices:triangles:): a triangle names a vertex outside 0 ..< \(vertices.count)")
    self.vertices = vertices
    self.triangles = triangles
  }

  /// Returns the mesh in other axes: position = origin + steps · position.
  ///
  /// A negative step mirrors the mesh. Its triangles are then turned around, so that they still run
  /// counterclockwise as seen from outside.
  ///
  /// - Parameters:
  ///   - origin: the new position of (0, 0, 0).
  ///   - steps: the new length of one unit along each axis, not 0.
  /// - Returns: the mesh with as many vertices and triangles, in the same order.
  public func placed(origin: SIMD3<Double>, steps: SIMD3<Double>) -> SurfaceMesh {
    let isMirrored = steps.x * steps.y * steps.z < 0
    return SurfaceMesh(
      vertices: vertices.map { origin + steps * $0 },
      triangles: isMirrored
        ? triangles.map { SIMD3($0.x, $0.z, $0.y) } : triangles)
  }

  /// The unit normal of every vertex, outwards: the mean of its triangles' normals, weighted by area.
  ///
  /// A vertex without a triangle of positive area has the normal (0, 0, 0).
  public var normals: [SIMD3<Double>] {
    var sums = [SIMD3<Double>](repeating: .zero, count: vertices.count)
    for triangle in triangles {
      let normal = doubledAreaVector(triangle)
      for corner in 0..<3 { sums[Int(triangle[corner])] += normal }
    }
    return sums.map { sum in
      let length = (sum * sum).sum().squareRoot()
      return length > 0 ? sum / length : .zero
    }
  }

  /// The area of all triangles together.
  public var area: Double {
    triangles.reduce(0) { sum, triangle in
      let vector = doubledAreaVector(triangle)
      return sum + (vector * vector).sum().squareRoot() / 2
    }
  }

  /// The enclosed volume, if the surface is closed: Σ a · (b × c) / 6; positive for normals outwards.
  public var enclosedVolume: Double {
    triangles.reduce(0) { sum, triangle in
      let corner = vertices[Int(triangle.x)]
      let cross = Self.cross(vertices[Int(triangle.y)], vertices[Int(triangle.z)])
      return sum + (corner * cross).sum() / 6
    }
  }

  /// Returns (b − a) × (c − a), which points outwards and is twice as long as the triangle is large.
  private func doubledAreaVector(_ triangle: SIMD3<Int32>) -> SIMD3<Double> {
    let first = vertices[Int(triangle.x)]
    return Self.cross(vertices[Int(triangle.y)] - first, vertices[Int(triangle.z)] - first)
  }

  private static func cross(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      one.y * other.z - one.z * other.y, one.z * other.x - one.x * other.z,
      one.x * other.y - one.y * other.x)
  }
}
