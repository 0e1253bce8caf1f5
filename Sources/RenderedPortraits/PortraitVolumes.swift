import Camera
import Inspection
import PortraitClasses
import PortraitModel
import Surfaces
import Tensors

/// The densities of one portrait on the voxel grid, and their surface in the world.
struct PortraitVolumes: Sendable {
  /// The fused density without the omitted parts, `[D, H, W]`.
  let fused: Tensor
  private let parts: Tensor
  private let numbers: [Int]
  private let grid: VoxelGrid

  /// Takes the densities of a portrait on the voxel grid: lifted, or evaluated by the parts' 3D generators.
  ///
  /// - Parameters:
  ///   - generator: the generator of the portrait.
  ///   - made: its output.
  ///   - omitted: the numbers of parts to leave out.
  init(_ generator: Generator, of made: MadePortraits, without omitted: [Int]) {
    let every = generator.partDensities(of: made)
    numbers = (0..<every.shape[0]).filter { !omitted.contains($0) }
    parts = Tensor.concatenated(
      numbers.map { every.sliced(axis: 0, from: $0, length: 1) }, axis: 0)
    fused = generator.fusedDensity(of: parts)
    grid = generator.voxelGrid
  }

  /// Returns the surface of the fused density in world units.
  func surface(at level: Double) -> SurfaceMesh {
    let first = grid.world(at: VoxelPosition(plane: 0, row: 0, column: 0))
    let second = grid.world(at: VoxelPosition(plane: 1, row: 1, column: 1))
    return MarchingCubes(level: level).surface(of: fused).placed(
      origin: first, steps: second - first)
  }

  /// Returns for every vertex the color of the part that is densest there.
  func partColors(of mesh: SurfaceMesh) -> [PLYFile.Color] {
    guard !mesh.vertices.isEmpty else { return [] }
    let points = mesh.vertices.flatMap { vertex in
      let position = grid.clampedPosition(of: vertex)
      return [position.column, position.row, position.plane]
    }
    let densities = parts.sampled(
      at: Tensor([mesh.vertices.count, 3], points).cast(to: parts.scalarType))  // [P, K]
    return densities.argmax(axis: 1).integers.map { index in
      let color = ClassPalette.portrait.color(numbers[Int(index)])
      return PLYFile.Color(color.red, color.green, color.blue)
    }
  }
}
