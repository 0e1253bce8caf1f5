import Tensors

/// Marching cubes: the surface on which a volume has a given value (Lorensen and Cline, 1987).
///
/// The volume is interpolated linearly along the edges of its grid. A voxel is inside if its value is
/// greater than the level. Everything outside the grid counts as outside, so that the surface is closed:
/// where dense voxels reach the border, a flat cap lies on it.
///
/// The result is a closed, oriented surface without borders or branches: every edge belongs to exactly
/// two triangles, which run along it in opposite directions. `CubeCases` says why.
public struct MarchingCubes: Sendable {
  /// The value of the surface.
  public var level: Double

  /// The least distance of a vertex from a voxel's center, as a share of the voxel distance.
  ///
  /// Vertices at the center itself would coincide, and programs that merge equal positions would then
  /// find holes. Caps lie this far outside the border voxels for the same reason.
  public static let margin = 1e-3

  /// Creates an extraction of the surface with the given value.
  public init(level: Double) { self.level = level }

  /// Returns the surface of a volume, in voxels.
  ///
  /// - Parameter volume: finite values, `[D, H, W]`.
  /// - Returns: the surface with x in columns (0 … W−1), y in rows (0 … H−1) and z in planes
  ///   (0 … D−1); it is empty if no value exceeds the level.
  public func surface(of volume: Tensor) -> SurfaceMesh {
    requireShape(volume, [nil, nil, nil], "volume", axes: "[D, H, W]", function: "surface(of:)")
    require(level.isFinite, "surface(of:): level is \(level), expected a finite number")
    var builder = Builder(volume, level)
    builder.march()
    return SurfaceMesh(vertices: builder.vertices, triangles: builder.triangles)
  }
}

/// The mesh while it is made, on the grid with one further layer of voxels around it.
private struct Builder {
  private let values: [Double]
  private let level: Double
  /// The numbers of columns, rows and planes without the layer.
  private let counts: SIMD3<Int>
  /// The vertex on each edge of the grid, −1 before there is one.
  private var vertexOnEdge: [Int32]
  private(set) var vertices: [SIMD3<Double>] = []
  private(set) var triangles: [SIMD3<Int32>] = []

  init(_ volume: Tensor, _ level: Double) {
    values = volume.scalars
    self.level = level
    counts = SIMD3(volume.shape[2], volume.shape[1], volume.shape[0])
    require(values.allSatisfy(\.isFinite), "surface(of:): volume has values that are not finite")
    let padded = counts &+ 2
    vertexOnEdge = Array(repeating: -1, count: 3 * padded.x * padded.y * padded.z)
  }

  mutating func march() {
    for z in -1..<counts.z {
      for y in -1..<counts.y {
        for x in -1..<counts.x { visit(SIMD3(x, y, z)) }
      }
    }
  }

  /// Adds the triangles inside the cube whose first corner is given.
  private mutating func visit(_ cube: SIMD3<Int>) {
    var inside = 0
    for corner in 0..<8 where isInside(Self.place(corner, of: cube)) { inside |= 1 << corner }
    for polygon in CubeCases.polygons[inside] {
      let corners = polygon.map { vertex(on: $0, of: cube) }
      for index in 2..<corners.count {
        triangles.append(SIMD3(corners[0], corners[index - 1], corners[index]))
      }
    }
  }

  /// Returns the vertex on an edge of a cube, which up to four cubes share.
  private mutating func vertex(on edge: CubeCases.Edge, of cube: SIMD3<Int>) -> Int32 {
    let start = Self.place(edge.corner, of: cube)
    let padded = start &+ 1
    let index =
      ((padded.z * (counts.y + 2) + padded.y) * (counts.x + 2) + padded.x) * 3 + edge.axis
    if vertexOnEdge[index] < 0 {
      vertexOnEdge[index] = Int32(vertices.count)
      var position = SIMD3<Double>(start)
      position[edge.axis] += crossing(from: start, along: edge.axis)
      vertices.append(position)
    }
    return vertexOnEdge[index]
  }

  /// Returns where the surface crosses an edge, 0 … 1 from its start.
  private func crossing(from start: SIMD3<Int>, along axis: Int) -> Double {
    var end = start
    end[axis] += 1
    let margin = MarchingCubes.margin
    guard let first = value(start) else { return 1 - margin }
    guard let second = value(end) else { return margin }
    return min(max((level - first) / (second - first), margin), 1 - margin)
  }

  private func isInside(_ place: SIMD3<Int>) -> Bool { value(place).map { $0 > level } ?? false }

  /// Returns the value of a voxel; nil outside the grid.
  private func value(_ place: SIMD3<Int>) -> Double? {
    guard (0..<3).allSatisfy({ place[$0] >= 0 && place[$0] < counts[$0] }) else { return nil }
    return values[(place.z * counts.y + place.y) * counts.x + place.x]
  }

  private static func place(_ corner: Int, of cube: SIMD3<Int>) -> SIMD3<Int> {
    cube &+ SIMD3(corner & 1, corner >> 1 & 1, corner >> 2 & 1)
  }
}
