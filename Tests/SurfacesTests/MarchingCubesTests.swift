import Foundation
import Surfaces
import Tensors
import TestSupport
import Testing

/// The surface is closed, oriented and where it should be.
@Suite("Marching cubes")
struct MarchingCubesTests {
  /// Values of a function at the voxels of a grid of unequal lengths.
  private static func field(
    _ planes: Int, _ rows: Int, _ columns: Int, _ value: (SIMD3<Double>) -> Double
  ) -> Tensor {
    var values: [Double] = []
    for z in 0..<planes {
      for y in 0..<rows {
        for x in 0..<columns { values.append(value(SIMD3(Double(x), Double(y), Double(z)))) }
      }
    }
    return Tensor([planes, rows, columns], values)
  }

  private static func length(_ vector: SIMD3<Double>) -> Double {
    (vector * vector).sum().squareRoot()
  }

  /// The radius minus the distance from the center: positive inside a ball.
  private static func ball(_ radius: Double, _ center: SIMD3<Double>, _ lengths: SIMD3<Int>)
    -> Tensor
  {
    field(lengths.z, lengths.y, lengths.x) { radius - length($0 - center) }
  }

  private static func torus() -> Tensor {
    field(13, 27, 25) { place in
      let offset = place - SIMD3(12.2, 13.1, 6.3)
      let ring = (offset.x * offset.x + offset.y * offset.y).squareRoot() - 7.4
      return 3.3 - (ring * ring + offset.z * offset.z).squareRoot()
    }
  }

  /// Random values, so that every case of a cube occurs, the ambiguous ones too.
  private static func noise(seed: UInt64) -> Tensor {
    var generator = RandomNumbers(seed: seed)
    return generator.normal([9, 11, 13], .float64)
  }

  private func triangles(_ mesh: SurfaceMesh) -> [[Int]] {
    mesh.triangles.map { [Int($0.x), Int($0.y), Int($0.z)] }
  }

  private func characteristic(_ mesh: SurfaceMesh) -> Int {
    mesh.vertices.count - MeshEdges(triangles(mesh)).count + mesh.triangles.count
  }

  /// By hand: one voxel of value 1 among zeros, level 1/4.
  ///
  /// The crossings are 3/4 of a voxel away, so the
  /// surface is an octahedron with the volume 4/3 · (3/4)³ = 9/16 and the area 4 √3 · (3/4)² = 9 √3 / 4.
  @Test func anOctahedronByHand() {
    let volume = Self.field(3, 3, 3) { $0 == SIMD3(1, 1, 1) ? 1 : 0 }
    let mesh = MarchingCubes(level: 0.25).surface(of: volume)
    #expect(mesh.vertices.count == 6 && mesh.triangles.count == 8)
    let expected: Set<[Double]> = [
      [0.25, 1, 1], [1.75, 1, 1], [1, 0.25, 1], [1, 1.75, 1], [1, 1, 0.25], [1, 1, 1.75],
    ]
    #expect(Set(mesh.vertices.map { [$0.x, $0.y, $0.z] }) == expected)
    #expect(abs(mesh.enclosedVolume - 9.0 / 16) < 1e-12)
    #expect(abs(mesh.area - 9 * 3.0.squareRoot() / 4) < 1e-12)
  }

  @Test func everyEdgeHasTwoTrianglesInOppositeDirections() {
    let volumes: [(String, Tensor, Double)] =
      [
        ("ball", Self.ball(5.3, SIMD3(7.2, 6.9, 7.4), SIMD3(16, 14, 15)), 0),
        ("torus", Self.torus(), 0),
        ("ball that leaves the grid", Self.ball(6, SIMD3(2.3, 5, 9), SIMD3(12, 9, 11)), 0),
        ("full grid", Tensor.ones([2, 3, 4]), 0.5),
      ] + (1...4).map { ("noise \($0)", Self.noise(seed: $0), 0.1 * Double($0)) }
    for (name, volume, level) in volumes {
      let mesh = MarchingCubes(level: level).surface(of: volume)
      let edges = MeshEdges(triangles(mesh))
      #expect(edges.count > 10 && edges.faults == 0, "\(name): \(edges.faults) of \(edges.count)")
      #expect(mesh.enclosedVolume > 0, "\(name)")
      // No vertex without a triangle, and no two vertices at one place.
      #expect(Set(triangles(mesh).joined()).count == mesh.vertices.count, "\(name)")
      #expect(Set(mesh.vertices).count == mesh.vertices.count, "\(name)")
    }
  }

  @Test func aBallIsASphereAndARingATorus() {
    let ball = Self.ball(5.3, SIMD3(7.2, 6.9, 7.4), SIMD3(16, 14, 15))
    #expect(characteristic(MarchingCubes(level: 0).surface(of: ball)) == 2)
    #expect(characteristic(MarchingCubes(level: 0).surface(of: Self.torus())) == 0)
    // Two balls apart are two spheres.
    let two = Self.field(9, 9, 20) {
      max(3 - Self.length($0 - SIMD3(4, 4, 4)), 3 - Self.length($0 - SIMD3(14, 4, 4)))
    }
    #expect(characteristic(MarchingCubes(level: 0).surface(of: two)) == 4)
  }

  @Test func verticesOfASphereAreWithinHalfAVoxelAndNormalsPointOutwards() {
    let (radius, center) = (5.3, SIMD3(7.2, 6.9, 7.4))
    let mesh = MarchingCubes(level: 0).surface(of: Self.ball(radius, center, SIMD3(16, 14, 15)))
    for (vertex, normal) in zip(mesh.vertices, mesh.normals) {
      let offset = vertex - center
      #expect(abs(Self.length(offset) - radius) < 0.5)
      #expect((normal * offset).sum() > 0.95 * Self.length(offset), "\(vertex)")
      #expect(abs(Self.length(normal) - 1) < 1e-12)
    }
  }

  /// The error of a surface of triangles falls with the square of the voxel distance: by 4 for half of it.
  @Test func areaAndVolumeConverge() {
    var errors: [(area: Double, volume: Double)] = []
    for count in [12, 24, 48] {
      let scale = Double(count) / 12
      let radius = 4.6 * scale
      let center = SIMD3(5.6, 5.4, 5.3) * scale
      let mesh = MarchingCubes(level: 0).surface(
        of: Self.ball(radius, center, SIMD3(count, count, count)))
      errors.append(
        (
          abs(mesh.area / (4 * .pi * radius * radius) - 1),
          abs(mesh.enclosedVolume / (4 / 3 * .pi * radius * radius * radius) - 1)
        ))
    }
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      #expect(fine.area < coarse.area / 3, "\(errors)")
      #expect(fine.volume < coarse.volume / 3, "\(errors)")
    }
    #expect(errors[2].area < 2e-3 && errors[2].volume < 2e-3, "\(errors)")
  }

  @Test func aFullGridIsClosedAtItsBorder() throws {
    let mesh = MarchingCubes(level: 0.5).surface(of: Tensor.ones([2, 3, 4]))
    let margin = MarchingCubes.margin
    for (axis, last) in [(0, 3.0), (1, 2.0), (2, 1.0)] {
      let places = mesh.vertices.map { $0[axis] }
      let (least, greatest) = (try #require(places.min()), try #require(places.max()))
      #expect(abs(least + margin) < 1e-12 && abs(greatest - last - margin) < 1e-12)
    }
    #expect(characteristic(mesh) == 2)
  }

  @Test func nothingAboveTheLevelIsEmpty() {
    let mesh = MarchingCubes(level: 1).surface(of: Tensor.ones([2, 3, 4]))
    #expect(mesh.vertices.isEmpty && mesh.triangles.isEmpty && mesh.enclosedVolume == 0)
  }

  /// A mirrored axis turns the triangles around, so that the volume stays positive.
  @Test func aMirroredSurfaceStillPointsOutwards() {
    let mesh = MarchingCubes(level: 0).surface(of: Self.torus())
    let steps = SIMD3(0.5, -0.25, 2)
    let placed = mesh.placed(origin: SIMD3(1, 2, 3), steps: steps)
    #expect(placed.vertices[5] == SIMD3(1, 2, 3) + steps * mesh.vertices[5])
    #expect(abs(placed.enclosedVolume / (0.25 * mesh.enclosedVolume) - 1) < 1e-12)
    let twice = mesh.placed(origin: .zero, steps: SIMD3(-1, -1, 1))
    #expect(twice.triangles == mesh.triangles)
    #expect(abs(twice.enclosedVolume / mesh.enclosedVolume - 1) < 1e-12)
  }

  @Test func theSameVolumeGivesTheSameMesh() {
    let once = MarchingCubes(level: 0.2).surface(of: Self.noise(seed: 8))
    #expect(once == MarchingCubes(level: 0.2).surface(of: Self.noise(seed: 8)))
  }
}
